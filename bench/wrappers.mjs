// What a wrapper costs, beside the same span written by hand. Every pair runs in a process of its own, its two sides
// in turns; the figure is the median of the rounds' ratios of processor time.
import { fileURLToPath } from "node:url";
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import { AlwaysOffSampler, AlwaysOnSampler, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { median, row, runChild } from "./ratios.mjs";

const ROUNDS = 101;
const WARM_UP_ROUNDS = 30;
/** Calls a round; ten times as many where a call costs a fraction of a microsecond. */
const CALLS = 1_500;
const SHORT_CALLS = 15_000;
const CHUNKS = 100;

const request = { query: "weather in Paris", limit: 3, filters: { lang: "en", safe: true } };
const lookUp = (q) => ({
  hits: q.limit,
  best: "Paris: 21 °C, light wind from the west",
  lang: q.filters.lang,
});
const lookUpAsync = async (q) => lookUp(q);
async function* speak() {
  for (let index = 0; index < CHUNKS; index++) yield "token ";
}

const KIND = { "openinference.span.kind": "TOOL", "tool.name": "lookUp" };
const JSON_TYPE = "application/json";

const failed = (span, error) => {
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
};

/** The span of a careful person: the same attributes, status and exception as the wrapper records. */
const byHand = (tracer, fn) => (q) =>
  tracer.startActiveSpan("lookUp", { attributes: KIND }, (span) => {
    try {
      span.setAttributes({ "input.value": JSON.stringify(q), "input.mime_type": JSON_TYPE });
      const result = fn(q);
      span.setAttributes({ "output.value": JSON.stringify(result), "output.mime_type": JSON_TYPE });
      span.setStatus({ code: SpanStatusCode.OK });
      return result;
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });

const byHandAsync = (tracer, fn) => (q) =>
  tracer.startActiveSpan("lookUp", { attributes: KIND }, async (span) => {
    try {
      span.setAttributes({ "input.value": JSON.stringify(q), "input.mime_type": JSON_TYPE });
      const result = await fn(q);
      span.setAttributes({ "output.value": JSON.stringify(result), "output.mime_type": JSON_TYPE });
      span.setStatus({ code: SpanStatusCode.OK });
      return result;
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });

/** A generator wrapper that keeps the span active inside every step and joins the text. */
const byHandStream = (tracer, fn) =>
  async function* (...args) {
    const span = tracer.startSpan("lookUp", { attributes: KIND });
    const active = trace.setSpan(context.active(), span);
    let text = "";
    try {
      const chunks = context.with(active, () => fn(...args));
      for (;;) {
        const { done, value } = await context.with(active, () => chunks.next());
        if (done) break;
        text += value;
        yield value;
      }
      span.setAttributes({ "output.value": text, "output.mime_type": "text/plain" });
      span.setStatus({ code: SpanStatusCode.OK });
    } catch (error) {
      failed(span, error);
      throw error;
    } finally {
      span.end();
    }
  };

const bare = (tracer, fn) => (q) =>
  tracer.startActiveSpan("lookUp", (span) => {
    try {
      return fn(q);
    } finally {
      span.end();
    }
  });

const bareAsync = (tracer, fn) => (q) =>
  tracer.startActiveSpan("lookUp", async (span) => {
    try {
      return await fn(q);
    } finally {
      span.end();
    }
  });

const calls = (fn, count) => () => {
  for (let index = 0; index < count; index++) fn(request);
};
const awaits = (fn, count) => async () => {
  for (let index = 0; index < count; index++) await fn(request);
};
const streams = (fn, count) => async () => {
  for (let index = 0; index < count / CHUNKS; index++) for await (const chunk of fn()) void chunk;
};

const HAND = "written by hand";
const BARE = "bare startActiveSpan";
const SETTINGS = [
  { title: "recording, sync", provider: "on", base: HAND, hand: byHand, run: calls, fn: lookUp, bar: 1.1 },
  {
    title: "recording, async",
    provider: "on",
    base: HAND,
    hand: byHandAsync,
    run: awaits,
    fn: lookUpAsync,
    bar: 1.1,
  },
  {
    title: "recording, streamed, a chunk",
    provider: "on",
    base: HAND,
    hand: byHandStream,
    run: streams,
    fn: speak,
    bar: 1.5,
  },
  { title: "sampled out, sync", provider: "off", base: BARE, hand: bare, run: calls, fn: lookUp, bar: 1.2 },
  {
    title: "sampled out, async",
    provider: "off",
    base: BARE,
    hand: bareAsync,
    run: awaits,
    fn: lookUpAsync,
    bar: 1.2,
  },
  { title: "no provider, sync", provider: "none", base: BARE, hand: bare, run: calls, fn: lookUp, bar: 0.6 },
  {
    title: "no provider, async",
    provider: "none",
    base: BARE,
    hand: bareAsync,
    run: awaits,
    fn: lookUpAsync,
    bar: 0.6,
  },
];

const OURS = "phoenix-otel";
const CANDIDATES = {
  [OURS]: async (fn) => (await import("../dist/node.mjs")).traceTool(fn, { name: "lookUp" }),
  "@arizeai/openinference-core": async (fn) =>
    (await import("@arizeai/openinference-core")).traceTool(fn, { name: "lookUp" }),
  "@langfuse/tracing": async (fn) =>
    (await import("@langfuse/tracing")).observe(fn, { name: "lookUp", asType: "tool" }),
};

const noop = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };

/** Runs one pair and prints its figures as JSON: what a child process of this program does. */
async function measurePair({ provider, hand, run, fn }, candidate, rounds) {
  if (provider !== "none") {
    const sampler = provider === "on" ? new AlwaysOnSampler() : new AlwaysOffSampler();
    new NodeTracerProvider({ sampler, spanProcessors: [noop] }).register();
  }
  const count = provider === "none" ? SHORT_CALLS : CALLS;
  const sides = [run(hand(trace.getTracer("hand"), fn), count), run(await CANDIDATES[candidate](fn), count)];
  const micros = [[], []];
  for (let round = -WARM_UP_ROUNDS; round < rounds; round++) {
    for (const side of round % 2 === 0 ? [0, 1] : [1, 0]) {
      // Processor time, not the clock: other programs on the machine do not count.
      const start = process.cpuUsage();
      await sides[side]();
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) micros[side].push((user + system) / count);
    }
  }
  const ratio = median(micros[1].map((value, round) => value / micros[0][round]));
  console.log(JSON.stringify({ base: median(micros[0]), micros: median(micros[1]), ratio }));
}

/** Measures one setting after the other; gives the name and the lines of a table each time. */
export async function* measureWrappers({ only, rounds = ROUNDS }) {
  for (const [index, { title, base, bar }] of SETTINGS.entries()) {
    if (!title.includes(only)) continue;
    const rows = [];
    for (const name of Object.keys(CANDIDATES)) {
      if (title.includes("streamed") && name !== OURS) continue;
      const pair = await runChild("wrappers.mjs", { index, name, rounds }).catch(didNotRun(name));
      if (pair === undefined) continue;
      const what = name === OURS ? `${title}, beside ${base}` : `  ${name} in its place`;
      rows.push(row(what, "µs", [pair.base, pair.micros], pair.ratio, name === OURS ? bar : undefined));
    }
    yield ["wrappers", rows];
  }
}

/** A competitor that does not run on this Node has no line; ours must run. */
const didNotRun = (name) => (error) => {
  if (name === OURS) throw error;
  console.error(
    `${name} did not run: ${String(error.stderr)
      .split("\n")
      .find((line) => line.includes("Error"))}`,
  );
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { index, name, rounds } = JSON.parse(process.argv[2]);
  await measurePair(SETTINGS[index], name, rounds);
}
