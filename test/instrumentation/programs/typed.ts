// A TypeScript program, for tsx.
import { OpenAI } from "openai";

const baseURL: string = `${process.env["MODELS"]}/v1`;
const client = new OpenAI({ apiKey: "key", baseURL, maxRetries: 0 });
const messages = [{ role: "user" as const, content: "typed" }];
const { choices } = await client.chat.completions.create({ model: "gpt-4o", messages });
console.log(choices[0]?.message.content);
