// What the edge build gives has the types of what Node's gives, as both come with the same declarations.
import { describe, expectTypeOf, it } from "vitest";
import type * as edge from "../../src/edge/index.ts";
import type * as main from "../../src/index.ts";

type Main = typeof main;
type Edge = typeof edge;

/** Names whose values have private members, so that no other value can have their type. */
type Different = {
  [Name in keyof Main]: Main[Name] extends abstract new (...args: never) => unknown
    ? never
    : Edge[Name] extends Main[Name]
      ? never
      : Name;
}[keyof Main];

describe("the edge build", () => {
  it("has the types of Node's build but for classes, and what makes objects of them", () => {
    expectTypeOf<Different>().toEqualTypeOf<
      "register" | "createNoOpProvider" | "getTracer" | "wrapTracer" | "resourceFromAttributes"
    >();
  });
});
