// Spans hold whatever a model, a user or a web site wrote. Every test here fails when a script of theirs ran, the policy
// was broken, a dialog opened or another origin was asked (see open-page.ts).
import type { Attributes } from "@opentelemetry/api";
import { expect, test } from "vitest";
import { openPage } from "./open-page.ts";
import { sendTraces } from "./sent-traces.ts";

const svg = (content: string): string =>
  `data:image/svg+xml,${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">${content}</svg>`)}`;

const HOSTILE: Readonly<Record<string, string>> = {
  script: `<script>alert("script")</script>`,
  "closed script": `</script><script>alert("closed")</script>`,
  "closed style": `</style><style>body{display:none}</style>`,
  image: `<img src=x onerror="alert('image')">`,
  frame: `<iframe src="https://example.com/" srcdoc="<script>alert('frame')</script>"></iframe>`,
  comment: `<!--<script>`,
  "a javascript URL": `javascript:alert("url")`,
  "a data URL of a page": `data:text/html,<script>alert("data")</script>`,
  template: "{{constructor.constructor('alert(1)')()}} ${alert(1)}",
  "a null byte": "before\u0000after",
  "escape sequences": "\u001B[31mred\u001B[0m\u0007\u009B2J",
  "text from right to left": "\u202Egnp.exe\u2066\u2067\u200F",
  "broken JSON": `{"a": [1, 2, {"b": "c`,
  "deep JSON": `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  "a number in words": "-0 NaN 1e999",
  "an own prototype": `{"__proto__": {"polluted": true}}`,
  "an empty text": "",
  "white space": " \n\t ",
  emoji: "👩‍👩‍👧‍👦".repeat(3),
};

/** The same text wherever a span can hold one. */
const everywhere = (text: string): Attributes => ({
  "openinference.span.kind": text,
  "input.value": text,
  "input.mime_type": text,
  "output.value": text,
  "session.id": text,
  "user.id": text,
  metadata: text,
  "tag.tags": [text],
  "llm.model_name": text,
  "llm.invocation_parameters": text,
  "llm.token_count.total": text,
  "llm.tools.0.tool.json_schema": text,
  "llm.input_messages.0.message.role": text,
  "llm.input_messages.0.message.content": text,
  "llm.input_messages.0.message.contents.0.message_content.type": text,
  "llm.input_messages.0.message.contents.0.message_content.text": text,
  "llm.input_messages.0.message.contents.0.message_content.image.image.url": text,
  "llm.input_messages.0.message.tool_calls.0.tool_call.function.name": text,
  "llm.input_messages.0.message.tool_calls.0.tool_call.function.arguments": text,
  "retrieval.documents.0.document.id": text,
  "retrieval.documents.0.document.score": text,
  "retrieval.documents.0.document.content": text,
  "retrieval.documents.0.document.metadata": text,
  "input.images.0.image.url": text,
  [text]: text,
  __proto__x: text,
  constructor: text,
  "llm.input_messages": text,
  "llm.input_messages.x.message.role": text,
  "llm.input_messages.99999999999999999999.message.role": text,
  "llm.input_messages.-1.message.role": text,
});

test.each(Object.entries(HOSTILE))("%s is text and nothing else, everywhere", async (_name, text) => {
  const { page, url } = await openPage();
  const error = Object.assign(new Error(text), { name: text, stack: text });
  await sendTraces(
    url,
    [
      {
        name: text,
        attributes: everywhere(text),
        error,
        events: [{ name: text, attributes: everywhere(text) }],
      },
    ],
    { project: text },
  );
  const row = page.getByRole("row").nth(1);
  await row.waitFor();
  expect(await row.innerText()).toContain("1 error");
  expect(await row.innerText()).toContain("10.0 ms");
  await page.getByRole("searchbox").fill(text.slice(0, 100));
  await expect.poll(() => page.getByRole("status").innerText()).toBe("1 trace");
  await row.getByRole("link").click();
  const region = page.getByRole("region", { name: /span/i });
  await region.getByText("Span id").waitFor();
  await region.locator("details").evaluateAll((all) => {
    for (const each of all) (each as HTMLDetailsElement).open = true;
  });
  expect(
    await page.locator("main :is(script, style, iframe, object, embed, form, meta, base, svg)").count(),
  ).toBe(0);
  const addresses = await page
    .locator("a")
    .evaluateAll((all) => all.map((each) => each.getAttribute("href")));
  expect(addresses.filter((address) => !address?.startsWith("#/"))).toEqual([]);
  expect(await page.evaluate(() => (Object.prototype as { polluted?: unknown }).polluted)).toBeUndefined();
  await page.getByRole("link", { name: "Sessions" }).click();
  await page.getByRole("heading", { name: "Sessions" }).waitFor();
  if (text !== "") await page.getByRole("table").getByRole("link").click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.goto(
    `${url}/#/traces?${new URLSearchParams({ project: text, kind: text, text: text.slice(0, 100) })}`,
  );
  await page.reload();
  await page.getByRole("row").nth(1).waitFor();
});

test("marks of direction end with their text: what stands beside it stays where it is", async () => {
  const { page, url } = await openPage();
  await sendTraces(url, [{ name: "\u202Eabc", attributes: { "openinference.span.kind": "LLM" } }]);
  await page.getByRole("row").nth(1).getByRole("link").click();
  const item = page.getByRole("treeitem").first();
  const box = async (selector: string) => (await item.locator(selector).first().boundingBox())!;
  const [kind, name, bar] = [await box(".kind"), await box(".name"), await box(".bar")];
  expect(kind.x).toBeLessThan(name.x);
  expect(name.x).toBeLessThan(bar.x);
  // One that would make it read backwards is shown itself.
  expect(await item.locator(".name").innerText()).toBe("\uFFFDabc");
  expect(await item.locator(".number").last().innerText()).toBe("10.0 ms");
});

test("an SVG of a data URL is an image: it runs nothing and loads nothing", async () => {
  const { page, url } = await openPage();
  const contents = [
    `<script>parent.alert("svg")</script><rect width="20" height="20" onload="alert('rect')"/>`,
    `<image href="https://example.com/a.png" width="20" height="20"/><use href="https://example.com/b.svg#c"/>`,
    `<foreignObject width="20" height="20"><iframe xmlns="http://www.w3.org/1999/xhtml" src="https://example.com/"/></foreignObject>`,
  ];
  const attributes = Object.fromEntries(
    [...contents.map(svg), "data:image/svg+xml;base64,not base64 !", "data:image/png;base64,AAAA"].map(
      (image, at) => [`llm.input_messages.0.message.contents.${at}.message_content.image.image.url`, image],
    ),
  );
  await sendTraces(url, [{ name: "images", attributes }]);
  await page.getByRole("row").nth(1).getByRole("link").click();
  const images = page.getByRole("region", { name: /span/i }).getByRole("img");
  await expect.poll(() => images.count()).toBe(5);
  await expect
    .poll(() => images.first().evaluate((image: HTMLImageElement) => [image.complete, image.naturalWidth]))
    .toEqual([true, 20]);
});

test.each([
  "http://127.0.0.1:9/x.png",
  "//example.com/x.png",
  "/api/traces",
  "blob:null/1",
  "data:text/html,<b>x</b>",
  "data:image/",
  " data:image/png;base64,AAAA",
  "file:///etc/hostname",
])("an image at %s is named, not loaded", async (address) => {
  const { page, url } = await openPage();
  const at = "llm.output_messages.0.message.contents.0.message_content.image.image.url";
  await sendTraces(url, [
    { name: "image", attributes: { [at]: address, "output.images.0.image.url": address } },
  ]);
  await page.getByRole("row").nth(1).getByRole("link").click();
  const region = page.getByRole("region", { name: /span/i });
  await region.getByText(address.trim(), { exact: true }).first().waitFor();
  expect(await region.locator("img").count()).toBe(0);
});
