// The wrapper for a function of any kind, and the way that all wrappers and decorators take to a traced function.
import type { Tracer } from "@opentelemetry/api";
import { errorText, sayOnce } from "../diagnostics.ts";
import { LaterPart } from "../parts.ts";
import type { AnyCallOptions, Callable } from "./call/call-plan.ts";
import { createTracedFunction } from "./call/traced-function.ts";
import type {
  AnyFunction,
  SpanKindOption,
  StreamedChunk,
  TraceOptions,
  WithSpanOptions,
} from "./span-options.ts";
import type { AnyFn, SpanTraceOptions } from "./span-trace-options.ts";

const part = new LaterPart(() => createTracedFunction, "Functions run without a wrapper");

/**
 * Wraps `fn`; the typed doors are `withSpan`, `trace…`, the decorators and the tracer. Never throws: it may run as a module
 * is loaded. Gives `fn` itself where it is no function, or where the code that traces cannot be loaded.
 */
export function traceFunction<F extends AnyFunction, Gathered>(
  fn: F,
  kind: SpanKindOption,
  options: TraceOptions<F, Gathered>,
  tracer?: Tracer,
): F;
export function traceFunction(
  fn: Callable,
  kind: SpanKindOption,
  options: AnyCallOptions,
  tracer?: Tracer,
): Callable {
  if (typeof fn !== "function") {
    sayUntraced(kind, `was given ${nameType(fn)} in place of a function`);
    return fn;
  }
  const wrap = (create: typeof createTracedFunction): Callable => {
    try {
      return create(fn, kind, options, options.tracer ?? tracer);
    } catch (error) {
      sayUntraced(kind, `cannot read the function or its options (${errorText(error)})`);
      return fn;
    }
  };
  const create = part.get();
  if (create !== undefined) return wrap(create);
  return part.isDelayed ? wrapLater(fn, wrap) : fn;
}

/** The function, traced from the first call on by which the code that traces can be loaded. */
function wrapLater(fn: Callable, wrap: (create: typeof createTracedFunction) => Callable): Callable {
  // A class is not traced, and its private static members need the class itself.
  if (/^class\b/.test(Function.prototype.toString.call(fn))) return fn;
  let wrapped: Callable | undefined;
  return new Proxy(fn, {
    apply(_, self, args: unknown[]): unknown {
      const create = wrapped === undefined ? part.get() : undefined;
      if (create !== undefined) wrapped = wrap(create);
      return Reflect.apply(wrapped ?? fn, self, args);
    },
  });
}

const nameType = (value: unknown): string =>
  value === null || value === undefined ? String(value) : `a value of type ${typeof value}`;

function sayUntraced(kind: SpanKindOption, what: string): void {
  sayOnce(`untraced:${kind}:${what}`, {
    code: "PHX502",
    message: `A wrapper of the kind ${kind} ${what}. The value was given back as it is and is not traced. Pass the function itself; where it is imported, look for a circle of imports.`,
  });
}

/**
 * Wraps a function of any kind so that each call is an OpenInference span. The wrapper keeps the function's type, `this`,
 * name, length and own properties, and gives back what the function returned: promises and streams end the span when they
 * end. Traces with the provider that is global when it is called, or with `options.tracer`.
 */
export function withSpan<F extends AnyFunction, Gathered = StreamedChunk<F>[]>(
  fn: F,
  options?: WithSpanOptions<F, Gathered>,
): F;
/** For a function of the program's own that takes `SpanTraceOptions` of a function that it does not know. */
export function withSpan<F extends AnyFn>(fn: F, options?: SpanTraceOptions<F>): F;
export function withSpan<F extends AnyFunction>(fn: F, options?: WithSpanOptions<F>): F {
  const given = options ?? {};
  return traceFunction(fn, given.kind ?? "CHAIN", given);
}
