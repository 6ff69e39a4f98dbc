import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { run } from "../support/run-program.ts";
import { openPage } from "./open-page.ts";
import { kind, recordTraces, sendSpans, sendTraces } from "./sent-traces.ts";
import { supportAgent } from "./support-agent.ts";

const items = (page: Page) => page.getByRole("treeitem");
const item = (page: Page, name: RegExp) => page.getByRole("treeitem", { name });
/** Kind, name and duration of the rows that are seen, in their order. */
const labels = (page: Page) =>
  items(page).evaluateAll((all) =>
    all.map((each) => (each as HTMLElement).innerText.replaceAll(/\s+/g, " ")),
  );
const details = (page: Page) => page.getByRole("region", { name: /span|detail/i });
const focused = (page: Page) =>
  page.evaluate(() => (document.activeElement as HTMLElement).innerText.replaceAll(/\s+/g, " "));

/** Opens the trace that is the only one. */
const openTrace = async (page: Page): Promise<void> => {
  await page.getByRole("table").getByRole("link").first().click();
  await items(page).first().waitFor();
};

test("a trace has an address, a heading with its name, and a tree of its spans on one time line", async () => {
  const { page, url } = await openPage();
  const spans = await sendTraces(url, [supportAgent()]);
  await openTrace(page);
  expect(page.url()).toContain(spans[0]?.spanContext().traceId);
  expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("support-agent");
  expect(await page.title()).toContain("support-agent");
  expect(await labels(page)).toEqual([
    "AGENT support-agent 1.00 s",
    "RETRIEVER search 200 ms",
    "LLM answer gpt-4o-mini 1,244 tok 500 ms",
    "TOOL lookup error 100 ms",
  ]);
  expect(await page.getByRole("tree").ariaSnapshot()).toContain(
    'treeitem "LLM answer gpt-4o-mini starts after 320 ms, takes 500 ms 1,244 tok 500 ms"',
  );
  const states = await items(page).evaluateAll((all) =>
    all.map((each) => ["level", "expanded", "selected"].map((name) => each.getAttribute(`aria-${name}`))),
  );
  expect(states).toEqual([
    ["1", "true", "true"],
    ["2", null, "false"],
    ["2", null, "false"],
    ["2", null, "false"],
  ]);
  const bars = await page.getByRole("img").evaluateAll((all) =>
    all.map((each) => {
      const lane = each.parentElement!.getBoundingClientRect();
      const bar = each.getBoundingClientRect();
      const percent = (pixels: number): number => Math.round((pixels / lane.width) * 100);
      return [each.ariaLabel, percent(bar.left - lane.left), percent(bar.width)];
    }),
  );
  expect(bars).toEqual([
    ["starts after 0 µs, takes 1.00 s", 0, 100],
    ["starts after 100 ms, takes 200 ms", 10, 20],
    ["starts after 320 ms, takes 500 ms", 32, 50],
    ["starts after 850 ms, takes 100 ms", 85, 10],
  ]);
});

test("the keys of a tree go, open, close and select; the mouse selects and opens", async () => {
  const { page, url } = await openPage();
  const leaf = (name: string) => ({ name, attributes: kind("TOOL") });
  await sendTraces(url, [
    {
      name: "root",
      millis: 100,
      attributes: kind("AGENT"),
      children: [
        {
          name: "left",
          at: 1,
          attributes: kind("CHAIN"),
          children: [leaf("a"), { ...leaf("b"), at: 5 }],
        },
        { ...leaf("right"), at: 50 },
      ],
    },
  ]);
  await openTrace(page);
  await page.keyboard.press("Tab");
  const steps: [key: string, focus: string][] = [
    ["End", "TOOL right 10.0 ms"],
    ["ArrowDown", "TOOL right 10.0 ms"],
    ["Home", "AGENT root 100 ms"],
    ["ArrowRight", "CHAIN left 10.0 ms"],
    ["ArrowRight", "TOOL a 10.0 ms"],
    ["ArrowDown", "TOOL b 10.0 ms"],
    ["ArrowUp", "TOOL a 10.0 ms"],
    ["ArrowLeft", "CHAIN left 10.0 ms"],
    ["ArrowLeft", "CHAIN left 10.0 ms"],
  ];
  for (const [key, focus] of steps) {
    await page.keyboard.press(key);
    expect([key, await focused(page)]).toEqual([key, focus]);
  }
  expect(await item(page, /left/).getAttribute("aria-expanded")).toBe("false");
  expect(await labels(page)).toEqual(["AGENT root 100 ms", "CHAIN left 10.0 ms", "TOOL right 10.0 ms"]);
  await page.keyboard.press("ArrowDown");
  expect(await item(page, /right/).getAttribute("aria-selected")).toBe("false");
  await page.keyboard.press("Enter");
  expect(await item(page, /right/).getAttribute("aria-selected")).toBe("true");
  await details(page).getByRole("heading", { name: "right" }).waitFor();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => labels(page)).toHaveLength(5);
  await item(page, /TOOL b/).click();
  await details(page).getByRole("heading", { name: "b" }).waitFor();
  await item(page, /root/).locator(".twist").click();
  await expect.poll(() => labels(page)).toEqual(["AGENT root 100 ms"]);
});

test("the places among siblings are told, of open rows", async () => {
  const { page, url } = await openPage();
  await sendTraces(url, [supportAgent()]);
  await openTrace(page);
  const places = await items(page).evaluateAll((all) =>
    all.map((each) => `${each.getAttribute("aria-posinset")}/${each.getAttribute("aria-setsize")}`),
  );
  expect(places).toEqual(["1/1", "1/3", "2/3", "3/3"]);
});

test("late spans appear, and what was selected, focused and closed stays so", async () => {
  const { page, url } = await openPage();
  const plan = {
    name: "root",
    millis: 100,
    children: [
      { name: "one", children: [{ name: "inside" }] },
      { name: "two", at: 20 },
      { name: "late", at: 40 },
    ],
  };
  const spans = recordTraces([plan]);
  await sendSpans(
    url,
    spans.filter(({ name }) => name !== "late" && name !== "root"),
  );
  await openTrace(page);
  await item(page, /two/).click();
  await item(page, /one/).locator(".twist").click();
  await item(page, /two/).focus();
  await sendSpans(
    url,
    spans.filter(({ name }) => name === "late" || name === "root"),
  );
  await expect
    .poll(() => labels(page))
    .toEqual(["SPAN root 100 ms", "SPAN one 10.0 ms", "SPAN two 10.0 ms", "SPAN late 10.0 ms"]);
  expect(await item(page, /two/).getAttribute("aria-selected")).toBe("true");
  expect(await focused(page)).toBe("SPAN two 10.0 ms");
  expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("root");
});

test("reload shows the same span, back leads to the list", async () => {
  const { page, url } = await openPage();
  await sendTraces(url, [supportAgent()]);
  await openTrace(page);
  await item(page, /search/).click();
  await item(page, /answer/).click();
  const shown = () => details(page).getByRole("heading", { level: 2 }).allInnerTexts();
  await page.reload();
  await expect.poll(shown).toEqual(["answer"]);
  await page.goBack();
  await page.getByRole("table", { name: /trace/i }).waitFor();
  await page.goForward();
  await expect.poll(shown).toEqual(["answer"]);
});

test("a trace that is not kept says so", async () => {
  const { page } = await openPage();
  await page.goto(`${page.url()}#/traces/5b8aa5a2d2c872e8321cf37308d69df2`);
  await expect.poll(() => page.getByRole("alert").allInnerTexts()).toHaveLength(1);
  expect(await page.getByRole("alert").innerText()).toContain("The view does not keep this trace");
});

test("the quickstart agent's run, sent by the package itself, is there to read", async () => {
  const { page, url } = await openPage();
  const { status } = await run(process.execPath, ["--import", "tsx", "examples/quickstart.ts"], {
    PHOENIX_COLLECTOR_ENDPOINT: url,
    OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
  });
  expect(status).toBe(0);
  await openTrace(page);
  await expect.poll(() => items(page).count()).toBe(9);
  expect((await labels(page)).map((label) => label.split(" ", 2).join(" "))).toEqual([
    "CHAIN answer-customer",
    "AGENT support-agent",
    "LLM chat",
    "TOOL search_manual",
    "RETRIEVER manual-pages",
    "EMBEDDING embed-query",
    "TOOL check_warranty",
    "TOOL check_warranty",
    "LLM chat",
  ]);
});
