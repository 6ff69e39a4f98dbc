// Runs a function with OpenInference values: every span that starts inside carries them.
import { context } from "@opentelemetry/api";
import {
  type ContextValues,
  type Metadata,
  type PromptTemplate,
  setMetadata,
  setPromptTemplate,
  setSession,
  setTags,
  setUser,
  setValues,
} from "./context-values.ts";
import { runWith } from "./run-with.ts";

/**
 * Runs `fn`, sync or async, and returns what it returned. Every span that starts inside belongs to the session; Phoenix
 * shows the traces of a session as one conversation. A blank id leaves the outer session.
 */
export function usingSession<T>(sessionId: string, fn: () => T): T {
  return runWith(setSession(context.active(), { sessionId }), fn);
}

/** As {@link usingSession}, for the user: `user.id`. */
export function usingUser<T>(userId: string, fn: () => T): T {
  return runWith(setUser(context.active(), { userId }), fn);
}

/** As {@link usingSession}, for metadata. Nested calls merge key by key, the inner value of a key holds. */
export function usingMetadata<T>(metadata: Metadata, fn: () => T): T {
  return runWith(setMetadata(context.active(), metadata), fn);
}

/** As {@link usingSession}, for tags. Nested calls join, each tag once. */
export function usingTags<T>(tags: readonly string[], fn: () => T): T {
  return runWith(setTags(context.active(), tags as string[]), fn);
}

/** As {@link usingSession}, for the template that prompts are made from. An inner one replaces the outer as a whole. */
export function usingPromptTemplate<T>(promptTemplate: PromptTemplate, fn: () => T): T {
  return runWith(setPromptTemplate(context.active(), promptTemplate), fn);
}

/** Several of the above at once, and `attributes` for every span inside, which merge key by key. */
export function usingAttributes<T>(values: ContextValues, fn: () => T): T {
  return runWith(setValues(context.active(), values), fn);
}
