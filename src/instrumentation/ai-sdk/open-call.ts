// One span of a call that is told by events, its beginning and its end apart.
import { context, type Context } from "@opentelemetry/api";
import { createCallPlan, type Callable } from "../../decorators/call/call-plan.ts";
import { tracedCall } from "../../decorators/call/traced-call.ts";
import type { CaptureOptions } from "../../decorators/span-options.ts";
import type { SpanKindValue } from "../../openinference/span-kind.ts";

/** Whose the spans are: those of wrappers around a call give way to them. */
const SCOPE = "phoenix-otel.clients";

/** What is known of a call as it begins. */
export interface CallBeginning {
  readonly kind: SpanKindValue;
  readonly name: string;
  /** What is asked, as the readers of `openinference/` know it. */
  readonly request: unknown;
  readonly parent: Context;
  readonly capture?: Pick<CaptureOptions, "captureInput" | "captureOutput">;
}

/** A call that began. It is recorded as a traced function is whose promise settles when the call ends. */
export class OpenCall {
  /** The context in which its span is the active one. */
  readonly context: Context;
  #settle: { resolve: (result: unknown) => void; reject: (error: unknown) => void } | undefined;

  constructor({ kind, name, request, parent, capture = {} }: CallBeginning) {
    let within = parent;
    const settled = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    const call: Callable = () => {
      within = context.active();
      return settled;
    };
    const plan = { ...createCallPlan(call, kind, { ...capture, name }), declared: 1, scope: SCOPE };
    const result = context.with(parent, tracedCall, undefined, plan, undefined, [
      request,
    ]) as Promise<unknown>;
    // The AI SDK tells the program of the failure.
    result.catch(() => undefined);
    this.context = within;
  }

  /** Ends it with what came back. */
  end(result: unknown): void {
    this.#settle?.resolve(result);
  }

  /** Ends it with what was thrown. */
  fail(error: unknown): void {
    this.#settle?.reject(error);
  }
}
