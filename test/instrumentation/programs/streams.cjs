// Reads a stream whose connection breaks, and catches what that throws.
const { OpenAI } = require("openai");

async function main() {
  const client = new OpenAI({ apiKey: "key", baseURL: `${process.env.MODELS}/v1`, maxRetries: 0 });
  const messages = [{ role: "user", content: "How heavy is the cod?" }];
  const stream = await client.chat.completions.create({ model: "gpt-4o", messages, stream: true });
  try {
    for await (const chunk of stream) console.log(chunk.choices[0].delta.content);
  } catch (error) {
    console.log("caught", error.constructor.name, error.message);
  }
}

void main();
