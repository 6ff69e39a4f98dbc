// Calls the SDKs in SDKS, whose clients are made WHEN: "before" register(), "after" it, or "preloaded" where nobody calls it.
import { CLIENTS, callAll } from "./sdk-calls.cjs";

const { SDKS, WHEN } = process.env;
const make = async () => {
  const calls = [];
  for (const name of SDKS.split(",")) calls.push([name, CLIENTS[name](await import(name))]);
  return calls;
};
const register = async () => (await import("phoenix-otel")).register({ autoInstrument: true });

const before = WHEN === "before" ? await make() : undefined;
// Nothing waits for anything: the first call may be made in the same tick.
if (WHEN !== "preloaded") await register();
await callAll(before ?? (await make()));
