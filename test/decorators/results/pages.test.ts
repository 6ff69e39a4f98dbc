// Pages of the SDKs' lists: iterated over all pages, read page by page, or used by their items.
import Anthropic from "@anthropic-ai/sdk";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";
import OpenAI4 from "openai4";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { traceRetriever, traceTool } from "../../../src/index.ts";
import { startLlmServer, type LlmServer } from "../../support/llm-server.ts";
import { recordSpans, type RecordedSpans } from "../support/recorded-spans.ts";

let server: LlmServer;
let recorded: RecordedSpans;
beforeAll(async () => {
  server = await startLlmServer();
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(() => recorded.stop());

interface Item {
  readonly id: string;
}
interface Page extends AsyncIterable<Item> {
  readonly data: readonly Item[];
  iterPages(): AsyncIterable<Page>;
}
type List = PromiseLike<Page> & AsyncIterable<Item> & { withResponse(): Promise<{ readonly data: Page }> };

const options = () => ({ apiKey: "secret-key", baseURL: `${server.url}/v1`, maxRetries: 0 });
const SDKS: Readonly<Record<string, () => List>> = {
  openai: () => new OpenAI(options()).files.list(),
  openai4: () => new OpenAI4(options()).files.list(),
  anthropic: () => new Anthropic(options()).beta.files.list(),
};

const page = (has_more: boolean, ...ids: readonly string[]) => ({
  json: {
    object: "list",
    data: ids.map((id) => ({ id, object: "file" })),
    has_more,
    first_id: ids[0],
    last_id: ids.at(-1),
    // What Anthropic's newest lists go by.
    next_page: has_more ? "next" : null,
  },
});

async function ids(items: AsyncIterable<Item>): Promise<string> {
  let all = "";
  for await (const { id } of items) all += id;
  return all;
}

describe.each(Object.entries(SDKS))("%s", (_sdk, list) => {
  test.each<[string, (list: List) => Promise<string>]>([
    ["iterated", (pages) => ids(pages)],
    ["awaited and iterated", async (pages) => ids(await pages)],
    [
      "read page by page",
      async (pages) => {
        let all = "";
        for await (const each of (await pages).iterPages()) all += each.data.map(({ id }) => id).join("");
        return all;
      },
    ],
    ["asked for its response", async (pages) => ids((await pages.withResponse()).data)],
  ])("%s ends its span once and gives every item", async (_way, read) => {
    server.reply(page(true, "a", "b"), page(false, "c"));
    expect(await read(traceTool(list, { name: "list" })())).toBe("abc");
    expect(recorded.attributes("list")["output.value"]).toContain('"id":"c"');
    expect(JSON.stringify(recorded.attributes("list"))).not.toContain("secret-key");
  });

  test("used by its items ends its span with them", async () => {
    server.reply(page(true, "a", "b"));
    const files = await traceTool(async () => await list(), { name: "list" })();
    // Anthropic's SDK has a span of its own.
    expect(recorded.spans.filter((span) => span.name === "list")).toHaveLength(0);
    expect(files.data).toHaveLength(2);
    const output = JSON.parse(recorded.attributes("list")["output.value"] as string) as unknown;
    expect(output).toMatchObject({ data: [{ id: "a" }, { id: "b" }], has_more: true });
  });
});

test("a search's page gives a retriever its documents", async () => {
  const found = {
    file_id: "f1",
    filename: "moss.md",
    score: 0.9,
    content: [{ type: "text", text: "Moss." }],
  };
  server.reply({ json: { object: "vector_store.search_results.page", data: [found], has_more: false } });
  const search = traceRetriever(
    (query: string) => new OpenAI(options()).vectorStores.search("vs_1", { query }),
    { name: "search" },
  );
  expect((await search("moss")).data[0]?.score).toBe(0.9);
  expect(recorded.attributes("search")).toMatchObject({
    "retrieval.documents.0.document.content": "Moss.",
    "retrieval.documents.0.document.score": 0.9,
  });
});

test("Google's pager ends its span when its page is read", async () => {
  server.reply({ json: { models: [{ name: "models/a" }] } });
  const google = new GoogleGenAI({ apiKey: "secret-key", httpOptions: { baseUrl: server.url } });
  const pager = await traceTool(async () => await google.models.list(), { name: "list" })();
  expect(pager.page[0]?.name).toBe("models/a");
  expect(recorded.attributes("list")["output.value"]).toMatch(/^\[\{"name":"models\/a"/);
});
