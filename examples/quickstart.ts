// A small RAG agent, traced: one call registers, one word per function says what it does. Model and
// services are fakes, so it needs no key and no network. `npm run demo` runs it.
import {
  register,
  traceAgent,
  traceChain,
  traceEmbedding,
  traceLLM,
  traceRetriever,
  traceTool,
} from "phoenix-otel";
import { chat, type ChatRequest, type Message, type ToolCall } from "./quickstart/fake-model.ts";
import { embed, nearestPages, warrantyOf } from "./quickstart/fake-services.ts";

register({ projectName: "quickstart" });

const complete = traceLLM((request: ChatRequest) => chat(request), { name: "chat" });

const embedQuery = traceEmbedding((query: string) => embed(query), {
  name: "embed-query",
  model: "text-embedding-3-small",
});

const retrievePages = traceRetriever(async (query: string) => nearestPages(await embedQuery(query)), {
  name: "manual-pages",
});

const searchManual = traceTool(
  async ({ query }: { query: string }) => (await retrievePages(query)).map((page) => page.content).join("\n"),
  { name: "search_manual", description: "Search the manual of the customer's machine" },
);

const checkWarranty = traceTool(({ serial }: { serial: string }) => warrantyOf(serial), {
  name: "check_warranty",
  description: "Until when a machine is under warranty",
});

const TOOLS = new Map<string, (args: never) => Promise<unknown>>([
  ["search_manual", searchManual],
  ["check_warranty", checkWarranty],
]);

/** Runs a tool that the model asked for; one failure is forgiven. */
async function runTool({ function: { name, arguments: args } }: ToolCall): Promise<unknown> {
  const tool = TOOLS.get(name);
  if (tool === undefined) return `There is no tool "${name}".`;
  const input = JSON.parse(args) as never;
  return await tool(input).catch(() => tool(input));
}

const supportAgent = traceAgent(
  async (question: string) => {
    const messages: Message[] = [
      { role: "system", content: "You help owners of espresso machines. Use the tools, be brief." },
      { role: "user", content: question },
    ];
    for (;;) {
      const { choices } = await complete({
        model: "gpt-4o-mini",
        temperature: 0.2,
        messages: [...messages],
        tools: toolSchemas(),
      });
      const message = choices[0]?.message;
      if (message?.tool_calls === undefined) return message?.content ?? "";
      messages.push(message);
      for (const call of message.tool_calls) {
        const content = JSON.stringify(await runTool(call));
        messages.push({ role: "tool", tool_call_id: call.id, content });
      }
    }
  },
  { name: "support-agent" },
);

const answerCustomer = traceChain(async (question: string) => await supportAgent(question.trim()), {
  name: "answer-customer",
});

function toolSchemas(): NonNullable<ChatRequest["tools"]> {
  const text = (name: string) => ({
    type: "object",
    properties: { [name]: { type: "string" } },
    required: [name],
  });
  return [
    {
      type: "function",
      function: { name: "search_manual", description: "Search the manual", parameters: text("query") },
    },
    {
      type: "function",
      function: { name: "check_warranty", description: "Warranty of a machine", parameters: text("serial") },
    },
  ];
}

const question = "My BX-20417 shows E4 and drips. Is it broken, and is it still under warranty?";
console.log(`question: ${question}`);
console.log(`answer:   ${await answerCustomer(question)}\n`);
