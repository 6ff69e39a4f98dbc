// A view of its own for a test, and a browser that looks at it.
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, expect, onTestFinished } from "vitest";
import { type SpawnedView, spawnView } from "../cli/spawned-view.ts";
import { PATIENCE_MILLIS } from "../support/patience.ts";
import { CHROMIUM } from "./install-chromium.ts";

let browser: Promise<Browser> | undefined;

afterAll(async () => {
  await (await browser)?.close();
});

/** Starts a view on free ports, without a page in a browser. */
export async function startView(...words: string[]): Promise<{ view: SpawnedView; url: string }> {
  const view = spawnView(["view", "--http-port", "0", "--grpc-port", "0", ...words]);
  return { view, url: (await view.urls()).http };
}

/**
 * A tab in a fresh profile. When the test ends, it fails where the page threw, broke its policy, ran a script that came
 * with a span, or asked another origin for anything.
 */
export async function openTab(options: BrowserContextOptions = {}): Promise<Page> {
  browser ??= chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const tabs = await (await browser).newContext({ viewport: { width: 1280, height: 800 }, ...options });
  const page = await tabs.newPage();
  page.setDefaultTimeout(PATIENCE_MILLIS);
  const problems: string[] = [];
  const origins = new Set<string>();
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("dialog", (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    // The browser's own line about an answer of 404, or about none.
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
      problems.push(message.text());
    }
  });
  page.on("request", (request) => {
    if (!request.url().startsWith("data:")) origins.add(new URL(request.url()).origin);
  });
  onTestFinished(async () => {
    const { origin } = new URL(page.url());
    await tabs.close();
    expect(problems).toEqual([]);
    expect([...origins]).toEqual([origin]);
  });
  return page;
}

/** A view and a tab at its page. */
export async function openPage(
  options: BrowserContextOptions = {},
): Promise<{ view: SpawnedView; url: string; page: Page }> {
  const { view, url } = await startView();
  const page = await openTab(options);
  await page.goto(url);
  return { view, url, page };
}
