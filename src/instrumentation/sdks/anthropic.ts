// @anthropic-ai/sdk, and its clients for Bedrock, Vertex and Foundry.
import type { Span } from "@opentelemetry/api";
import { classNames } from "../../capture/class-names.ts";
import { hostProvider } from "../host-provider.ts";
import { hasMethods, memberAt } from "../member-path.ts";
import type { CallRow, SdkRow } from "../sdk-row.ts";
import { baseUrlOf, clientOf, stainlessPrototypes } from "./stainless.ts";

const calls: readonly CallRow[] = [
  // `stream()`, `parse()`, `toolRunner()` and threads go through `create()`.
  { path: "messages.create", kind: "LLM", name: "Anthropic Messages" },
  { path: "beta.messages.create", kind: "LLM", name: "Anthropic Messages" },
  { path: "beta.promptCaching.messages.create", kind: "LLM", name: "Anthropic Messages" },
  { path: "completions.create", kind: "LLM", name: "Anthropic Completions" },
];

/** Its clients for other hosts, by their names, where the URL does not tell. */
const HOSTS: Readonly<Record<string, string>> = {
  AnthropicBedrock: "aws",
  AnthropicBedrockMantle: "aws",
  AnthropicVertex: "google",
  AnthropicFoundry: "azure",
};

function providerOf(self: unknown): string | undefined {
  const names = [...classNames(Object(clientOf(self)) as object)];
  const named = names.map((name) => HOSTS[name]).find((each) => each !== undefined);
  return named ?? hostProvider(baseUrlOf(self));
}

export const anthropic: SdkRow = {
  sdk: "@anthropic-ai/sdk",
  versions: "0.30 - 1",
  provider: providerOf,
  isClient: (value) => hasMethods(value, "messages.create", "messages.stream") && baseUrlOf(value) !== "",
  prototypes: (exports) => stainlessPrototypes(exports, ["Anthropic", "default"], calls),
  calls,
  gives: ["withOptions"],
  // From version 1 on it records spans of its own, by default without what is asked and answered.
  tracesItself: (self) => {
    const client = clientOf(self);
    return (
      memberAt(client, "_tracer") !== undefined &&
      memberAt(client, "openTelemetry.traces.contentMode") === "content" &&
      memberAt(client, "openTelemetry.tracerProvider") === undefined
    );
  },
  // Its `stream()` starts that span before it calls `create()`.
  parent: ([, options]) => memberAt(options, "__span.span") as Span | undefined,
};
