import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { openPage } from "./open-page.ts";
import { kind, recordTraces, sendSpans, sendTraces } from "./sent-traces.ts";
import { supportAgent } from "./support-agent.ts";

const table = (page: Page) => page.getByRole("table", { name: /trace/i });
const links = (page: Page) => table(page).getByRole("link");
/** What reads the names of the traces that are shown. */
const names = (page: Page) => (): Promise<string[]> => links(page).allInnerTexts();
const row = (page: Page, name: string) =>
  page.getByRole("row").filter({ has: page.getByRole("link", { name, exact: true }) });

test("a row says what a trace is: name, project, kind, duration, spans, tokens, and whether it failed", async () => {
  const { page, url } = await openPage();
  await sendTraces(url, [supportAgent()], { project: "coffee" });
  await sendTraces(url, [{ name: "plain", millis: 1_500 }], { startMillis: Date.now() + 5_000 });
  await expect.poll(names(page)).toEqual(["plain", "support-agent"]);
  const cells = (name: string): Promise<string[]> => row(page, name).getByRole("cell").allInnerTexts();
  expect(await cells("support-agent")).toEqual([
    "support-agent\nHow do I descale it?",
    "AGENT",
    "coffee",
    expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/),
    "1.00 s",
    "4",
    "1,244",
    "1 error",
  ]);
  expect(await row(page, "plain").innerText()).toMatch(/SPAN\s+web\s+[^]*1\.50 s\s+1/);
  expect(await row(page, "plain").innerText()).not.toContain("error");
});

test("traces appear while the page is open, unfinished ones too, and grow", async () => {
  const { page, url } = await openPage();
  await page.getByText("Nothing has arrived yet").waitFor();
  expect(await page.getByRole("status").innerText()).toBe("0 traces");
  const [tool, agent] = recordTraces([{ name: "agent", children: [{ name: "tool" }] }]);
  await sendSpans(url, [tool!]);
  await expect.poll(names(page)).toEqual(["tool"]);
  expect(await row(page, "tool").innerText()).toContain("unfinished");
  await sendSpans(url, [agent!]);
  await expect.poll(names(page)).toEqual(["agent"]);
  expect(await row(page, "agent").innerText()).not.toContain("unfinished");
  expect(await page.getByRole("status").innerText()).toBe("1 trace");
});

test("the newest trace stands first, whenever its spans arrive", async () => {
  const { page, url } = await openPage();
  const now = Date.now();
  await sendTraces(url, [{ name: "second" }], { startMillis: now });
  await sendTraces(url, [{ name: "first" }], { startMillis: now - 60_000 });
  await sendTraces(url, [{ name: "third" }], { startMillis: now + 60_000 });
  await expect.poll(names(page)).toEqual(["third", "second", "first"]);
});

describe("filters", () => {
  const filtered = async (): Promise<Page> => {
    const { page, url } = await openPage();
    const startMillis = Date.now();
    await sendTraces(url, [supportAgent(), { name: "hello", attributes: kind("CHAIN") }], {
      project: "coffee",
      startMillis,
    });
    await sendTraces(
      url,
      [
        { name: "ingest", attributes: { ...kind("CHAIN"), "input.value": "GRÜNE Bohnen (100%)" } },
        { name: "GET /beans", error: new Error("no beans") },
      ],
      { project: "tea", startMillis: startMillis + 10_000 },
    );
    await expect.poll(names(page)).toEqual(["GET /beans", "ingest", "hello", "support-agent"]);
    return page;
  };

  test("by project, kind and error combine; the first option takes a filter back", async () => {
    const page = await filtered();
    const project = page.getByRole("combobox", { name: /project/i });
    const kindOf = page.getByRole("combobox", { name: /kind/i });
    const onlyErrors = page.getByRole("checkbox", { name: /error/i });
    expect(await project.getByRole("option").allInnerTexts()).toEqual(["All projects", "coffee", "tea"]);
    expect(await kindOf.getByRole("option").allInnerTexts()).toEqual([
      "All kinds",
      "AGENT",
      "CHAIN",
      "LLM",
      "RETRIEVER",
      "SPAN",
      "TOOL",
    ]);
    await project.selectOption("tea");
    await expect.poll(names(page)).toEqual(["GET /beans", "ingest"]);
    expect(await page.getByRole("status").innerText()).toBe("2 of 4 traces");
    await onlyErrors.check();
    await expect.poll(names(page)).toEqual(["GET /beans"]);
    await project.selectOption({ index: 0 });
    await expect.poll(names(page)).toEqual(["GET /beans", "support-agent"]);
    await kindOf.selectOption("RETRIEVER");
    await expect.poll(names(page)).toEqual(["support-agent"]);
    await onlyErrors.uncheck();
    await kindOf.selectOption("CHAIN");
    await expect.poll(names(page)).toEqual(["ingest", "hello"]);
  });

  test("by text finds names, inputs, documents, numbers and errors, as they are and without regard to case", async () => {
    const page = await filtered();
    const expected: Record<string, string[]> = {
      "GET /B": ["GET /beans"],
      grüne: ["ingest"],
      "(100%)": ["ingest"],
      "citric acid is FINE": ["support-agent"],
      "1210": ["support-agent"],
      lookup: ["support-agent"],
      "no beans": ["GET /beans"],
      "nowhere at all": [],
    };
    for (const [text, found] of Object.entries(expected)) {
      await page.getByRole("searchbox", { name: /search/i }).fill(text);
      await expect.poll(names(page)).toEqual(found);
    }
  });

  test("by text takes ids, and traces that come later", async () => {
    const { page, url } = await openPage();
    const [span] = await sendTraces(url, [{ name: "one" }, { name: "other" }]);
    await expect.poll(names(page)).toEqual(["other", "one"]);
    const search = page.getByRole("searchbox");
    await search.fill(span!.spanContext().traceId.toUpperCase());
    await expect.poll(names(page)).toEqual(["one"]);
    await search.fill(span!.spanContext().spanId);
    await expect.poll(names(page)).toEqual(["one"]);
    await search.fill("later");
    await expect.poll(names(page)).toEqual([]);
    await sendTraces(url, [{ name: "later" }]);
    await expect.poll(names(page)).toEqual(["later"]);
  });

  test("stay after a look at a trace and after a reload", async () => {
    const page = await filtered();
    await page.getByRole("combobox", { name: /project/i }).selectOption("coffee");
    await page.getByRole("searchbox").fill("descale");
    await expect.poll(names(page)).toEqual(["support-agent"]);
    await links(page).first().press("Enter");
    await page.getByRole("tree").waitFor();
    await page.goBack();
    await expect.poll(names(page)).toEqual(["support-agent"]);
    await page.reload();
    await expect.poll(names(page)).toEqual(["support-agent"]);
    expect(await page.getByRole("searchbox").inputValue()).toBe("descale");
    expect(await page.getByRole("combobox", { name: /project/i }).inputValue()).toBe("coffee");
  });
});

test("a trace that is opened while its name is still being typed is opened, and the text is there on the way back", async () => {
  const { page, url } = await openPage();
  await sendTraces(url, [{ name: "one" }, { name: "other" }]);
  await expect.poll(names(page)).toEqual(["other", "one"]);
  await page.getByRole("searchbox").focus();
  // In one go, as nobody can: no time passes between the last letter and the click.
  await page.evaluate(() => {
    const search = document.querySelector<HTMLInputElement>("input[type=search]");
    search!.value = "on";
    search!.dispatchEvent(new InputEvent("input", { bubbles: true }));
    document.querySelector<HTMLAnchorElement>(".row-link")!.click();
  });
  await page.getByRole("tree").waitFor();
  await page.waitForFunction(() => location.hash.startsWith("#/traces/"));
  await page.goBack();
  await page.getByRole("searchbox").fill("on");
  await row(page, "one").getByRole("link").click();
  await page.getByRole("tree").waitFor();
  await page.goBack();
  await expect.poll(names(page)).toEqual(["one"]);
});

test("typing fast loses no letter", async () => {
  const { page, url } = await openPage();
  await sendTraces(url, [{ name: "supercalifragilistic" }, { name: "super" }]);
  await expect.poll(names(page)).toEqual(["super", "supercalifragilistic"]);
  await page.getByRole("searchbox").pressSequentially("supercalifragilistic", { delay: 25 });
  await expect.poll(names(page)).toEqual(["supercalifragilistic"]);
  expect(await page.getByRole("searchbox").inputValue()).toBe("supercalifragilistic");
});
