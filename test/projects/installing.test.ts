// docs/installing.md, block by block, with each package manager: what is installed runs, alone and beside both lines of OpenTelemetry.
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { checkout } from "../support/child.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import {
  installPackageManagers,
  type ManagedProject,
  type PackageManagers,
} from "../support/package-managers.ts";

interface Block {
  readonly language: string;
  readonly text: string;
}

const page = await readFile(path.join(checkout, "docs/installing.md"), "utf8");

/** The code blocks of the section with this heading. */
function blocksOf(heading: string): Block[] {
  const section = page.split(/^#+ /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`docs/installing.md has no "${heading}"`);
  const blocks = section.matchAll(/^```(\w+)\n(.*?)\n```$/gms);
  return Array.from(blocks, ([, language = "", text = ""]) => ({ language, text }));
}

/** Per package manager the sections for a new project, for one of the 2.x line and for one of the 3.x line. */
const SECTIONS: Readonly<Record<string, readonly [string, string, string]>> = {
  npm: ["npm", "npm", "npm, in a project of OpenTelemetry's 3.x line"],
  pnpm: ["pnpm", "pnpm", "pnpm, in a project of OpenTelemetry's 3.x line"],
  yarn: [
    "Yarn",
    "Yarn, in a project that has OpenTelemetry's API",
    "Yarn, in a project that has OpenTelemetry's API",
  ],
  bun: ["Bun", "Bun", "Bun"],
};

let tools: PackageManagers;

beforeAll(async () => {
  tools = await installPackageManagers();
});
afterAll(() => tools.remove());

async function newProject(manager: string, name?: string): Promise<ManagedProject> {
  const project = await tools.project(manager, name);
  onTestFinished(() => project.remove());
  return project;
}

async function newReceiver(): Promise<OtlpReceiver> {
  const receiver = await startOtlpReceiver();
  onTestFinished(() => receiver.stop());
  return receiver;
}

/** Does what a section says, and gives what the package manager said. */
async function follow(project: ManagedProject, heading: string): Promise<string> {
  let said = "";
  for (const { language, text } of blocksOf(heading)) {
    if (language === "yaml") await writeFile(path.join(project.folder, "pnpm-workspace.yaml"), text);
    if (language === "json") {
      const file = path.join(project.folder, "package.json");
      const manifest: unknown = JSON.parse(await readFile(file, "utf8"));
      await writeFile(file, JSON.stringify(Object.assign(manifest as object, JSON.parse(text))));
    }
    if (language !== "bash") continue;
    for (const line of text.split("\n")) {
      const { code, stdout, stderr } = await project.line(line);
      said += stdout + stderr;
      expect({ line, code, said: code === 0 ? "" : said }).toEqual({ line, code: 0, said: "" });
    }
  }
  return said;
}

/** Runs a program, which must end well and say nothing, and gives the names of its spans from the root on. */
async function chain(project: ManagedProject, program: string): Promise<string> {
  const receiver = await newReceiver();
  const environment = { PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`, NO_COLOR: "1" };
  const { code, stdout, stderr } = await project.program(program, environment);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "", stderr: "" });
  const spans = receiver.uniqueSpans;
  const names: string[] = [];
  let span = spans.find(({ parentSpanId }) => parentSpanId === undefined);
  while (span !== undefined) {
    names.push(span.name);
    const { spanId } = span;
    span = spans.find(({ parentSpanId }) => parentSpanId === spanId);
  }
  expect(names).toHaveLength(spans.length);
  return names.join(" > ");
}

/** Starts the server by the package manager, presses Ctrl-C, and gives how it ended; without PLAIN its span must arrive. */
async function endBySignal(project: ManagedProject, more: Record<string, string>): Promise<unknown> {
  const receiver = await newReceiver();
  const child = await project.startLine(`${project.command} run start`, {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    // Nothing is sent before the end.
    OTEL_BSP_SCHEDULE_DELAY: "60000",
    ...more,
  });
  await child.until("stdout", /^ready$/m);
  // As a terminal does: all of the processes get it.
  process.kill(-(child.process.pid ?? 0), "SIGINT");
  const { code, signal, stdout, stderr } = await child.ended;
  expect(`${stdout}${stderr}`).not.toMatch(/PHX\d/);
  expect(receiver.uniqueSpans.map(({ name }) => name)).toEqual("PLAIN" in more ? [] : ["work"]);
  return { code, signal };
}

describe.each([
  "npm10",
  "npm12",
  "pnpm10",
  "pnpm11",
  "pnpm12",
  "yarn4, node-modules",
  "yarn4, Plug'n'Play",
  "bun",
])("%s", (manager) => {
  const [alone, second, third] = SECTIONS[/^[a-z]+/.exec(manager)?.[0] ?? ""] ?? ["", "", ""];

  it("runs in a new project, and beside OpenTelemetry's 3.x line that came later", async () => {
    const project = await newProject(manager);
    await follow(project, alone);
    expect(await chain(project, "alone.mjs")).toBe("tool > plain");
    expect(await endBySignal(project, {})).toEqual(await endBySignal(project, { PLAIN: "yes" }));
    expect(await project.addAllOf("otel-3")).toMatchObject({ code: 0 });
    expect(await chain(project, "beside.mjs")).toBe("tool > plain > GET");
  });

  it.each([
    ["2.x", "otel-2", second],
    ["3.x", "otel-3", third],
  ])("runs in a project of OpenTelemetry's %s line", async (_line, name, section) => {
    const project = await newProject(manager, name);
    await project.install();
    const said = await follow(project, section);
    // Yarn complains of the API that is newer than the 2.x packages ask for, as the page says.
    expect(manager.startsWith("yarn4") ? "" : said).not.toMatch(/ERESOLVE|peer dependenc/);
    expect(await chain(project, "beside.mjs")).toBe("tool > plain > GET");
  });
});

it("npm ls finds nothing to complain of in a project of the 3.x line", async () => {
  // That of npm 10 does not apply overrides to what is there.
  const project = await newProject("npm12", "otel-3");
  await follow(project, SECTIONS["npm"]?.[2] ?? "");
  expect(await project.line("npm ls --all")).toMatchObject({ code: 0 });
});

it("Bun runs the program", async () => {
  const project = await newProject("bun");
  await follow(project, "Bun");
  const receiver = await newReceiver();
  const environment = { PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces` };
  expect(await project.line("bun run alone.mjs", environment)).toMatchObject({ code: 0, stderr: "" });
  expect(receiver.uniqueSpans.map(({ name }) => name).toSorted()).toEqual(["plain", "tool"]);
});

it("the first JSON block holds the overrides for a project of the 3.x line, and the install line follows", () => {
  const blocks = [...page.matchAll(/^```(\w+)\n(.*?)\n```$/gms)].map(([, language, text]) => ({
    language,
    text,
  }));
  const first = blocks.findIndex(({ language }) => language === "json");
  expect(Object.keys(JSON.parse(blocks[first]?.text ?? ""))).toEqual(["overrides"]);
  expect(blocks[first + 1]).toEqual({ language: "bash", text: "npm install phoenix-otel" });
});
