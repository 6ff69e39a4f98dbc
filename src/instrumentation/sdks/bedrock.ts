// @aws-sdk/client-bedrock-runtime: every call is a command that is sent.
import { jsonBodyOf } from "../../openinference/json-body.ts";
import { asRecord, asText, type ReadRecord } from "../../openinference/read-value.ts";
import type { SpanKindValue } from "../../openinference/span-kind.ts";
import { exported, hasMethods, memberAt } from "../member-path.ts";
import type { CallReading, CallRow, RunTraced, SdkRow } from "../sdk-row.ts";

/** The commands that ask a model, by what is in them: a bundler changes the names of classes. */
function readCommand(_self: unknown, [command]: readonly unknown[]): CallReading | undefined {
  const input = asRecord(memberAt(command, "input"));
  const model = asText(input?.["modelId"]);
  if (input === undefined || model === undefined) return undefined;
  if (Array.isArray(input["messages"]) || "promptVariables" in input) {
    return { request: input, name: "Bedrock Converse" };
  }
  const { body } = input;
  if (typeof body !== "string" && !(body instanceof Uint8Array)) return undefined;
  return { request: invoked(input, model), kind: invokedKind(model), name: "Bedrock Invoke Model" };
}

const invokedKind = (model: string): SpanKindValue =>
  /rerank/i.test(model) ? "RERANKER" : /embed/i.test(model) ? "EMBEDDING" : "LLM";

/** The request of a reranker is what its body says. */
const invoked = (input: ReadRecord, model: string): unknown =>
  invokedKind(model) === "RERANKER" ? { model, ...jsonBodyOf(input) } : input;

type Callback = (error: unknown, output?: unknown) => void;

/** A command may be sent with a callback, and gives nothing then. */
function send(trace: RunTraced, original: (args: unknown[]) => unknown, args: unknown[]): unknown {
  const at = args.findIndex((arg) => typeof arg === "function");
  if (at === -1) return trace(() => original(args));
  const tell = args[at] as Callback;
  const sent = trace(
    () =>
      new Promise((resolve, reject) => {
        const settle: Callback = (error, output) => (error ? reject(error) : resolve(output));
        original(args.with(at, settle));
      }),
  ) as Promise<unknown>;
  // What the callback throws goes nowhere in the SDK either.
  sent
    .then(
      (output) => tell(null, output),
      (error: unknown) => tell(error),
    )
    .catch(() => {});
  return undefined;
}

const calls: readonly CallRow[] = [
  { path: "send", kind: "LLM", name: "Bedrock Converse", read: readCommand, call: send },
];

export const bedrock: SdkRow = {
  sdk: "@aws-sdk/client-bedrock-runtime",
  versions: "3",
  provider: () => "aws",
  isClient: (value) => hasMethods(value, "send") && memberAt(value, "config.serviceId") === "Bedrock Runtime",
  prototypes: (exports) => [["", memberAt(exported(exports, "BedrockRuntimeClient"), "prototype")]],
  calls,
};
