// Web streams and responses are watched on the object itself: same class, same private state, same members.
import { IterableReadableStream } from "@langchain/core/utils/stream";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SpanStatusCode } from "@opentelemetry/api";
import { traceTool, withSpan } from "../../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../support/recorded-spans.ts";

let recorded: RecordedSpans;
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

const letters = (): ReadableStream<string> =>
  new ReadableStream({
    start(controller) {
      for (const letter of "abc") controller.enqueue(letter);
      controller.close();
    },
  });
const open = traceTool(letters, { name: "letters" });
const output = (): unknown => recorded.attributes("letters")["output.value"];

const drain = async (stream: ReadableStream<string>): Promise<string> => {
  let all = "";
  for await (const chunk of stream) all += chunk;
  return all;
};

describe("a ReadableStream", () => {
  test("comes back itself, with its private fields", () => {
    class Counted extends ReadableStream<string> {
      readonly #count = 3;
      get count(): number {
        return this.#count;
      }
    }
    const counted = new Counted();
    const traced = withSpan(() => counted)();
    expect(traced).toBe(counted);
    expect(traced.count).toBe(3);
  });

  test.each([
    ["a loop", (stream: ReadableStream<string>) => drain(stream)],
    ["a pipe", (stream: ReadableStream<string>) => drain(stream.pipeThrough(new TransformStream()))],
    ["a Node stream", (stream: ReadableStream<string>) => text(Readable.fromWeb(stream as never))],
    [
      "both halves",
      async (stream: ReadableStream<string>) => (await Promise.all(stream.tee().map(drain)))[0],
    ],
    ["one half", async (stream: ReadableStream<string>) => await drain(stream.tee()[1] as never)],
    [
      "halves of halves",
      async (stream: ReadableStream<string>) => await drain(stream.tee()[0].tee()[1] as never),
    ],
  ])("read by %s is recorded once", async (_way, read) => {
    expect(await read(open())).toBe("abc");
    expect(output()).toBe("abc");
  });

  test("whose one half was given up waits for the other", async () => {
    const [left, right] = open().tee();
    void left.cancel();
    expect(recorded.spans).toHaveLength(0);
    expect(await drain(right)).toBe("abc");
    expect(output()).toBe("abc");
  });

  test("left with preventCancel can be read on, and its span waits", async () => {
    const stream = open();
    for await (const chunk of stream.values({ preventCancel: true })) {
      expect(chunk).toBe("a");
      break;
    }
    expect(recorded.spans).toHaveLength(0);
    expect(await drain(stream)).toBe("bc");
    expect(output()).toBe("abc");
  });

  test("released while a read waits is not broken by that", async () => {
    let push: (chunk: string) => void = () => {};
    let close = (): void => {};
    const traced = traceTool(
      () =>
        new ReadableStream<string>({
          start(controller) {
            push = (chunk) => controller.enqueue(chunk);
            close = () => controller.close();
          },
        }),
      { name: "letters" },
    )();
    const reader = traced.getReader();
    const waiting = reader.read();
    reader.releaseLock();
    await expect(waiting).rejects.toThrow(TypeError);
    push("z");
    close();
    expect(await drain(traced)).toBe("z");
    expect(recorded.one("letters").status.code).toBe(SpanStatusCode.OK);
  });

  test("unlocks when a pipe is done, and a failing target leaves it as it was asked to", async () => {
    const stream = open();
    const failing = new WritableStream({ write: () => Promise.reject(new Error("full")) });
    await expect(stream.pipeTo(failing, { preventCancel: true })).rejects.toThrow("full");
    expect(stream.locked).toBe(false);
  });

  test("of LangChain keeps its class and its next()", async () => {
    const made = IterableReadableStream.fromAsyncGenerator(
      (async function* () {
        yield "a";
        yield "b";
      })(),
    );
    const traced = traceTool(() => made, { name: "letters" })();
    expect(traced).toBe(made);
    expect(await traced.next()).toEqual({ done: false, value: "a" });
    expect(await drain(traced)).toBe("b");
    expect(output()).toBe("ab");
  });
});

describe("a Response", () => {
  const INNER = Symbol("inner");
  class CookieResponse extends Response {
    readonly #kind = "answer";
    readonly [INNER]: (cookie: string) => void;
    constructor(body: string) {
      super(body);
      const { headers } = this;
      this[INNER] = (cookie) => headers.append("set-cookie", cookie);
    }
    get kind(): string {
      return this.#kind;
    }
  }

  test("comes back itself, and what is changed later is changed on it", async () => {
    const made = new CookieResponse("body");
    const traced = await traceTool(async () => made, { name: "letters" })();
    traced[INNER]("a=1");
    expect(traced).toBe(made);
    expect([traced.kind, traced.headers.getSetCookie()]).toEqual(["answer", ["a=1"]]);
    expect(recorded.spans).toHaveLength(0);
    expect(await traced.text()).toBe("body");
    expect(output()).toBe("body");
  });

  test.each([
    ["arrayBuffer", async (response: Response) => await response.arrayBuffer()],
    ["blob", async (response: Response) => await response.blob()],
    ["a clone", async (response: Response) => await response.clone().text()],
    ["a new Response", async (response: Response) => await new Response(response.body).text()],
  ])("read by %s ends its span", async (_way, read) => {
    await read(traceTool(() => new Response("body"), { name: "letters" })());
    expect(output()).toBe("body");
  });

  test("is made by whatever class is global meanwhile", async () => {
    const Native = globalThis.Response;
    globalThis.Response = class {} as never;
    try {
      const traced = traceTool(() => new Native("body"), { name: "letters" })();
      expect(await traced.text()).toBe("body");
    } finally {
      globalThis.Response = Native;
    }
    expect(output()).toBe("body");
  });

  test("whose body is a Node stream, as node-fetch has it, ends with that", async () => {
    class ForeignResponse {
      readonly status = 200;
      readonly headers = {};
      readonly bodyUsed = false;
      readonly body = Readable.from(["bo", "dy"]);
      text(): Promise<string> {
        return text(this.body);
      }
      arrayBuffer(): void {}
    }
    const traced = traceTool(() => new ForeignResponse(), { name: "letters" })();
    expect(await traced.text()).toBe("body");
    await expect.poll(() => recorded.spans.length).toBe(1);
    expect(output()).toBe("body");
  });
});
