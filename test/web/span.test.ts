import type { Locator, Page } from "playwright-core";
import { expect, test } from "vitest";
import { openPage } from "./open-page.ts";
import { sendTraces, type SpanPlan } from "./sent-traces.ts";
import { PIXEL, supportAgent } from "./support-agent.ts";

/** Sends the plan and opens its span; gives the region with it. */
const openSpan = async (plan: SpanPlan, span: RegExp = /./): Promise<{ page: Page; region: Locator }> => {
  const { page, url } = await openPage();
  await sendTraces(url, [plan]);
  await page.getByRole("table").getByRole("link").first().click();
  await page.getByRole("treeitem", { name: span }).first().click();
  const region = page.getByRole("region", { name: /span|detail/i });
  await region.getByText("Span id").waitFor();
  return { page, region };
};

const section = (region: Locator, title: string | RegExp): Locator =>
  region.locator("section").filter({ has: region.page().getByRole("heading", { name: title }) });
const lines = async (locator: Locator): Promise<string[]> =>
  (await locator.innerText()).split(/\n+/).map((line) => line.trimEnd());

test("a model call is a conversation: roles, texts, images, tool calls with their arguments", async () => {
  const { region } = await openSpan(supportAgent(), /LLM answer/);
  const asked = section(region, "Input messages").getByRole("listitem");
  expect(await lines(asked.nth(0))).toEqual(["system", "You help with coffee machines."]);
  expect(await lines(asked.nth(1))).toEqual([
    "user",
    "What is this light?",
    "image",
    "https://images.example.com/light.png",
  ]);
  expect(await lines(asked.nth(2))).toEqual(["tool", "answers call_1", '{"state": "descale"}']);
  const images = region.getByRole("img");
  expect(await images.evaluateAll((all) => all.map((each) => each.getAttribute("src")))).toEqual([PIXEL]);
  expect(await images.first().evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(1);
  const answered = section(region, "Output messages").getByRole("listitem");
  expect(await lines(answered)).toEqual([
    "assistant",
    "I look it up.",
    "tool call lookup call_2",
    "{",
    '  "model": "X1",',
    '  "steps": ["drain", "rinse", "repeat until clear"],',
    '  "volume_ml": 750',
    "}",
  ]);
});

test("tokens are counted out, parameters keep their digits, tools are a click away", async () => {
  const { region } = await openSpan(supportAgent(), /LLM answer/);
  expect(await lines(section(region, "Tokens"))).toEqual([
    "Tokens",
    "Prompt tokens",
    "1,210",
    "of them read from a cache",
    "1,024",
    "Completion tokens",
    "34",
    "Total tokens",
    "1,244",
  ]);
  const parameters = section(region, "Invocation parameters");
  expect(await parameters.innerText()).toContain("12345678901234567890");
  const tool = region.getByText('"name": "lookup"');
  expect(await tool.isVisible()).toBe(false);
  await region.getByText("Tools it may call").click();
  expect(await tool.isVisible()).toBe(true);
});

test("a call among the contents of a message is shown once, where it stands", async () => {
  const call = (at: string) => ({
    [`${at}tool_call.id`]: "call_1",
    [`${at}tool_call.function.name`]: "look",
    [`${at}tool_call.function.arguments`]: "{}",
  });
  const at = "llm.output_messages.0.message.";
  const { region } = await openSpan({
    name: "reasoned",
    attributes: {
      [`${at}role`]: "assistant",
      [`${at}contents.0.message_content.type`]: "reasoning",
      [`${at}contents.0.message_content.text`]: "I wonder.",
      [`${at}contents.1.message_content.type`]: "tool_use",
      ...call(`${at}contents.1.`),
      [`${at}contents.2.message_content.type`]: "text",
      [`${at}contents.2.message_content.text`]: "Looking.",
      [`${at}contents.10.message_content.type`]: "text",
      [`${at}contents.10.message_content.text`]: "Looked.",
      ...call(`${at}tool_calls.0.`),
    },
  });
  expect(await lines(section(region, "Output messages").getByRole("listitem"))).toEqual([
    "assistant",
    "reasoning",
    "I wonder.",
    "tool call look call_1",
    "{}",
    "Looking.",
    "Looked.",
  ]);
});

test("documents have id, score and text, embeddings their text and size", async () => {
  const { region } = await openSpan(supportAgent(), /RETRIEVER search/);
  const documents = section(region, /Documents/).getByRole("listitem");
  expect(await lines(documents.nth(0))).toEqual([
    "manual-7",
    "score 0.91",
    "Descale every three months.",
    "Metadata",
  ]);
  expect(await lines(documents.nth(1))).toEqual(["faq-2", "score 0.72", "Citric acid is fine."]);
});

test("a reranker shows both lists and its query, an embedding its texts and the size of its vectors", async () => {
  const { region } = await openSpan({
    name: "rank",
    attributes: {
      "reranker.query": "which first?",
      "reranker.input_documents.0.document.content": "before",
      "reranker.output_documents.0.document.content": "after",
      "reranker.output_documents.0.document.score": 1,
      "embedding.embeddings.0.embedding.text": "embedded",
      "embedding.embeddings.0.embedding.vector": [0.1, 0.2, 0.3],
    },
  });
  expect(await lines(section(region, "Query"))).toEqual(["Query", "which first?"]);
  expect(await lines(section(region, "Documents to rank"))).toContain("before");
  expect(await lines(section(region, "Ranked documents"))).toEqual(
    expect.arrayContaining(["score 1", "after"]),
  );
  expect(await lines(section(region, "Embeddings"))).toEqual(
    expect.arrayContaining(["embedded", "3 dimensions"]),
  );
});

test("an error has its type, message and stack, one without an exception its message", async () => {
  const { region } = await openSpan(supportAgent(), /TOOL lookup/);
  const [title, type, message, stack] = await lines(section(region, "Error"));
  expect([title, type, message, stack]).toEqual([
    "Error",
    "TypeError",
    "connection refused",
    "TypeError: connection refused",
  ]);
  expect(await section(region, "Error").innerText()).toMatch(/at supportAgent \(/);
});

test("every raw attribute is one click away, by its key, with what the resource says", async () => {
  const plan = supportAgent("s-1");
  const { region } = await openSpan(plan, /AGENT support-agent/);
  await region.getByText("All attributes").click();
  const pairs = await region
    .locator(".attributes")
    .first()
    .locator("div:has(> dt)")
    .evaluateAll((all) =>
      all.map((pair) => [pair.querySelector("dt")?.textContent, pair.querySelector("dd")?.textContent]),
    );
  expect(pairs).toHaveLength(Object.keys(plan.attributes ?? {}).length);
  expect(Object.fromEntries(pairs)).toEqual(plan.attributes);
  await region.getByText("Resource").click();
  expect(await region.getByText("openinference.project.name").isVisible()).toBe(true);
});

test("events, links, tags, user and session are told", async () => {
  const other = { traceId: "5b8aa5a2d2c872e8321cf37308d69df2", spanId: "00000000000000a1", traceFlags: 1 };
  const { region } = await openSpan({
    name: "all",
    attributes: { "session.id": "s/1 ?", "user.id": "ada", "tag.tags": ["a", "b"] },
    events: [{ name: "first token", attributes: { "after.ms": 120 } }],
    links: [{ context: other, attributes: { why: "because" } }],
  });
  await region.getByText("first token").click();
  expect(await region.getByText("after.ms").isVisible()).toBe(true);
  expect(await region.getByRole("link", { name: other.traceId }).getAttribute("href")).toBe(
    `#/traces/${other.traceId}?span=${other.spanId}`,
  );
  expect(await lines(region.locator(".facts-list"))).toEqual(
    expect.arrayContaining(["s/1 ?", "ada", '["a","b"]', "web-test 1.2.3"]),
  );
  await region.getByRole("link", { name: "s/1 ?" }).click();
  await region.page().getByRole("heading", { name: "s/1 ?" }).waitFor();
});
