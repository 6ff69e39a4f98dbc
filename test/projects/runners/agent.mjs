// The program under test: it registers by itself, as an application does, to a server that is not there.
import { register, traceAgent, traceTool } from "phoenix-otel";

export const provider = register({ endpoint: "http://127.0.0.1:9/v1/traces", projectName: "app" });

const search = traceTool(async (query) => [`a page about ${query}`], { name: "search" });

export const answer = traceAgent(
  async (question) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const [page] = await search(question);
    return page;
  },
  { name: "agent" },
);
