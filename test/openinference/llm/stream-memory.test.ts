// A fold keeps the text of a stream, not its chunks.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { readLlmCall } from "./read-call.ts";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

const CHUNKS: Record<string, (text: string) => object> = {
  "OpenAI Chat Completions": (content) => ({
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta: { content } }],
  }),
  "OpenAI Responses": (delta) => ({ type: "response.output_text.delta", output_index: 0, delta }),
  "Anthropic Messages": (text) => ({
    type: "content_block_delta",
    index: 0,
    delta: { type: "text_delta", text },
  }),
  "Google GenAI": (text) => ({ candidates: [{ index: 0, content: { role: "model", parts: [{ text }] } }] }),
  "the AI SDK": (text) => ({ type: "text-delta", id: "1", text }),
};

test.each(Object.entries(CHUNKS))("of %s", async (_name, chunk) => {
  const stream = readLlmCall([]).createAnswer();
  const refs: WeakRef<object>[] = [];
  for (let index = 0; index < 100; index += 1) {
    const next = chunk(`${index} `);
    refs.push(new WeakRef(next));
    expect(stream.add(next)).toBe(true);
  }
  // A WeakRef holds its target until the end of the task that made it.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(refs.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(1);
  expect(stream.text()).toMatch(/^0 1 2 .* 98 99 $/);
});
