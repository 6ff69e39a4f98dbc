// The SDK is imported before register(), and called in the same tick, or once `provider.ready` resolved.
import { OpenAI } from "openai";
import { register } from "phoenix-otel";

const provider = register({ autoInstrument: true });
if (process.env.READY === "true") await provider.ready;
const client = new OpenAI({ apiKey: "key", baseURL: `${process.env.MODELS}/v1`, maxRetries: 0 });
const messages = [{ role: "user", content: "?" }];
console.log((await client.chat.completions.create({ model: "gpt-4o", messages })).choices[0].message.content);
