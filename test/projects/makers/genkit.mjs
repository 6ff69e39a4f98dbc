// A flow of Genkit's: a model that asks for a tool, and answers with what the tool said; whole, then streamed.
import { openAICompatible } from "@genkit-ai/compat-oai";
import { genkit, z } from "genkit";
import { register, traceChain } from "phoenix-otel";

register({ projectName: "makers" });

const ai = genkit({
  plugins: [openAICompatible({ name: "loopback", apiKey: "test", baseURL: `${process.env.MODEL_URL}/v1` })],
});
const scale = traceChain(async (what) => `${what}: 3 kg`, { name: "scale" });
const weigh = ai.defineTool(
  {
    name: "weigh",
    description: "Weighs",
    inputSchema: z.object({ what: z.string() }),
    outputSchema: z.string(),
  },
  ({ what }) => scale(what),
);
const ask = ai.defineFlow("ask", async (question) => {
  const asked = { model: "loopback/gpt-4o", system: "Be brief.", prompt: question, tools: [weigh] };
  if (process.argv[2] !== "stream") return (await ai.generate(asked)).text;
  return (await ai.generateStream(asked).response).text;
});
console.log(await ask("How heavy is the cod?"));
