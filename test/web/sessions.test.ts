import { expect, test } from "vitest";
import { openPage } from "./open-page.ts";
import { sendTraces, type SpanPlan } from "./sent-traces.ts";

const turn = (session: string, input: string, output: string): SpanPlan => ({
  name: `turn ${input}`,
  attributes: { "session.id": session, "input.value": input, "output.value": output },
});

test("sessions are listed with their traces, and read as a conversation, oldest first", async () => {
  const { page, url } = await openPage();
  const now = Date.now();
  await sendTraces(url, [turn("s/2 & more", "third?", "yes")], { startMillis: now + 10_000 });
  await sendTraces(url, [turn("s-1", "hello", "hi"), turn("s-1", "how?", "so"), { name: "without" }], {
    startMillis: now,
  });
  await page.getByRole("link", { name: /sessions/i }).click();
  const table = page.getByRole("table", { name: /session/i });
  await expect.poll(() => table.getByRole("link").allInnerTexts()).toEqual(["s/2 & more", "s-1"]);
  expect(await table.getByRole("row").nth(2).getByRole("cell").nth(1).innerText()).toBe("2");
  await table.getByRole("link", { name: "s/2 & more" }).press("Enter");
  await page.getByRole("heading", { name: "s/2 & more" }).waitFor();
  await page.goBack();
  await table.getByRole("link", { name: "s-1" }).click();
  await page.getByRole("heading", { name: "s-1" }).waitFor();
  const turns = page.locator(".turn");
  await expect.poll(() => turns.count()).toBe(2);
  expect((await turns.nth(0).innerText()).split(/\n+/)).toEqual(
    expect.arrayContaining(["turn hello", "Input", "hello", "Output", "hi"]),
  );
  expect(await turns.nth(1).innerText()).toContain("how?");
  await sendTraces(url, [turn("s-1", "late", "news")], { startMillis: now + 5_000 });
  await expect.poll(() => turns.count()).toBe(3);
  await page.getByRole("link", { name: "turn late" }).click();
  await page.getByRole("treeitem", { name: /turn late/ }).waitFor();
  await page.reload();
  await page.getByRole("link", { name: "session s-1" }).click();
  await page.getByRole("heading", { name: "s-1" }).waitFor();
});

test("a trace belongs to the session that any of its spans names, and no session is said plainly", async () => {
  const { page, url } = await openPage();
  await sendTraces(url, [{ name: "root" }]);
  await page.getByRole("link", { name: /sessions/i }).click();
  await page.getByText("No span names a session").waitFor();
  await sendTraces(url, [
    { name: "root", children: [{ name: "child", attributes: { "session.id": "deep" } }] },
  ]);
  await expect.poll(() => page.getByRole("table").getByRole("link").allInnerTexts()).toEqual(["deep"]);
});
