// Themes, narrow windows, accessibility, and a view that ends and comes back.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { spawnView } from "../cli/spawned-view.ts";
import { openPage, openTab, startView } from "./open-page.ts";
import { sendTraces } from "./sent-traces.ts";
import { supportAgent } from "./support-agent.ts";

const require = createRequire(import.meta.url);
const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const ground = (page: Page): Promise<string> =>
  page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

/** Shows every page in turn: the empty list, the list, a trace with each of its spans, the sessions, a session. */
const walk = async (page: Page, url: string, look: (where: string) => Promise<void>): Promise<void> => {
  await page.getByText("Nothing has arrived yet").waitFor();
  await look("nothing");
  await sendTraces(url, [supportAgent("s-1"), supportAgent("s-1"), { name: "plain" }], {
    project: "a project with a long name that nobody would give to a project",
  });
  await page.getByRole("table").getByRole("link").nth(2).waitFor();
  await look("list");
  await page.getByRole("link", { name: "support-agent" }).first().click();
  for (const span of ["AGENT support-agent", "RETRIEVER search", "LLM answer", "TOOL lookup"]) {
    await page.getByRole("treeitem", { name: span }).click();
    await page.getByRole("region").getByText("Span id").waitFor();
    await page.getByRole("region").getByText("All attributes").click();
    await look(span);
  }
  await page.getByRole("link", { name: "Sessions" }).click();
  await page.getByRole("table").getByRole("link", { name: "s-1" }).waitFor();
  await look("sessions");
  await page.getByRole("table").getByRole("link", { name: "s-1" }).click();
  await page.getByRole("listitem").first().waitFor();
  await look("session");
};

describe.each(["light", "dark"] as const)("in %s colours", (colorScheme) => {
  test("no page has an accessibility problem that is serious or critical", async () => {
    const { page, url } = await openPage({ colorScheme });
    await walk(page, url, async (where) => {
      const violations = await page.evaluate(async (source) => {
        // Through the debugger: the page's own policy lets no script in.
        const found = globalThis as unknown as { axe?: { run(): Promise<{ violations: unknown[] }> } };
        // oxlint-disable-next-line no-eval
        if (found.axe === undefined) (0, eval)(source);
        return (await found.axe!.run()).violations as {
          id: string;
          impact: string;
          nodes: { html: string; failureSummary: string }[];
        }[];
      }, AXE);
      const grave = violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .map(({ id, nodes }) => [where, id, nodes.map(({ html, failureSummary }) => [html, failureSummary])]);
      expect(grave).toEqual([]);
    });
  });
});

test("the document never scrolls sideways in a window of 390 px", async () => {
  const { page, url } = await openPage({ viewport: { width: 390, height: 800 } });
  await walk(page, url, async (where) => {
    const widths = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.body.scrollWidth,
    ]);
    expect([where, ...widths]).toEqual([where, 390, 390]);
  });
});

test("colours follow the system, and the switch, which is remembered", async () => {
  const { page, url } = await openPage({ colorScheme: "dark" });
  const dark = await ground(page);
  await page.emulateMedia({ colorScheme: "light" });
  const light = await ground(page);
  expect(dark).not.toBe(light);
  const theme = page.getByRole("button", { name: /theme/i });
  await theme.press("Enter");
  await theme.press("Enter");
  expect(await theme.innerText()).toBe("Theme: dark");
  expect(await ground(page)).toBe(dark);
  await page.goto(`${url}/#/sessions`);
  await page.reload();
  expect(await ground(page)).toBe(dark);
  await page.getByRole("button", { name: /theme/i }).press("Enter");
  expect(await ground(page)).toBe(light);
});

test("everything is reached by keyboard, from the list to a span and its attributes", async () => {
  const { page, url } = await openPage();
  await sendTraces(url, [supportAgent()]);
  await page.getByRole("link", { name: "support-agent" }).waitFor();
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const isAt = (selector: string): Promise<boolean> =>
    page.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector);
  for (let tabs = 0; tabs < 12 && !(await isAt(".row-link")); tabs += 1) await press("Tab");
  await press("Enter");
  await page.getByRole("tree").waitFor();
  await expect.poll(() => isAt("h1")).toBe(true);
  for (let tabs = 0; tabs < 5 && !(await isAt("[role=treeitem]")); tabs += 1) await press("Tab");
  await press("End", "ArrowUp", "Enter");
  const region = page.getByRole("region", { name: /span/i });
  await region.getByRole("heading", { name: "answer" }).waitFor();
  await region.getByText("All attributes").waitFor();
  await press("Tab");
  expect(await isAt(".details")).toBe(true);
  for (let tabs = 0; tabs < 8; tabs += 1) {
    await press("Tab");
    if (await page.evaluate(() => document.activeElement?.textContent?.startsWith("All attributes") ?? false))
      break;
  }
  await press("Enter");
  await region.getByText("llm.token_count.total").first().waitFor();
  expect(await region.getByText("llm.token_count.total").first().isVisible()).toBe(true);
});

test("the page outlives its view: it says so, keeps what it has, and goes on with the next view", async () => {
  const { view, url } = await startView();
  const page = await openTab();
  await page.goto(url);
  await sendTraces(url, [supportAgent()]);
  await page.getByRole("link", { name: "support-agent" }).click();
  await page.getByRole("treeitem", { name: "LLM answer" }).waitFor();
  const again = async (): Promise<void> => {
    const ports = ["--http-port", new URL(url).port, "--grpc-port", "0"];
    await spawnView(["view", ...ports]).urls();
  };
  view.process.kill("SIGTERM");
  await view.ended;
  await page.getByText("The view does not answer").waitFor();
  expect(await page.getByRole("treeitem").count()).toBe(4);
  await again();
  await page.getByText("The view does not keep this trace").waitFor();
  expect(await page.getByRole("treeitem").count()).toBe(4);
  await page.getByRole("link", { name: "All traces" }).click();
  await expect.poll(() => page.getByRole("status").innerText()).toBe("0 traces");
  await sendTraces(url, [{ name: "after" }]);
  await page.getByRole("link", { name: "after" }).waitFor();
  expect(await page.getByText("The view does not answer").count()).toBe(0);
});
