// What a wrapper costs, beside the same span written by hand. Candidates take turns in one process; each figure is
// the median of its rounds. Run it through `npm run bench`, or `node bench/wrappers.mjs` after a build.
import { context, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BasicTracerProvider,
  NodeTracerProvider,
} from "@opentelemetry/sdk-trace-node";
import { traceTool } from "../dist/index.mjs";

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 41);
const CALLS = 2_000;

const request = { query: "weather in Paris", limit: 3, filters: { lang: "en", safe: true } };
const lookUp = (q) => ({
  hits: q.limit,
  best: "Paris: 21 °C, light wind from the west",
  lang: q.filters.lang,
});
const lookUpAsync = async (q) => lookUp(q);
const CHUNKS = 100;
async function* speak() {
  for (let index = 0; index < CHUNKS; index++) yield "token ";
}

const KIND = { "openinference.span.kind": "TOOL", "tool.name": "lookUp" };
const json = "application/json";

/** The span of a careful person: the same attributes, status and exception as the wrapper records. */
const byHand = (tracer, fn) => (q) =>
  tracer.startActiveSpan("lookUp", { attributes: KIND }, (span) => {
    try {
      span.setAttributes({ "input.value": JSON.stringify(q), "input.mime_type": json });
      const result = fn(q);
      span.setAttributes({ "output.value": JSON.stringify(result), "output.mime_type": json });
      span.setStatus({ code: SpanStatusCode.OK });
      return result;
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });

const byHandAsync = (tracer, fn) => (q) =>
  tracer.startActiveSpan("lookUp", { attributes: KIND }, async (span) => {
    try {
      span.setAttributes({ "input.value": JSON.stringify(q), "input.mime_type": json });
      const result = await fn(q);
      span.setAttributes({ "output.value": JSON.stringify(result), "output.mime_type": json });
      span.setStatus({ code: SpanStatusCode.OK });
      return result;
    } catch (error) {
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
      throw error;
    } finally {
      span.end();
    }
  });

/** A generator wrapper that keeps the span active inside every step and joins the text. */
const streamByHand = (tracer, fn) =>
  async function* (...args) {
    const span = tracer.startSpan("speak", { attributes: { ...KIND, "tool.name": "speak" } });
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
      span.recordException(error);
      span.setStatus({ code: SpanStatusCode.ERROR, message: error.message });
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

/** The competitors, where `npm install` in bench/ put them. */
async function others() {
  try {
    const core = await import("@arizeai/openinference-core");
    const langfuse = await import("@langfuse/tracing");
    return {
      "openinference-core": (fn) => core.traceTool(fn, { name: "lookUp" }),
      langfuse: (fn) => langfuse.observe(fn, { name: "lookUp", asType: "tool" }),
    };
  } catch (error) {
    console.error(`Without competitors: ${error.message.split("\n")[0]}`);
    return {};
  }
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Runs all candidates in turns; microseconds per unit of each. */
async function measure(candidates, units = CALLS) {
  const times = new Map(Object.keys(candidates).map((name) => [name, []]));
  for (let round = -5; round < ROUNDS; round++) {
    const names = Object.keys(candidates);
    // Each round starts with another candidate: none always follows the same one.
    const shift = ((round % names.length) + names.length) % names.length;
    for (const name of [...names.slice(shift), ...names.slice(0, shift)]) {
      globalThis.gc?.();
      // Processor time, not the clock: other programs on the machine do not count.
      const start = process.cpuUsage();
      await candidates[name]();
      const { user, system } = process.cpuUsage(start);
      if (round >= 0) times.get(name).push((user + system) / units);
    }
  }
  return new Map([...times].map(([name, values]) => [name, median(values)]));
}

const calls = (fn) => () => {
  for (let index = 0; index < CALLS; index++) fn(request);
};
const awaits = (fn) => async () => {
  for (let index = 0; index < CALLS; index++) await fn(request);
};
const streams = (fn) => async () => {
  for (let index = 0; index < CALLS / CHUNKS; index++) for await (const chunk of fn()) void chunk;
};

function print(title, baseline, times, bar) {
  const base = times.get(baseline);
  console.log(`\n${title}`);
  for (const [name, micros] of times) {
    const ratio = micros / base;
    const verdict = name === "phoenix-otel" ? `  bar ${bar}${ratio <= bar ? "" : "  MISSED"}` : "";
    console.log(
      `  ${name.padEnd(22)}${micros.toFixed(3).padStart(9)} µs${ratio.toFixed(2).padStart(8)}×${verdict}`,
    );
    if (name === "phoenix-otel" && ratio > bar) process.exitCode = 1;
  }
}

const noop = { onStart() {}, onEnd() {}, forceFlush: async () => {}, shutdown: async () => {} };

async function main() {
  const competitors = await others();
  const wrapAll = (fn, run) =>
    Object.fromEntries(Object.entries(competitors).map(([name, wrap]) => [name, run(wrap(fn))]));
  const options = { name: "lookUp" };

  const withoutProvider = trace.getTracer("hand");
  print(
    "No provider, sync (bare startActiveSpan = 1)",
    "bare",
    await measure({
      bare: calls(bare(withoutProvider, lookUp)),
      "phoenix-otel": calls(traceTool(lookUp, options)),
      ...wrapAll(lookUp, calls),
    }),
    1.5,
  );

  const off = new NodeTracerProvider({ sampler: new AlwaysOffSampler(), spanProcessors: [noop] });
  off.register();
  const offTracer = off.getTracer("hand");
  for (const [mode, run, fn, hand] of [
    ["sync", calls, lookUp, bare],
    ["async", awaits, lookUpAsync, bareAsync],
  ]) {
    print(
      `Sampled out, ${mode} (bare startActiveSpan = 1)`,
      "bare",
      await measure({
        bare: run(hand(offTracer, fn)),
        "phoenix-otel": run(traceTool(fn, options)),
        ...wrapAll(fn, run),
      }),
      1.5,
    );
  }
  trace.disable();

  const on = new BasicTracerProvider({ sampler: new AlwaysOnSampler(), spanProcessors: [noop] });
  trace.setGlobalTracerProvider(on);
  const onTracer = on.getTracer("hand");
  for (const [mode, run, fn, hand] of [
    ["sync", calls, lookUp, byHand],
    ["async", awaits, lookUpAsync, byHandAsync],
  ]) {
    print(
      `Recording, ${mode} (written by hand = 1)`,
      "by hand",
      await measure({
        "by hand": run(hand(onTracer, fn)),
        "phoenix-otel": run(traceTool(fn, options)),
        ...wrapAll(fn, run),
      }),
      1.15,
    );
  }
  print(
    "Recording, streamed, per chunk (generator wrapper by hand = 1)",
    "by hand",
    await measure({
      "by hand": streams(streamByHand(onTracer, speak)),
      "phoenix-otel": streams(traceTool(speak, { name: "speak" })),
    }),
    1.5,
  );
}

await main();
