// What is known of one SDK: how its clients are told, and which of their methods call a model.
import type { Span } from "@opentelemetry/api";
import type { SpanKindValue } from "../openinference/span-kind.ts";

/** What one call is, where the method alone does not say. */
export interface CallReading {
  /** What is asked, as the readers of `openinference/` know it. */
  readonly request: unknown;
  /** Default: the row's own. */
  readonly kind?: SpanKindValue;
  readonly name?: string;
  /** The model, of a request that the readers do not know. */
  readonly model?: string | undefined;
}

/** Runs a call in its span, and gives what the caller gets. */
export type RunTraced = (run: () => unknown) => unknown;

/** One method that calls a model. */
export interface CallRow {
  /** Where it is, from the client: `"chat.completions.create"`. */
  readonly path: string;
  readonly kind: SpanKindValue;
  /** The span's name. */
  readonly name: string;
  /** What is asked; `undefined` for a call that asks no model. Default: the first argument. */
  readonly read?: (self: unknown, args: readonly unknown[]) => CallReading | undefined;
  /** Whether the object has another method that is traced in its place. */
  readonly unless?: (holder: object) => boolean;
  /** The way from arguments to result, where it is not that of a plain call. */
  readonly call?: (trace: RunTraced, original: (args: unknown[]) => unknown, args: unknown[]) => unknown;
}

/** One SDK. */
export interface SdkRow {
  /** The name of its package. */
  readonly sdk: string;
  /** The majors that are traced; the oldest and the newest are tested. */
  readonly versions: string;
  /** `llm.provider`, as far as the object that is called tells. */
  readonly provider: (self: unknown) => string | undefined;
  /** Whether an object is one of its clients. */
  readonly isClient: (value: object) => boolean;
  /**
   * The objects whose methods all clients of a loaded copy share, by their path from the client: prototypes of what its
   * module exports.
   */
  readonly prototypes: (exports: Exports) => readonly (readonly [path: string, prototype: unknown])[];
  readonly calls: readonly CallRow[];
  /** Methods of a client that give another object whose calls are traced: `"withOptions"`. */
  readonly gives?: readonly string[];
  /** Whether the SDK tells of the call itself, with all that is asked and answered. */
  readonly tracesItself?: (self: unknown) => boolean;
  /** A span of the SDK's own that a helper of it started for the call and has not made the active one. */
  readonly parent?: (args: readonly unknown[]) => Span | undefined;
}

/** What a module exports, by name. */
export type Exports = Readonly<Record<string, unknown>>;
