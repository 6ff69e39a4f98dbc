// The types under the compilers and settings that people have: what programs do, and every snippet of the README and the docs.
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { installProject, type Project } from "../support/project.ts";
import { snippets } from "../support/snippets.ts";

const COMPILERS = ["5.0", "5.4", "5.9", "6.0", "7.0"] as const;

/** Their own types are too much for old compilers to check. */
const SDKS = /from "(?:@anthropic-ai|@langchain|@mastra|ai|openai|vitest)/;

interface Setting {
  readonly type: "commonjs" | "module";
  readonly options: Record<string, unknown>;
  readonly files: readonly string[];
  readonly not?: RegExp;
}

const nameOf = (file: string): string => path.basename(file).replace(".mts", ".ts");
const plain = snippets.filter(({ text }) => !SDKS.test(text)).map(({ file }) => nameOf(file));
const withSdks = snippets.filter(({ text }) => SDKS.test(text)).map(({ file }) => nameOf(file));

const SETTINGS: Record<string, Setting> = {
  "a bundler, all checks, libraries too": {
    type: "module",
    options: {
      module: "esnext",
      moduleResolution: "bundler",
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      isolatedModules: true,
      skipLibCheck: false,
    },
    files: ["use.ts", ...plain],
  },
  "Node's modules, no DOM, libraries too": {
    type: "module",
    options: { module: "node16", moduleResolution: "node16", lib: ["es2022"], skipLibCheck: false },
    files: ["use.ts", ...plain],
  },
  "SDKs, and grpc-js": {
    type: "module",
    options: { module: "node16", moduleResolution: "node16" },
    files: ["grpc-options.ts", ...withSdks],
  },
  "CommonJS as Node has it, experimental decorators": {
    type: "commonjs",
    options: { module: "node16", moduleResolution: "node16", experimentalDecorators: true },
    files: ["use.ts"],
  },
  "CommonJS as it was": {
    type: "commonjs",
    options: { module: "commonjs", moduleResolution: "node", target: "es2020" },
    files: ["use.ts"],
    // It knows no such resolution any more.
    not: /^7/,
  },
};

let project: Project;

beforeAll(async () => {
  project = await installProject("typescript");
});
afterAll(() => project.remove());

/** What a compiler says of a project with these settings. */
async function complaints(compiler: string, setting: string): Promise<string> {
  const { type, options, files } = SETTINGS[setting] as Setting;
  // Its own folder, whose package.json says what its files are.
  const folder = path.join(project.folder, `${compiler} ${setting}`);
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ name: "typed", type }));
  const copied = files.map(async (file) => {
    const text = snippets.find((snippet) => nameOf(snippet.file) === file)?.text;
    await (text === undefined
      ? copyFile(path.join(project.folder, file), path.join(folder, file))
      : writeFile(path.join(folder, file), text));
  });
  await Promise.all(copied);
  const compilerOptions = {
    strict: true,
    noEmit: true,
    target: "es2022",
    lib: ["es2022", "dom"],
    types: ["node"],
    skipLibCheck: true,
    ...(compiler === "6.0" && { ignoreDeprecations: "6.0" }),
    ...options,
  };
  await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
  const tsc = path.join(project.folder, "node_modules", `typescript-${compiler}`, "bin/tsc");
  const { stdout } = await project.run(process.execPath, [tsc, "-p", folder]);
  return stdout;
}

describe.each(COMPILERS)("TypeScript %s", (compiler) => {
  it.each(Object.keys(SETTINGS).filter((setting) => !SETTINGS[setting]?.not?.test(compiler)))(
    "compiles under %s",
    async (setting) => {
      expect(await complaints(compiler, setting)).toBe("");
    },
  );
});

it("there are snippets of both sorts", () => {
  expect(plain.length).toBeGreaterThan(15);
  expect(withSdks.length).toBeGreaterThan(0);
});
