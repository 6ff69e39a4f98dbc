// The program's own mask, redactSecrets(), and what it takes that nothing leaves when they fail.
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BatchSpanProcessor,
  type Mask,
  redactSecrets,
  type RedactSecretsOptions,
  TracerProvider,
  type TracerProviderOptions,
} from "../../src/index.ts";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { type CollectedSpan, type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let provider: TracerProvider | undefined;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  await provider?.shutdown();
  await receiver.stop();
});

async function sent(options: TracerProviderOptions): Promise<CollectedSpan> {
  provider = new TracerProvider({ endpoint: receiver.httpUrl, ...options });
  const span = provider.getTracer("test").startSpan("span", {
    attributes: { "input.value": "in", count: 7, list: ["a", "b"], "llm.tools.0.tool.json_schema": "{}" },
    links: [
      {
        context: { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", traceFlags: 1 },
        attributes: { linked: "l" },
      },
    ],
  });
  span.addEvent("noted", { noted: "e" });
  span.recordException(Object.assign(new Error("why"), { stack: "Error: why" }));
  span.setStatus({ code: 2, message: "why" });
  span.end();
  await provider.forceFlush();
  return receiver.spans.at(-1)!;
}

describe("mask", () => {
  it("is asked for every value after the rules, with the span, and what it returns is recorded", async () => {
    const asked: [string, unknown][] = [];
    let seen: ReadableSpan | undefined;
    const mask: Mask = (key, value, span) => {
      asked.push([key, value]);
      seen = span;
      if (key === "count") return undefined;
      return typeof value === "string" ? `<${value}>` : value;
    };
    const span = await sent({ mask, traceConfig: { hideInputs: true } });
    expect(asked).toEqual([
      ["input.value", "__REDACTED__"],
      ["count", 7],
      ["list", ["a", "b"]],
      ["noted", "e"],
      ["exception.type", "Error"],
      ["exception.message", "why"],
      ["exception.stacktrace", "Error: why"],
      ["linked", "l"],
      ["status.message", "why"],
    ]);
    expect(seen?.name).toBe("span");
    expect(span.attributes).toEqual({ "input.value": "<__REDACTED__>", list: ["a", "b"] });
    expect(span.events[0]?.attributes).toEqual({ noted: "<e>" });
    expect(span.links[0]?.attributes).toEqual({ linked: "<l>" });
    expect(span.status).toMatchObject({ message: "<why>" });
  });

  const secret = "in";
  it.each<[string, () => unknown]>([
    [
      "throws an error that quotes the value",
      () => {
        throw new Error(`cannot mask ${secret}`);
      },
    ],
    [
      "throws an error whose name is the value",
      () => {
        throw Object.assign(new Error("no"), { name: secret });
      },
    ],
    [
      "throws the value",
      () => {
        throw secret;
      },
    ], // eslint-disable-line no-throw-literal
    ["is asynchronous", async (value?: unknown) => value],
    [
      "is asynchronous and fails",
      async () => {
        throw new Error(secret);
      },
    ],
    ["gives an object", () => ({ secret })],
    ["gives null", () => null],
    ["gives a list of objects", () => [{ secret }]],
    ["gives a function", () => () => secret],
  ])("closes where it %s, said once, without the value", async (_, mask) => {
    const lines = collectLines();
    const span = await sent({ mask: mask as Mask });
    expect(span.attributes).toEqual({
      "input.value": "__REDACTED__",
      count: "__REDACTED__",
      list: "__REDACTED__",
      "llm.tools.0.tool.json_schema": "__REDACTED__",
    });
    expect(span.status).toMatchObject({ message: "__REDACTED__" });
    const said = lines.filter((line) => line.startsWith("PHX331"));
    expect(said).toHaveLength(1);
    expect(said[0]).not.toMatch(/\bin\b(?! place)/);
  });

  it("of a provider holds for processors of ours in its list that have none of their own", async () => {
    const mask: Mask = (_, value) => (typeof value === "string" ? "provider" : value);
    await sent({ mask, spanProcessors: [new BatchSpanProcessor({ endpoint: receiver.httpUrl })] });
    expect(receiver.spans[0]?.attributes["input.value"]).toBe("provider");
    await provider!.shutdown();
    const own = new BatchSpanProcessor({ endpoint: receiver.httpUrl, mask: () => "own" });
    await sent({ mask, traceConfig: { hideInputs: true }, spanProcessors: [own] });
    expect(receiver.spans[1]?.attributes).toEqual({ "input.value": "own", count: "own", list: "own" });
  });

  it("of a processor added later comes from the provider too", async () => {
    provider = new TracerProvider({ endpoint: receiver.httpUrl, traceConfig: { hideInputs: true } });
    provider.addSpanProcessor(new BatchSpanProcessor({ endpoint: receiver.httpUrl }));
    provider
      .getTracer("test")
      .startSpan("span", { attributes: { "input.value": "in" } })
      .end();
    await provider.forceFlush();
    expect(receiver.spans[0]?.attributes).toEqual({ "input.value": "__REDACTED__" });
  });
});

describe("redactSecrets()", () => {
  const R = "__REDACTED__";
  const masked = (value: unknown, options?: RedactSecretsOptions): unknown =>
    redactSecrets(options)("key", value as string, undefined as never);
  const chars = (length: number) => "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA".repeat(4).slice(0, length);

  it.each<[string, string]>([
    ["OpenAI", `sk-proj-${chars(48)}`],
    ["Anthropic", `sk-ant-api03-${chars(60)}`],
    ["OpenRouter", `sk-or-v1-${chars(40)}`],
    ["Groq", `gsk_${chars(40)}`],
    ["Hugging Face", `hf_${chars(34)}`],
    ["xAI", `xai-${chars(40)}`],
    ["Google", `AIza${chars(35)}`],
    ["AWS", "AKIAIOSFODNN7EXAMPLE"],
    ["GitHub", `ghp_${chars(36)}`],
    ["GitHub, fine-grained", `github_pat_${chars(40)}`],
    ["GitLab", `glpat-${chars(20)}`],
    ["Slack", `xoxb-${"1234567890-".repeat(2)}abcdef`],
    ["Stripe", `sk_live_${chars(24)}`],
    ["SendGrid", `SG.${chars(22)}.${chars(43)}`],
    ["npm", `npm_${chars(36)}`],
    ["a JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"],
    ["a private key", `-----BEGIN RSA PRIVATE KEY-----\n${chars(64)}\n-----END RSA PRIVATE KEY-----`],
    ["a private key that was cut", `-----BEGIN PRIVATE KEY-----\n${chars(64)}`],
    ["a card number", "4242 4242 4242 4242"],
    ["a card number of American Express", "378282246310005"],
  ])("redacts the key of %s, in JSON too", (_, secret) => {
    expect(masked(`before ${secret}`)).toBe(`before ${R}`);
    expect(masked(JSON.stringify([secret.replaceAll("\n", " ")]))).not.toContain(chars(10));
    expect(masked([secret, "word"])).toEqual([R, "word"]);
  });

  it("keeps what is around a secret", () => {
    expect(masked(`authorization: Bearer ${chars(30)}, and more`)).toBe(
      `authorization: Bearer ${R}, and more`,
    );
    expect(masked("postgres://me:pa55w0rd@db.example.com/x")).toBe(`postgres://me:${R}@db.example.com/x`);
    expect(masked("https://x.example/?a=1&api_key=12345&b=2")).toBe(
      `https://x.example/?a=1&api_key=${R}&b=2`,
    );
    expect(masked(4242424242424242)).toBe(R);
  });

  it("leaves alone what is none", () => {
    for (const value of [
      "risk-based tasks and desk-sized sk-8 boards",
      "order 4242424242424241 and 1700000000000",
      "a bearer of news, basic training",
      "https://example.com:8080/path@2",
      "0af7651916cd43dd8448eb211c80319c",
      "me@example.com +1 415 555 0100",
      7,
      true,
      [0.25, 4242424242424242],
    ]) {
      expect(masked(value)).toEqual(value);
    }
  });

  it("redacts own patterns, e-mail and phone when asked", () => {
    expect(masked("ID-12345 of A.B", { patterns: [/id-\d+/i, "A.B"] })).toBe(`${R} of ${R}`);
    expect(masked("ID-1 ID-2 AxB", { patterns: [/ID-\d/y, "A.B"] })).toBe(`${R} ${R} AxB`);
    expect(masked("me@example.com", { email: true })).toBe(R);
    expect(masked("call +1 415-555-0100 or (415) 555-0100", { phone: true })).toBe(`call ${R} or ${R}`);
  });

  it("throws for an option that cannot be right", () => {
    for (const wrong of [{ patterns: "x" }, { patterns: [1] }, { patterns: [""] }, { email: "yes" }]) {
      expect(() => redactSecrets(wrong as never)).toThrow(/^PHX105 redactSecrets/);
    }
  });

  it("works as the mask of a provider", async () => {
    provider = new TracerProvider({ endpoint: receiver.httpUrl, mask: redactSecrets() });
    const span = provider.getTracer("test").startSpan("span", { attributes: { key: `my sk-${chars(40)}` } });
    span.recordException(new Error(`401 for sk-${chars(40)}`));
    span.end();
    await provider.forceFlush();
    expect(receiver.spans[0]?.attributes).toEqual({ key: `my ${R}` });
    expect(Buffer.from(receiver.requests[0]!.body).includes(chars(40))).toBe(false);
  });
});
