// Watches every span of a kind of tracer, whoever made the provider: a test's spans are seen without a processor of ours.
import { trace, type Span, type Tracer, type TracerProvider } from "@opentelemetry/api";
import { NodeTracerProvider, type ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { globalTracerProvider } from "../globals.ts";

/** Is told of each recording span as it starts, and gives what to call once it has ended. */
export interface SpanWatcher {
  started(span: Span & ReadableSpan, parentId: string | undefined): (() => void) | undefined;
}

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

/** Calls to make as spans end. */
const endings = new WeakMap<object, () => void>();
/** Spans that were seen: a tracer may hand on what another one made. */
const seen = new WeakSet<object>();
let watcher: SpanWatcher | undefined;

/** Watches the spans of this package's providers and of OpenTelemetry's own, and of what becomes global. */
export function watchSpans(by: SpanWatcher): void {
  watcher = by;
  watchTracer(new NodeTracerProvider().getTracer("phoenix-otel/testing"));
  replace(
    Object.getPrototypeOf(trace) as object,
    "setGlobalTracerProvider",
    (original) =>
      function (...args) {
        const result = Reflect.apply(original, this, args);
        watchGlobalProvider();
        return result;
      },
  );
  watchGlobalProvider();
}

/** Watches the provider that is global now. */
export function watchGlobalProvider(): void {
  const provider: TracerProvider | undefined = globalTracerProvider();
  if (provider !== undefined) watchTracer(provider.getTracer("phoenix-otel/testing"));
}

/** Watches what every tracer of this class starts; of a tracer without a class, this one. */
function watchTracer(tracer: Tracer): void {
  replace(
    holderOf(tracer, "startSpan"),
    "startSpan",
    (original) =>
      function (...args) {
        const span = Reflect.apply(original, this, args);
        watchSpan(span);
        return span;
      },
  );
  replace(
    holderOf(tracer, "startActiveSpan"),
    "startActiveSpan",
    (original) =>
      function (...args) {
        const fn = args.at(-1);
        if (typeof fn !== "function") return Reflect.apply(original, this, args);
        const seeing = function (this: unknown, ...given: unknown[]): unknown {
          watchSpan(given[0]);
          return Reflect.apply(fn as AnyFunction, this, given);
        };
        return Reflect.apply(original, this, [...args.slice(0, -1), seeing]);
      },
  );
}

function watchSpan(value: unknown): void {
  if (typeof value !== "object" || value === null || seen.has(value)) return;
  seen.add(value);
  const span = value as Span & ReadableSpan;
  if (!span.isRecording()) return;
  const parentId = span.parentSpanContext?.spanId ?? (span as { parentSpanId?: string }).parentSpanId;
  const ended = watcher?.started(span, parentId);
  if (ended === undefined) return;
  endings.set(span, ended);
  replace(
    holderOf(span, "end"),
    "end",
    (original) =>
      function (...args) {
        const result = Reflect.apply(original, this, args);
        const ending = endings.get(this as object);
        endings.delete(this as object);
        ending?.();
        return result;
      },
  );
}

/** The object along the chain of prototypes that has the method. */
function holderOf(object: object, name: string): object {
  for (
    let holder: object | null = object;
    holder !== null;
    holder = Object.getPrototypeOf(holder) as object | null
  ) {
    if (Object.hasOwn(holder, name)) return holder;
  }
  return object;
}

/** Puts a method in the place of another, once. */
function replace(holder: object, name: string, make: (original: AnyFunction) => AnyFunction): void {
  const names = methodsOf(holder);
  if (names.has(name)) return;
  names.add(name);
  const original = Reflect.get(holder, name) as AnyFunction;
  Object.defineProperty(holder, name, { value: make(original), writable: true, configurable: true });
}

const replaced = new WeakMap<object, Set<string>>();

function methodsOf(holder: object): Set<string> {
  let names = replaced.get(holder);
  if (names === undefined) replaced.set(holder, (names = new Set()));
  return names;
}
