// The decorators under both standards, as each compiler emits them.
import "reflect-metadata";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { agent, chain, observe, tool } from "../../src/index.ts";
import { addKindMethods } from "../../src/tracer.ts";
import type { Library } from "./fixtures/library.ts";
import { compileFixture, type Compiler } from "./support/compile-fixture.ts";
import { recordSpans, type RecordedSpans } from "./support/recorded-spans.ts";

let recorded: RecordedSpans;
let library: Library;
beforeEach(() => {
  recorded = recordSpans();
  library = { agent, chain, observe, tool, tracer: addKindMethods(recorded.provider.getTracer("mine")) };
});
afterEach(() => recorded.stop());

const COMPILERS: Compiler[] = ["tsc", "esbuild", "swc"];

const told = (): string[] =>
  recorded.spans.map((span) => `${span.attributes["openinference.span.kind"] as string} ${span.name}`);

// The fixtures are compiled by the tests, not with them, so their classes are described here.

interface Common {
  greeting: string;
  greet(name: string): string;
  plan(goal: string): Promise<string>;
  arrow(a: number, b: number): number;
  stream(): AsyncGenerator<string>;
  check(): boolean;
  summary: string;
}

interface Tc39Fixture {
  build(library: Library): {
    new (): Common & {
      subject: string;
      handler: (value: number) => number;
      callHidden(by: number): number;
    };
    create(): object;
    made: number;
    staticArrow(): Promise<string>;
  };
}

interface LegacyFixture {
  Repository: new () => object;
  build(library: Library): {
    new (repository: object): Common & { below(): string };
    prototype: Common & { below(): string };
    create(): object;
    made: number;
    staticArrow(): Promise<string>;
  };
}

/** What both standards share. */
async function expectMembersTraced(instance: Common, word: string): Promise<void> {
  instance.greeting = "hi";
  expect(instance.greet("ada")).toBe("hi ada!");
  expect(told()).toEqual(["TOOL greet", "TOOL greet"]);
  const [inner, outer] = recorded.spans;
  expect(inner?.parentSpanContext?.spanId).toBe(outer?.spanContext().spanId);

  expect(await instance.plan("goal")).toBe(`goal ${word}`);
  expect(recorded.attributes("plan-goal")).toMatchObject({
    "openinference.span.kind": "AGENT",
    "input.value": '{"goal":"goal"}',
  });

  expect(instance.arrow(1, 2)).toBe(5);
  expect(recorded.attributes("arrow")).toMatchObject({ "input.value": "[1,2]", "output.value": "5" });
  expect(Object.keys(instance)).toContain("arrow");

  const chunks: string[] = [];
  for await (const chunk of instance.stream()) chunks.push(chunk);
  expect(recorded.attributes("stream")).toMatchObject({
    "openinference.span.kind": "RETRIEVER",
    "output.value": chunks.join(""),
  });

  expect(instance.check()).toBe(true);
  expect(recorded.one("check").instrumentationScope.name).toBe("mine");
}

describe.each(COMPILERS)("TC39 decorators as %s emits them", (compiler) => {
  test("trace methods, statics, private methods, accessors and fields", async () => {
    const Agent = (compileFixture("tc39", compiler) as Tc39Fixture).build(library);
    const instance = new Agent();
    await expectMembersTraced(instance, "secret");

    expect(instance.callHidden(4)).toBe(8);
    expect(recorded.attributes("#hidden")["output.value"]).toBe("8");
    instance.subject = "otters";
    expect(instance.summary).toBe("about otters");
    expect(recorded.attributes("subject")["input.value"]).toBe("otters");
    expect(recorded.attributes("summary")["output.value"]).toBe("about otters");
    expect(Agent.create()).toBeInstanceOf(Agent);
    expect([Agent.made, recorded.one("create").name]).toEqual([1, "create"]);
    expect(await Agent.staticArrow()).toBe("static");
    expect(recorded.attributes("staticArrow")["output.value"]).toBe("static");
    expect(instance.handler(1)).toBe(2);
    instance.handler = (value) => value * 10;
    expect(instance.handler(2)).toBe(20);
    expect(told().filter((each) => each === "CHAIN handler")).toHaveLength(2);
    const greet = Reflect.get(instance, "greet") as { name: string; length: number };
    expect([greet.name, greet.length]).toEqual(["greet", 1]);
  });
});

describe.each(COMPILERS)("W13: experimental decorators as %s emits them", (compiler) => {
  test("trace methods, statics, accessors and fields beside a framework's own decorators", async () => {
    const fixture = compileFixture("legacy", compiler) as LegacyFixture;
    const Controller = fixture.build(library);
    const instance = new Controller(new fixture.Repository());
    await expectMembersTraced(instance, "row");

    expect(instance.below()).toBe("below");
    expect(recorded.one("below").name).toBe("below");
    instance.summary = "otters";
    expect(instance.summary).toBe("about otters");
    expect(told().filter((each) => each === "CHAIN summary")).toHaveLength(2);
    expect(Controller.create()).toBeInstanceOf(Controller);
    expect(Controller.made).toBe(1);
    expect(await Controller.staticArrow()).toBe("static");
    expect(told()).toContain("TOOL staticArrow");
  });

  test("keep the metadata that frameworks hang on functions, parameters and classes", () => {
    const Controller = (compileFixture("legacy", compiler) as LegacyFixture).build(library);
    const { prototype } = Controller;
    expect(Reflect.getMetadata("path", Reflect.get(prototype, "plan"))).toBe("/plan");
    expect(Reflect.getMetadata("path", Reflect.get(prototype, "below"))).toBe("/below");
    expect(Reflect.getMetadata("param:plan:0", prototype)).toBe("goal");
    expect(Reflect.getMetadata("injectable", Controller)).toBe(true);
    // esbuild emits no types.
    const paramTypes: unknown = compiler === "esbuild" ? undefined : [String];
    expect(Reflect.getMetadata("design:paramtypes", prototype, "plan")).toEqual(paramTypes);
  });
});

test("a decorator called as a wrapper wraps", () => {
  expect(library.tracer.tool((a: number) => a + 1, { name: "wrapped" })(1)).toBe(2);
  expect(recorded.attributes("wrapped")["openinference.span.kind"]).toBe("TOOL");
});

describe("a decorator that is called by hand", () => {
  const answer = (question: string): string => `${question}!`;
  const call = (decorated: unknown): unknown => (decorated as typeof answer)("why");

  test.each<[string, () => unknown, string]>([
    [
      "with a small context",
      () => observe({ kind: "TOOL" })(answer, { kind: "method", name: "ask" } as never),
      "ask",
    ],
    ["with a name", () => observe()(answer, { name: "ask" } as never), "ask"],
    ["with nothing", () => (observe() as (fn: unknown) => unknown)(answer), "answer"],
    ["without its brackets", () => observe(answer, { kind: "method", name: "ask" } as never), "ask"],
  ])("%s traces the function", (_how, decorate, name) => {
    expect(call(decorate())).toBe("why!");
    expect(recorded.attributes(name)["output.value"]).toBe("why!");
  });
});
