// The snippets of these pages are whole programs: each runs, and what it records is what the page says.
import { mkdtemp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { PROJECT_NAME } from "../../src/index.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { checkout, run } from "../support/run-program.ts";

/** A project in which the package is installed. */
let project: string;
let receiver: OtlpReceiver;

beforeAll(async () => {
  project = await mkdtemp(path.join(tmpdir(), "docs-programs-"));
  await mkdir(path.join(project, "node_modules"));
  await symlink(checkout, path.join(project, "node_modules/phoenix-otel"));
  await symlink(
    path.join(checkout, "node_modules/@opentelemetry"),
    path.join(project, "node_modules/@opentelemetry"),
  );
  await writeFile(path.join(project, "package.json"), JSON.stringify({ type: "module" }));
  receiver = await startOtlpReceiver();
});
afterAll(async () => {
  await receiver.stop();
  await rm(project, { recursive: true, force: true });
});
beforeEach(() => receiver.forget());

/** Runs the snippet of a page that holds `word`, and gives what it printed. */
async function runSnippet(page: string, word: string): Promise<string> {
  const markdown = await readFile(path.join(checkout, "docs", page), "utf8");
  const snippets = [...markdown.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, text]) => text ?? "");
  const found = snippets.filter((text) => text.includes(word));
  expect([word, found.length]).toEqual([word, 1]);
  const file = path.join(project, `${page}-${word.replaceAll(/\W/g, "")}.ts`);
  await writeFile(file, found[0] ?? "");
  const tsx = pathToFileURL(path.join(checkout, "node_modules/tsx/dist/loader.mjs")).href;
  const environment = { PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces` };
  const { status, stdout, stderr } = await run(process.execPath, ["--import", tsx, file], environment);
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

describe("docs/sessions.md", () => {
  it("puts two turns into one session, and the rest on the third", async () => {
    await runSnippet("sessions.md", "conversation-42");
    const sessions = receiver.spans.map(({ attributes }) => attributes["session.id"]);
    expect(sessions).toEqual(["conversation-42", "conversation-42", "conversation-43"]);
    expect(receiver.spans[1]?.attributes).toMatchObject({
      metadata: '{"plan":"free"}',
      "tag.tags": ["pricing"],
    });
    expect(receiver.spans[2]?.attributes).toMatchObject({
      "user.id": "ada",
      "llm.prompt_template.version": "7",
      tenant: "acme",
    });
  });

  it("sets values by hand", async () => {
    expect(await runSnippet("sessions.md", "conversation-44")).toContain("'session.id': 'conversation-44'");
    expect(receiver.spans[0]?.attributes).toMatchObject({ "session.id": "conversation-44" });
  });

  it("sends to three projects", async () => {
    expect(await runSnippet("sessions.md", "usingProject")).toContain(
      "{ 'tenant-a': 1, 'tenant-b': 1, support: 1 }",
    );
    const projects = receiver.spans.map(({ resource }) => resource[PROJECT_NAME]);
    expect(projects).toEqual(["support", "tenant-a", "tenant-b"]);
  });

  it("filters the request, and not the answer inside", async () => {
    expect(await runSnippet("sessions.md", "spanFilter")).toMatch(/delivered: 1, .*filtered: 1/);
    expect(receiver.spans.map((span) => [span.name, span.parentSpanId])).toEqual([["answer", undefined]]);
  });

  it("records nothing where tracing is suppressed", async () => {
    await runSnippet("sessions.md", "suppressTracing(");
    expect(receiver.spans.map(({ attributes }) => attributes["input.value"])).toEqual(["recorded"]);
  });
});

describe("docs/masking.md", () => {
  it("hides the texts of a model call", async () => {
    await runSnippet("masking.md", "hideInputText");
    expect(receiver.spans[0]?.attributes["llm.input_messages.0.message.role"]).toBe("user");
    expect(JSON.stringify(receiver.spans[0]?.attributes)).not.toContain("secret");
  });

  it("takes an uploader", async () => {
    await runSnippet("masking.md", "blobUploader");
    expect(receiver.requests).toEqual([]);
  });

  it("takes a mask", async () => {
    await runSnippet("masking.md", "redactSecrets");
    expect(receiver.spans[0]?.attributes).toEqual({
      note: "__REDACTED__ of __REDACTED__, key __REDACTED__",
    });
  });
});
