// Promises keep their class, members and laziness; rejections stay as handled or unhandled as they were.
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { spawnSync } from "node:child_process";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { traceTool, withSpan } from "../../../src/index.ts";
import { PATIENCE_MILLIS } from "../../support/patience.ts";
import { recordSpans, type RecordedSpans } from "../support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

describe("an eager promise of another class", () => {
  class Tracked<T> extends Promise<T> {
    static made = 0;
    readonly #label = "private";
    constructor(executor: (resolve: (value: T) => void, reject: (error: unknown) => void) => void) {
      super(executor);
      Tracked.made++;
    }
    label(): string {
      return this.#label;
    }
  }

  test("W10: stays the same object with class and private state, and ends the span unread", async () => {
    const promise = new Tracked<string>((resolve) => resolve("value"));
    const made = Tracked.made;
    const traced = withSpan(() => promise, { name: "tracked" })();
    expect(traced).toBe(promise);
    expect(traced.label()).toBe("private");
    expect(Tracked.made).toBe(made);
    expect(traced.constructor).toBe(Tracked);
    await vi.waitFor(
      () => expect(recorded.attributes("tracked")["output.value"]).toBe("value"),
      PATIENCE_MILLIS,
    );
    expect(await traced).toBe("value");
  });

  test("gives its rejection to whoever handles it", async () => {
    const error = new Error("no");
    const traced = withSpan(() => new Tracked<never>((_resolve, reject) => reject(error)), { name: "no" })();
    await expect(traced).rejects.toBe(error);
    expect(recorded.one("no").status.code).toBe(SpanStatusCode.ERROR);
  });

  test("returned by two calls ends both spans", async () => {
    const promise = Tracked.resolve("x");
    const traced = withSpan(() => promise, { name: "memo" });
    expect([await traced(), await traced()]).toEqual(["x", "x"]);
    expect(recorded.spans).toHaveLength(2);
  });
});

describe("a native promise", () => {
  test("keeps the members that were put on it", async () => {
    const cancel = vi.fn<() => void>();
    const traced = withSpan(() => Object.assign(Promise.resolve(1), { cancel }))();
    traced.cancel();
    expect(cancel).toHaveBeenCalled();
    expect(await traced).toBe(1);
  });
});

test("a native promise with a lazy then of its own is not started", async () => {
  const started = vi.fn<() => void>();
  const lazy = Object.assign(Promise.resolve(0), {
    // oxlint-disable-next-line unicorn/no-thenable -- a lazy promise
    then: (onFulfilled: (value: number) => number) => {
      started();
      return Promise.resolve(7).then(onFulfilled);
    },
  });
  const traced = withSpan(() => lazy, { name: "lazy" })();
  await Promise.resolve();
  expect([traced === lazy, started.mock.calls.length]).toEqual([true, 0]);
  expect(await traced.then((value) => value + 1)).toBe(8);
  expect(recorded.attributes("lazy")["output.value"]).toBe("7");
});

describe("a lazy thenable", () => {
  class Query {
    static runs = 0;
    readonly #rows = ["row"];
    #table = "";
    from(table: string): this {
      this.#table = table;
      return this;
    }
    // oxlint-disable-next-line unicorn/no-thenable -- what query builders are
    then<A, B>(onFulfilled: (rows: string[]) => A, onRejected?: (error: unknown) => B): Promise<A | B> {
      Query.runs++;
      seen.push(trace.getSpan(context.active())?.spanContext().spanId);
      if (this.#table === "missing")
        return Promise.reject(new Error("no table")).then(onFulfilled, onRejected);
      return Promise.resolve(this.#rows).then(onFulfilled, onRejected);
    }
    async first(): Promise<string | undefined> {
      return this.then((rows) => rows[0]);
    }
  }
  const seen: (string | undefined)[] = [];
  beforeEach(() => {
    Query.runs = 0;
    seen.length = 0;
  });

  test("W10: is not started; awaiting it runs it once, inside the span", async () => {
    const query = new Query();
    const traced = withSpan(() => query, { name: "query" })();
    expect(traced).toBe(query);
    await Promise.resolve();
    expect([Query.runs, recorded.spans.length]).toEqual([0, 0]);
    expect(await traced.from("t")).toEqual(["row"]);
    expect(Query.runs).toBe(1);
    expect(recorded.attributes("query")["output.value"]).toBe('["row"]');
    expect(seen).toEqual([recorded.one("query").spanContext().spanId]);
  });

  test("ends its span by another of its methods too", async () => {
    expect(await withSpan(() => new Query(), { name: "query" })().first()).toBe("row");
    expect(recorded.attributes("query")["output.value"]).toBe("row");
  });

  test("records its rejection and gives it on", async () => {
    const traced = withSpan(() => new Query().from("missing"), { name: "query" })();
    await expect(traced).rejects.toThrow("no table");
    expect(recorded.one("query").status.message).toBe("no table");
  });

  test("runs the caller's callback in the caller's context", async () => {
    const active = await new Promise((resolve) => {
      void withSpan(() => new Query())().then(() => resolve(trace.getSpan(context.active())));
    });
    expect(active).toBeUndefined();
  });

  test("may hide its end behind catch and finally of its own", async () => {
    const run = (): Promise<number> => Promise.resolve(5);
    const prismaPromise = () => ({
      // oxlint-disable-next-line unicorn/no-thenable -- what an ORM's promise is
      then: (...args: Parameters<Promise<number>["then"]>) => run().then(...args),
      catch: (...args: Parameters<Promise<number>["catch"]>) => run().catch(...args),
      finally: (...args: Parameters<Promise<number>["finally"]>) => run().finally(...args),
    });
    const make = withSpan(prismaPromise, { name: "prisma" });
    expect(await make().finally(() => {})).toBe(5);
    expect(await make().catch(() => 0)).toBe(5);
    expect(recorded.spans.map((span) => span.attributes["output.value"])).toEqual(["5", "5"]);
  });

  test("that is frozen still ends its span", async () => {
    const traced = withSpan(() => Object.freeze(new Query()), { name: "frozen" })();
    expect(await traced).toEqual(["row"]);
    expect(recorded.attributes("frozen")["output.value"]).toBe('["row"]');
  });
});

describe("a rejection", () => {
  // Not the index: what the build makes up for the exit is no file that Node can read.
  const source = path.resolve(import.meta.dirname, "../../../src/decorators/with-span.ts");
  const run = (body: string) => {
    const program = `
      import { BasicTracerProvider } from "@opentelemetry/sdk-trace-node";
      import { trace } from "@opentelemetry/api";
      import { withSpan } from ${JSON.stringify(source)};
      trace.setGlobalTracerProvider(new BasicTracerProvider());
      class Sub extends Promise {}
      const events = [];
      process.on("unhandledRejection", (error) => events.push("unhandled " + error.message));
      process.on("rejectionHandled", () => events.push("handled"));
      const fail = (P) => withSpan(() => P.reject(new Error("boom")))();
      ${body}
      setTimeout(() => console.log(JSON.stringify(events)), 50);
    `;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "--eval", program],
      { cwd: path.resolve(import.meta.dirname, "../../.."), encoding: "utf8" },
    );
    expect(stderr.replaceAll(/^npm .*\n/gm, "")).toBe("");
    return JSON.parse(stdout) as string[];
  };

  test.each(["Promise", "Sub"])("of a %s that nobody handles is unhandled exactly once", (kind) => {
    expect(run(`fail(${kind});`)).toEqual(["unhandled boom"]);
  });

  test.each(["Promise", "Sub"])("of a %s that is handled stays handled", (kind) => {
    expect(
      run(`fail(${kind}).catch(() => {}); (async () => { try { await fail(${kind}); } catch {} })();`),
    ).toEqual([]);
  });
});

test("a wrapped tool's thrown value is rethrown as it is, whatever it is", () => {
  for (const thrown of [42, null, undefined, "text", Symbol("s"), Object.freeze({ a: 1 })]) {
    const fail = traceTool(() => {
      throw thrown;
    });
    let caught: unknown = "nothing";
    try {
      fail();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
  }
  expect(recorded.spans.map((span) => span.status)).toEqual([
    { code: 2, message: "42" },
    { code: 2, message: "null" },
    { code: 2, message: '"[undefined]"' },
    { code: 2, message: "text" },
    { code: 2, message: '"Symbol(s)"' },
    { code: 2, message: '{"a":1}' },
  ]);
  expect(recorded.spans.every((span) => span.events[0]?.name === "exception")).toBe(true);
});
