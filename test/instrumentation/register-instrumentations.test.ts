// registerInstrumentations(), with the signature of @opentelemetry/instrumentation.
import { trace, type TracerProvider } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { register, registerInstrumentations } from "../../src/index.ts";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";

useFreshProcess();

const providers: { shutdown(): Promise<void> }[] = [];
afterEach(async () => {
  for (const provider of providers.splice(0)) await provider.shutdown();
});

/** An instrumentation as OpenTelemetry's base class makes them, which notes what is done with it. */
class Noting {
  readonly instrumentationName: string;
  readonly done: string[] = [];
  tracerProvider: TracerProvider | undefined;
  readonly #enabled: boolean;

  constructor(instrumentationName: string, { enabled = true } = {}) {
    this.instrumentationName = instrumentationName;
    this.#enabled = enabled;
  }

  enable(): void {
    this.done.push("enabled");
  }
  disable(): void {
    this.done.push("disabled");
  }
  getConfig(): { enabled: boolean } {
    return { enabled: this.#enabled };
  }
  setTracerProvider(provider: TracerProvider): void {
    this.tracerProvider = provider;
  }
  setMeterProvider(): void {
    this.done.push("meter");
  }
  setLoggerProvider(): void {
    this.done.push("logger");
  }
}

describe("registerInstrumentations()", () => {
  it("enables those that are not, nested lists too, and disables them again", () => {
    const [running, waiting] = [new Noting("running"), new Noting("waiting", { enabled: false })];
    const disable = registerInstrumentations({ instrumentations: [running, [waiting]] });
    // As OpenTelemetry's own does, it gives each a meter and a logger provider.
    const given = ["meter", "logger"];
    expect([running.done, waiting.done]).toEqual([given, [...given, "enabled"]]);
    disable();
    expect([running.done, waiting.done]).toEqual([
      [...given, "disabled"],
      [...given, "enabled", "disabled"],
    ]);
  });

  it("points them at the provider that is global, before register() or after", () => {
    const [before, after] = [new Noting("before"), new Noting("after")];
    registerInstrumentations({ instrumentations: [before] });
    providers.push(register({ spanProcessors: [] }));
    registerInstrumentations({ instrumentations: [after] });
    for (const { tracerProvider } of [before, after]) {
      expect(tracerProvider?.getTracer("sdk").startSpan("span").isRecording()).toBe(true);
    }
  });

  it("points them at the providers that are given", () => {
    const noting = new Noting("given");
    const tracerProvider = trace.getTracerProvider();
    const meterProvider = { getMeter: () => ({}) } as never;
    registerInstrumentations({
      instrumentations: [noting],
      tracerProvider,
      meterProvider,
      loggerProvider: {},
    });
    expect(noting.tracerProvider).toBe(tracerProvider);
    expect(noting.done).toEqual(["meter", "logger"]);
  });

  it("goes on after one that fails, and names it", () => {
    const lines = collectLines();
    const broken = new Noting("broken");
    broken.setTracerProvider = () => {
      throw new Error("no");
    };
    const other = new Noting("other", { enabled: false });
    registerInstrumentations({ instrumentations: [broken, other] });
    expect(other.done).toContain("enabled");
    expect(lines).toEqual([expect.stringMatching(/^PHX521 Instrumentation "broken" failed to start: no\./)]);
  });

  it("takes nothing at all", () => {
    expect(() => registerInstrumentations({})()).not.toThrow();
  });
});
