const { register, traceAgent, traceTool } = require("phoenix-otel");

const provider = register({ endpoint: "http://127.0.0.1:9/v1/traces", projectName: "app" });

const search = traceTool(async (query) => [`a page about ${query}`], { name: "search" });

const answer = traceAgent(
  async (question) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    const [page] = await search(question);
    return page;
  },
  { name: "agent" },
);

module.exports = { provider, answer };
