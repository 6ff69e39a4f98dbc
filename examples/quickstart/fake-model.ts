// Stands in for a chat model, so the quickstart needs no key and no network. It answers in the shape of
// OpenAI's Chat Completions, from a script.
import { setTimeout as wait } from "node:timers/promises";

export interface ToolCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

export interface Message {
  role: "system" | "user" | "assistant" | "tool";
  content: string | null;
  tool_calls?: ToolCall[];
  tool_call_id?: string;
}

export interface ChatRequest {
  model: string;
  messages: Message[];
  temperature?: number;
  tools?: { type: "function"; function: { name: string; description: string; parameters: object } }[];
}

export interface ChatCompletion {
  id: string;
  object: "chat.completion";
  model: string;
  choices: { index: number; finish_reason: "stop" | "tool_calls"; message: Message }[];
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

const call = (id: string, name: string, args: object): ToolCall => ({
  id,
  type: "function",
  function: { name, arguments: JSON.stringify(args) },
});

const FIRST: Message = {
  role: "assistant",
  content: null,
  tool_calls: [
    call("call_1", "search_manual", { query: "error E4 espresso machine" }),
    call("call_2", "check_warranty", { serial: "BX-20417" }),
  ],
};

const LAST: Message = {
  role: "assistant",
  content:
    "E4 means the water circuit is blocked by scale: run the descaling programme (hold Steam for 5 s). " +
    "Your BX-20417 is under warranty until 2027-03-14, so a repair would cost nothing.",
};

/** Asks for both tools first; once their answers are there, answers the user. */
export async function chat(request: ChatRequest): Promise<ChatCompletion> {
  const answered = request.messages.some(({ role }) => role === "tool");
  const message = answered ? LAST : FIRST;
  await wait(answered ? 240 : 160);
  const promptTokens = tokens(request.messages);
  const completionTokens = tokens([message]);
  return {
    id: answered ? "chatcmpl-2" : "chatcmpl-1",
    object: "chat.completion",
    model: `${request.model}-2024-07-18`,
    choices: [{ index: 0, finish_reason: answered ? "stop" : "tool_calls", message }],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  };
}

/** A rough count, four characters a token. */
const tokens = (messages: Message[]): number => Math.ceil(JSON.stringify(messages).length / 4);
