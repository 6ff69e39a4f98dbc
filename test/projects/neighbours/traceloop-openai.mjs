// A wrapper of ours around a call that Traceloop's instrumentation traces, and the call alone.
import "./traceloop.mjs";
import OpenAI from "openai";
import { traceLLM } from "phoenix-otel";

const client = new OpenAI({ baseURL: process.env.MODEL_URL, apiKey: "test" });
const ask = () =>
  client.chat.completions.create({ model: "gpt-4o", messages: [{ role: "user", content: "2+3?" }] });

await traceLLM(ask, { name: "ours" })();
await ask();
process.exit();
