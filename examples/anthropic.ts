// Anthropic's client, traced where it is: answers, the helper for streams, and the tool runner, a span for each call to the
// model. It speaks to Anthropic with ANTHROPIC_API_KEY.
import Anthropic from "@anthropic-ai/sdk";
import { register, traceClient } from "phoenix-otel";

register({ projectName: "anthropic-example" });

const anthropic = traceClient(new Anthropic());
const request = {
  model: process.env["ANTHROPIC_MODEL"] ?? "claude-sonnet-5",
  max_tokens: 1_000,
  messages: [{ role: "user" as const, content: "How heavy is the cod?" }],
};

const answer = await anthropic.messages.create(request);
console.log(answer.content[0]?.type === "text" ? answer.content[0].text : answer.stop_reason);

const stream = anthropic.messages.stream(request);
let text = "";
stream.on("text", (delta) => (text += delta));
await stream.finalMessage();
console.log(text);

// The SDK has spans of its own for its tools: no wrapper is needed around one.
const last = await anthropic.beta.messages.toolRunner({
  ...request,
  tools: [
    {
      type: "custom",
      name: "weigh",
      description: "Weighs a fish",
      input_schema: { type: "object", properties: { what: { type: "string" } } },
      parse: (input: unknown) => input as { what: string },
      run: ({ what }) => `A ${what} weighs three kilos.`,
    },
  ],
});
console.log(last.content[0]?.type === "text" ? last.content[0].text : last.stop_reason);
