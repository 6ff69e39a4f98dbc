// Many traces, many spans, large values. What is measured is the CPU time of the page's thread: other work on the machine
// counts little in it, and work that grows with the square of what is shown does.
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { openPage } from "./open-page.ts";
import { kind, sendTraces, type SpanPlan } from "./sent-traces.ts";

/** A reader takes 200 ms for at once, and 1,000 for soon; twice that, for processors that are shared. */
const INTERACTION_MILLIS = 400;
const OPENING_MILLIS = 2_000;

/** Gives what measures `act`, a piece of script, until `isDone` holds and was painted. */
const openMeter = async (page: Page): Promise<(act: string, isDone: string) => Promise<number>> => {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable", { timeDomain: "threadTicks" });
  const busyMillis = async (): Promise<number> => {
    const { metrics } = await session.send("Performance.getMetrics");
    return (metrics.find(({ name }) => name === "TaskDuration")?.value ?? Number.NaN) * 1_000;
  };
  return async (act, isDone) => {
    const before = await busyMillis();
    await page.evaluate(`(async () => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      ${act};
      while (!(${isDone})) await frame();
      await frame();
    })()`);
    return Math.round((await busyMillis()) - before);
  };
};

/** What took longer than it may. */
const over = (millis: number, times: Readonly<Record<string, number>>): [string, number][] =>
  Object.entries(times).filter(([, taken]) => !(taken < millis));

test("a thousand traces are kept and shown, of more the latest; filters answer at once", async () => {
  const { page, url } = await openPage();
  const plan = (index: number): SpanPlan => ({
    name: `trace ${index}`,
    attributes: {
      ...kind(index % 2 === 0 ? "AGENT" : "CHAIN"),
      "input.value": `question ${index} ${"x".repeat(500)}`,
    },
    children: [{ name: "step", attributes: kind("TOOL") }],
  });
  await sendTraces(
    url,
    Array.from({ length: 1_050 }, (_, index) => plan(index)),
  );
  const links = page.getByRole("table").locator("a");
  await expect.poll(() => links.first().innerText()).toBe("trace 1049");
  expect(await links.count()).toBe(1_000);
  expect(await links.last().textContent()).toBe("trace 50");
  const count = (text: string): string => `document.querySelector("[role=status]").textContent === "${text}"`;
  const choose = (value: string): string => `
    const kinds = document.querySelectorAll("select")[1];
    kinds.value = "${value}";
    kinds.dispatchEvent(new Event("change", { bubbles: true }))`;
  const type = (text: string): string => `
    const search = document.querySelector("input[type=search]");
    search.value = "${text}";
    search.dispatchEvent(new InputEvent("input", { bubbles: true }))`;
  const measure = await openMeter(page);
  const times = {
    kind: await measure(choose("AGENT"), count("500 of 1,000 traces")),
    all: await measure(choose(""), count("1,000 traces")),
    text: await measure(type("QUESTION 77 X"), count("1 of 1,000 traces")),
    "no text": await measure(type(""), count("1,000 traces")),
  };
  expect(over(INTERACTION_MILLIS, times)).toEqual([]);
});

test("two thousand spans open at once, and every key answers", async () => {
  const { page, url } = await openPage();
  const step = (index: number): SpanPlan => ({
    name: `step ${index}`,
    at: index,
    attributes: kind("TOOL"),
    children: [{ name: `inside ${index}`, at: index, millis: 1, attributes: kind("LLM") }],
  });
  await sendTraces(url, [
    { name: "large", millis: 1_100, children: Array.from({ length: 1_000 }, (_, index) => step(index)) },
  ]);
  await page.getByRole("link", { name: "large" }).waitFor();
  const items = `document.querySelectorAll("[role=treeitem]:not([hidden])")`;
  const key = (name: string): string =>
    `document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "${name}", bubbles: true }))`;
  const measure = await openMeter(page);
  const times = {
    open: await measure(`document.querySelector(".row-link").click()`, `${items}.length === 2001`),
    end: await measure(`${items}[0].focus(); ${key("End")}`, `document.activeElement === ${items}[2000]`),
    select: await measure(
      key("Enter"),
      `document.querySelector(".details h2")?.textContent === "inside 999"`,
    ),
    home: await measure(key("Home"), `document.activeElement === ${items}[0]`),
    close: await measure(key("ArrowLeft"), `${items}.length === 1`),
    reopen: await measure(key("ArrowRight"), `${items}.length === 2001`),
  };
  const { open, ...others } = times;
  expect(over(OPENING_MILLIS, { open })).toEqual([]);
  expect(over(INTERACTION_MILLIS, others)).toEqual([]);
});

test.each([
  ["a line", "x".repeat(5_000_000)],
  ["lines", "a line of text that a model wrote\n".repeat(150_000)],
  ["JSON", JSON.stringify(Array.from({ length: 150_000 }, (_, index) => ({ index, value: "some text" })))],
])("a value of 5 MB opens at once, whole when asked for: %s", async (_what, value) => {
  const { page, url } = await openPage();
  await sendTraces(url, [
    {
      name: "root",
      children: [{ name: "heavy", at: 1, attributes: { ...kind("LLM"), "input.value": value } }],
    },
  ]);
  await page.getByRole("link", { name: "root" }).click();
  await page.getByRole("treeitem", { name: /heavy/ }).waitFor();
  const length = `document.querySelector(".details .text")?.textContent.length`;
  const measure = await openMeter(page);
  const times = {
    open: await measure(`document.querySelectorAll("[role=treeitem]")[1].click()`, `${length} > 9000`),
    whole: await measure(
      `document.querySelector(".details .more").click()`,
      `${length} > ${value.length * 0.9}`,
    ),
  };
  expect(over(OPENING_MILLIS, times)).toEqual([]);
});

test("spans nested a thousand deep are a tree like any other", async () => {
  const { page, url } = await openPage();
  let plan: SpanPlan = { name: "deepest" };
  for (let depth = 0; depth < 1_000; depth += 1) plan = { name: `level ${depth}`, children: [plan] };
  await sendTraces(url, [plan]);
  await page.getByRole("link", { name: "level 999" }).click();
  await page.getByRole("treeitem").first().focus();
  await page.keyboard.press("End");
  const deepest = page.locator("[role=treeitem]").last();
  expect(await deepest.getAttribute("aria-level")).toBe("1001");
  expect(await deepest.evaluate((item) => item === document.activeElement)).toBe(true);
  expect(await deepest.locator(".name").isVisible()).toBe(true);
});
