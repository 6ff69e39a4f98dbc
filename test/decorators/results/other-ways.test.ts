// Objects that are used in another way than by `then` or iteration end their span too.
import { errAsync, okAsync, ResultAsync } from "neverthrow";
import {
  BehaviorSubject,
  firstValueFrom,
  interval,
  lastValueFrom,
  map,
  Observable,
  of,
  Subject,
  take,
  throwError,
  toArray,
} from "rxjs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { traceChain, traceLLM, traceTool } from "../../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

const named = (name: string): number => recorded.spans.filter((span) => span.name === name).length;

describe("an Observable", () => {
  const inner = traceTool((value: number) => value * 2, { name: "inner" });

  test("is the same object; its span ends with it and holds its work", async () => {
    const made = interval(1).pipe(
      take(3),
      map((value) => inner(value)),
    );
    const traced = traceChain(() => made, { name: "outer" })();
    expect(traced).toBe(made);
    expect(named("outer")).toBe(0);
    expect(await lastValueFrom(traced.pipe(toArray()))).toEqual([0, 2, 4]);
    expect(recorded.attributes("outer")["output.value"]).toBe("[0,2,4]");
    const { spanId } = recorded.one("outer").spanContext();
    const parents = recorded.spans
      .filter((span) => span.name === "inner")
      .map((span) => span.parentSpanContext);
    expect(parents.map((parent) => parent?.spanId)).toEqual([spanId, spanId, spanId]);
  });

  test("runs its subscribers in their own context", async () => {
    const seen: unknown[] = [];
    await traceChain(() => of(1), { name: "outer" })().forEach(() => {
      seen.push(trace.getSpan(context.active()));
    });
    expect(seen).toEqual([undefined]);
  });

  test.each([
    ["is left early", () => interval(1), (source: Observable<unknown>) => firstValueFrom(source)],
    ["is made by hand", () => new Observable((subscriber) => subscriber.complete()), complete],
    ["is a subject", () => new BehaviorSubject(1), (source: Observable<unknown>) => firstValueFrom(source)],
    ["is given as a promise", async () => of(1), complete],
  ])("ends its span when it %s", async (_how, make, use) => {
    await use((await traceChain(make, { name: "outer" })()) as Observable<unknown>);
    expect(recorded.one("outer").status.code).toBe(SpanStatusCode.OK);
  });

  test("records its error", async () => {
    const traced = traceChain(() => throwError(() => new Error("broken")), { name: "outer" })();
    await expect(lastValueFrom(traced)).rejects.toThrow("broken");
    expect(recorded.one("outer").status).toMatchObject({ code: SpanStatusCode.ERROR, message: "broken" });
  });

  test("unsubscribed from without an end ends its span", () => {
    const subject = new Subject<number>();
    const subscription = traceChain(() => subject.asObservable(), { name: "outer" })().subscribe();
    subject.next(7);
    subscription.unsubscribe();
    expect(recorded.attributes("outer")["output.value"]).toBe("[7]");
  });

  test("subscribed twice records the first time only", async () => {
    const traced = traceChain(() => of(1, 2), { name: "outer" })();
    expect([await lastValueFrom(traced), await lastValueFrom(traced)]).toEqual([2, 2]);
    expect(recorded.attributes("outer")["output.value"]).toBe("[1,2]");
  });
});

function complete(source: Observable<unknown>): Promise<void> {
  return source.forEach(() => {});
}

describe("a chain of thenables", () => {
  const read = (name: string) =>
    traceTool((value: number) => ResultAsync.fromSafePromise(Promise.resolve(value)), { name });

  test.each([
    ["map", (result: ResultAsync<number, never>) => result.map((value) => value + 1)],
    ["andThen", (result: ResultAsync<number, never>) => result.andThen((value) => okAsync(value + 1))],
    ["orElse", (result: ResultAsync<number, never>) => result.orElse(() => okAsync(0))],
    ["unwrapOr", (result: ResultAsync<number, never>) => result.unwrapOr(0)],
    ["two steps", (result: ResultAsync<number, never>) => result.map(String).mapErr(String)],
    ["match", (result: ResultAsync<number, never>) => result.match(String, String)],
  ])("by %s ends the span, and the object keeps its class", async (name, chain) => {
    const traced = read(name)(1);
    expect(traced).toBeInstanceOf(ResultAsync);
    await chain(traced);
    expect(recorded.one(name).status.code).toBe(SpanStatusCode.OK);
  });

  test("that ends in an error result is no failure of the call", async () => {
    const traced = traceTool(() => errAsync("no"), { name: "err" })();
    expect((await traced.map(String)).isErr()).toBe(true);
    expect(named("err")).toBe(1);
  });
});

describe("a native promise with methods of its own", () => {
  /** As ky and stripe make them: the methods wait for the promise behind the scenes. */
  const make = (settled: Promise<string>) =>
    Object.assign(settled, {
      upper: async () => (await settled).toUpperCase(),
      async *[Symbol.asyncIterator]() {
        yield* await settled;
      },
    });

  test("keeps them, symbols included", async () => {
    const traced = traceTool(() => make(Promise.resolve("ab")), { name: "own" })();
    const letters: string[] = [];
    for await (const letter of traced) letters.push(letter);
    expect([await traced.upper(), letters]).toEqual(["AB", ["a", "b"]]);
    expect(recorded.attributes("own")["output.value"]).toBe("ab");
  });

  test("that is rejected is handled by whoever calls one of them", async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on("unhandledRejection", listen);
    const traced = traceTool(() => make(Promise.reject(new Error("refused"))), { name: "own" })();
    await expect(traced.upper()).rejects.toThrow("refused");
    await new Promise((resolve) => void setImmediate(resolve));
    process.removeListener("unhandledRejection", listen);
    expect(unhandled).toEqual([]);
    expect(recorded.one("own").status.code).toBe(SpanStatusCode.ERROR);
  });
});

describe("a thenable that is iterated", () => {
  /** Awaited, iterated or asked to run: as Anthropic's tool runner is. */
  class Runner {
    async *[Symbol.asyncIterator](): AsyncGenerator<string> {
      yield "one";
      yield "two";
    }
    async runUntilDone(): Promise<string> {
      let last = "";
      for await (const turn of this) last = turn;
      return last;
    }
    // oxlint-disable-next-line unicorn/no-thenable -- that is what is tested
    then<T>(onFulfilled: (value: string) => T): Promise<T> {
      return this.runUntilDone().then(onFulfilled);
    }
  }

  test.each([
    ["awaited", async (runner: Runner) => void (await runner), "two"],
    ["run", async (runner: Runner) => void (await runner.runUntilDone()), "two"],
    [
      "iterated",
      async (runner: Runner) => {
        for await (const turn of runner) void turn;
      },
      "onetwo",
    ],
  ])("%s ends its span", async (_way, use, output) => {
    await use(traceTool(() => new Runner(), { name: "runner" })());
    expect(recorded.attributes("runner")["output.value"]).toBe(output);
  });
});

describe("an agent's run that streams", () => {
  /** As OpenAI's Agents SDK has it: read, piped as text, or only waited for. */
  class Run {
    readonly #stream = new ReadableStream<string>({
      start(controller) {
        controller.enqueue("Hel");
        controller.enqueue("lo");
        controller.close();
      },
    });
    readonly finalOutput = "Hello";
    get completed(): Promise<void> {
      return Promise.resolve();
    }
    toTextStream(): ReadableStream<string> {
      return this.#stream.pipeThrough(new TransformStream());
    }
    toStream(): ReadableStream<string> {
      return this.#stream;
    }
    [Symbol.asyncIterator](): AsyncIterator<string> {
      return this.#stream[Symbol.asyncIterator]();
    }
  }

  test.each([
    ["completed", (run: Run) => run.completed],
    ["toTextStream", (run: Run) => drain(run.toTextStream())],
    ["toStream", (run: Run) => drain(run.toStream())],
    ["iteration", (run: Run) => drain(run)],
  ])("ends its span by %s", async (_way, use) => {
    await use(traceTool(() => new Run(), { name: "run" })());
    expect(recorded.attributes("run")["output.value"]).toBe("Hello");
  });
});

async function drain(stream: AsyncIterable<string>): Promise<void> {
  for await (const chunk of stream) void chunk;
}

describe("a result whose getters split one lazy stream", () => {
  const lazy = (): ReadableStream<string> => {
    const parts = ["a", "b"];
    return new ReadableStream(
      {
        pull(controller) {
          const part = parts.shift();
          if (part === undefined) controller.close();
          else controller.enqueue(part);
        },
      },
      { highWaterMark: 0 },
    );
  };

  class Held {
    source = lazy();
    get fullStream(): ReadableStream<string> {
      const [given, kept] = this.source.tee();
      this.source = kept;
      return given;
    }
    get text(): Promise<string> {
      return collect(this.fullStream);
    }
  }
  class Private {
    #source = lazy();
    get fullStream(): ReadableStream<string> {
      const [given, kept] = this.#source.tee();
      this.#source = kept;
      return given;
    }
    get text(): Promise<string> {
      return collect(this.fullStream);
    }
  }
  const literal = () => {
    let source = lazy();
    return {
      get fullStream(): ReadableStream<string> {
        const [given, kept] = source.tee();
        source = kept;
        return given;
      },
      get text(): Promise<string> {
        return collect(this.fullStream);
      },
    };
  };
  type Result = { readonly fullStream: ReadableStream<string>; readonly text: Promise<string> };

  describe.each<[string, () => Result]>([
    ["that holds it", () => new Held()],
    ["that hides it", () => new Private()],
    ["without a class", literal],
  ])("%s", (_kind, make) => {
    test.each<[string, (result: Result) => Promise<unknown>]>([
      ["read", (result) => drain(result.fullStream)],
      ["awaited", (result) => result.text],
      ["both", async (result) => [await result.text, await drain(result.fullStream)]],
    ])("ends its span when it was %s", async (_way, use) => {
      const traced = traceLLM(make, { name: "result" })();
      expect(recorded.spans).toHaveLength(0);
      await use(traced);
      expect(recorded.attributes("result")["output.value"]).toBe("ab");
    });
  });

  async function collect(stream: ReadableStream<string>): Promise<string> {
    let all = "";
    for await (const chunk of stream) all += chunk;
    return all;
  }
});
