// The types of a decorator that fits both standards: TC39 decorators and TypeScript's experimental ones.
import type { Anything } from "../openinference/safely.ts";
import type {
  AnyFunction,
  CallOptions,
  SpanKindOption,
  StreamedChunk,
  TraceOptions,
} from "./span-options.ts";

/** What a method may return for a processor that takes `Result`: itself, a promise, or a stream of its items. */
type Returning<Result> =
  | Result
  | PromiseLike<Result>
  | (Result extends readonly (infer Chunk)[]
      ? AsyncIterable<Chunk> | Iterator<Chunk, unknown, never> | PromiseLike<AsyncIterable<Chunk>>
      : never);

/**
 * The options of a decorator. It is called before the member is known: the member must fit the parameters of `processInput`
 * and `processOutput` where they are annotated, and is not checked where they are not.
 */
export type DecoratorOptions<Parameters extends readonly unknown[], Result> = CallOptions<
  Parameters,
  Result,
  never,
  never
> & {
  /** Makes one value of a stream's chunks. All chunks are kept until the stream ends. */
  aggregate?: (chunks: never[]) => unknown;
  /** The OpenInference span kind, where it is another than the decorator's. */
  kind?: SpanKindOption;
  /** Functions have this: the options are not one. */
  apply?: never;
};

/** A decorator of methods, accessors and function-valued fields. */
export interface MemberDecorator<Parameters extends readonly unknown[] = never[], Result = unknown> {
  <This, F extends (...args: Parameters) => Returning<Result>>(
    value: F,
    context: ClassMethodDecoratorContext<This, F>,
  ): F;
  <This, Value>(
    value: (this: This) => Value,
    context: ClassGetterDecoratorContext<This, Value>,
  ): (this: This) => Value;
  <This, Value>(
    value: (this: This, value: Value) => void,
    context: ClassSetterDecoratorContext<This, Value>,
  ): (this: This, value: Value) => void;
  <This, Value>(
    value: undefined,
    context: ClassFieldDecoratorContext<This, Value>,
  ): (this: This, value: Value) => Value;
  <This, Value>(
    value: ClassAccessorDecoratorTarget<This, Value>,
    context: ClassAccessorDecoratorContext<This, Value>,
  ): ClassAccessorDecoratorResult<This, Value>;
  <Value>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<Value>,
  ): TypedPropertyDescriptor<Value>;
  (target: object, key: string | symbol): void;
}

/** A decorator that is used bare (`@tool`) or called with options (`@tool()`, `@tool({ … })`). */
export interface KindDecorator extends MemberDecorator {
  (): MemberDecorator;
  <Parameters extends readonly unknown[] = Anything[], Result = Anything>(
    options: DecoratorOptions<Parameters, Result>,
  ): MemberDecorator<Parameters, Result>;
}

/** The decorator for a kind named in its options; `"CHAIN"` when none is. */
export type ObserveDecorator = KindDecorator;

/** A tracer's method for one kind: a wrapper, and a decorator like those that stand alone. */
export interface KindMethod extends KindDecorator {
  <F extends AnyFunction, Gathered = StreamedChunk<F>[]>(fn: F, options?: TraceOptions<F, Gathered>): F;
}
