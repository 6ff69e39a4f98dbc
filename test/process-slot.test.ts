import { expect, it } from "vitest";
import { processKey, processSlot } from "../src/process-slot.ts";

it("gives one object for a name and version, made once, and another for another version", () => {
  let made = 0;
  const make = (): { made: number } => ({ made: ++made });
  const first = processSlot("slot-test", 1, make);
  expect(processSlot("slot-test", 1, make)).toBe(first);
  expect(processSlot("slot-test", 2, make)).not.toBe(first);
  expect(made).toBe(2);
  expect(Reflect.get(globalThis, Symbol.for("phoenix-otel.slot-test.v1"))).toBe(first);
  expect(processKey("slot-test", 1)).toBe(Symbol.for("phoenix-otel.slot-test.v1"));
});
