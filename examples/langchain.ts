// A chain of LangChain, traced without a wrapper: @arizeai/openinference-instrumentation-langchain is installed, and
// autoInstrument enables it. The model is OpenAI's: OPENAI_API_KEY, and OPENAI_BASE_URL for a server that speaks like it.
import { StringOutputParser } from "@langchain/core/output_parsers";
import { ChatPromptTemplate } from "@langchain/core/prompts";
import { ChatOpenAI } from "@langchain/openai";
import { register } from "phoenix-otel";

const provider = register({ projectName: "langchain-example", autoInstrument: true });
// Resolved already where Node can require() an ES module: 20.19, 22.12 and later.
await provider.ready;

const chain = ChatPromptTemplate.fromMessages([
  ["system", "Answer in two words."],
  ["user", "{question}"],
])
  .pipe(new ChatOpenAI({ model: "gpt-4o-mini", temperature: 0 }))
  .pipe(new StringOutputParser());

console.log(await chain.invoke({ question: "How heavy is the cod?" }));
for await (const piece of await chain.stream({ question: "And the eel?" })) process.stdout.write(piece);
console.log();
