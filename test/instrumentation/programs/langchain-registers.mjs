// As langchain.mjs, and register() is called once LangChain is there.
import "@langchain/openai";
import { register } from "phoenix-otel";

register({ autoInstrument: true });
await import("./langchain.mjs");
