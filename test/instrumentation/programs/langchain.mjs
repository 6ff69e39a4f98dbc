// One call of LangChain's model of OpenAI, and one of OpenAI's own client.
import { ChatOpenAI } from "@langchain/openai";
import { OpenAI } from "openai";

const baseURL = `${process.env.MODELS}/v1`;
const model = new ChatOpenAI({ model: "gpt-4o", apiKey: "key", configuration: { baseURL } });
console.log((await model.invoke("How heavy is the cod?")).content);
let streamed = "";
for await (const { text } of await model.stream("How heavy is the cod?")) streamed += text;
console.log(streamed);
const client = new OpenAI({ apiKey: "key", baseURL });
const messages = [{ role: "user", content: "How heavy is the cod?" }];
console.log((await client.chat.completions.create({ model: "gpt-4o", messages })).choices[0].message.content);
