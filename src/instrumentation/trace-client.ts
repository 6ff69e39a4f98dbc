// The door to tracing one client of an SDK.
import { errorText, sayOnce } from "../diagnostics.ts";
import { LaterPart } from "../parts.ts";
import { knownSdks, traceMembers } from "./traced-client.ts";
import type { TraceClientOptions } from "./traced-method.ts";

export type { TraceClientOptions } from "./traced-method.ts";

const part = new LaterPart(() => ({ traceMembers, knownSdks }), "Clients of SDKs are not traced");

/**
 * Traces the calls to models of one client of an SDK: of openai and what speaks through it, @anthropic-ai/sdk, @google/genai,
 * @aws-sdk/client-bedrock-runtime, @mistralai/mistralai, cohere-ai, ollama, groq-sdk, @google/generative-ai. Gives the same
 * object; what its methods give and throw stays what it was. Each call to a model is one span, also where a helper of the
 * SDK makes several. Copies by `withOptions()` are traced, too. Never throws: an object it does not know comes back untouched.
 */
export function traceClient<Client>(client: Client, options?: TraceClientOptions): Client {
  const clients = part.get();
  if (clients === undefined) return client;
  try {
    if ((typeof client !== "object" && typeof client !== "function") || client === null) {
      sayUnknown(client === null ? "null" : `a value of type ${typeof client}`, clients.knownSdks());
      return client;
    }
    const traced = clients.traceMembers(client, options ?? {});
    if (traced === undefined) sayUnknown(describe(client), clients.knownSdks());
    else if (!traced.isTraced) sayFixed(traced.sdk);
  } catch (error) {
    sayUnknown(`an object that cannot be read (${errorText(error)})`, clients.knownSdks());
  }
  return client;
}

function describe(value: object): string {
  if (typeof value === "function") return `the function or class "${value.name}" in place of a client`;
  const { constructor } = value;
  const name: unknown = typeof constructor === "function" ? constructor.name : undefined;
  return typeof name === "string" && name !== "" && name !== "Object"
    ? `an object of the class ${name}`
    : "an object";
}

function sayUnknown(what: string, known: string): void {
  sayOnce(`client:${what}`, {
    code: "PHX503",
    message: `traceClient() was given ${what}, which is no client that it knows. It was given back as it is and is not traced. Pass a client of ${known}, or wrap the function that calls the model with traceLLM().`,
  });
}

function sayFixed(sdk: string): void {
  sayOnce(`fixed:${sdk}`, {
    code: "PHX504",
    message: `traceClient() cannot replace the methods of a client of ${sdk}: it is frozen, or of a version that is not known. It is not traced. Pass the client before it is frozen, or wrap the function that calls the model with traceLLM().`,
  });
}
