// Packs the package, installs the tarball as a user does, and uses it: import, require, types, stacks, weight.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));

/** How a CommonJS program gets at the package. */
const LOADS = [
  ["import", 'await import("phoenix-otel")'],
  ["require", 'require("phoenix-otel")'],
] as const;

let project: string;
let tarball: string;
const folders: string[] = [];

/** A new program that has the package and `others`. */
async function install(...others: string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "install-"));
  folders.push(folder);
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ name: "app", private: true }));
  await run("npm", ["install", "--silent", "--omit=dev", tarball, ...others], { cwd: folder });
  return folder;
}

beforeAll(async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "packed-"));
  folders.push(folder);
  const { stdout } = await run("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
  tarball = path.join(folder, stdout.trim());
  project = await install("@opentelemetry/api@1.9.1");
}, 180_000);

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

const runModule = (code: string) => run("node", ["--input-type=module", "-e", code], { cwd: project });

/** Every folder under node_modules that holds an installed package. */
async function installedPackages(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name === ".bin") continue;
    const child = path.join(folder, entry.name);
    if (entry.name.startsWith("@")) {
      found.push(...(await installedPackages(child)));
      continue;
    }
    found.push(child);
    const nested = path.join(child, "node_modules");
    if (await stat(nested).catch(() => undefined)) found.push(...(await installedPackages(nested)));
  }
  return found;
}

/** Name and version of every installed copy of what makes up OpenTelemetry's provider. */
async function sdkCopies(folder: string): Promise<string[]> {
  const packages = await installedPackages(path.join(folder, "node_modules"));
  const sdk = packages.filter((name) => /@opentelemetry.(sdk-trace-base|sdk-trace-node)$/.test(name));
  const read = async (each: string): Promise<string> => {
    const { name, version } = JSON.parse(await readFile(path.join(each, "package.json"), "utf8"));
    return `${name}@${version}`;
  };
  return Promise.all(sdk.map(read));
}

async function bytesOf(folder: string): Promise<number> {
  let total = 0;
  for (const entry of await readdir(folder, { withFileTypes: true, recursive: true })) {
    if (entry.isFile()) total += (await stat(path.join(entry.parentPath, entry.name))).size;
  }
  return total;
}

describe("the installed package", () => {
  it("installs at most 60 packages and 60 MB (W25)", async () => {
    const modules = path.join(project, "node_modules");
    expect((await installedPackages(modules)).length).toBeLessThanOrEqual(60);
    expect(await bytesOf(modules)).toBeLessThanOrEqual(60_000_000);
  });

  it("carries the licence of what its page is made of", async () => {
    const page = await readFile(path.join(project, "node_modules/phoenix-otel/dist/web/page.html"), "utf8");
    expect(page).toContain(await readFile(path.join(root, "node_modules/preact/LICENSE"), "utf8"));
    expect(page).toContain("@arizeai/openinference-semantic-conventions\n\nApache-2.0");
  });

  it("gives exactly the names of src/index.ts to import and to require", async () => {
    const list = "console.log(JSON.stringify(Object.keys(p).toSorted()))";
    const esm = await runModule(`import * as p from "phoenix-otel"; ${list}`);
    const cjs = await run("node", ["-e", `const p = require("phoenix-otel"); ${list}`], { cwd: project });
    const names = Object.keys(await import("../../src/index.ts")).toSorted();
    expect(JSON.parse(esm.stdout)).toEqual(names);
    expect(JSON.parse(cjs.stdout)).toEqual(names);
  });

  it.each(["--import", "--require"])("has a preload for %s, which says nothing", async (option) => {
    const program =
      "console.log(require('@opentelemetry/api').trace.getTracer('x').startSpan('y').isRecording())";
    const { stdout, stderr } = await run("node", [option, "phoenix-otel/preload", "-e", program], {
      cwd: project,
    });
    expect({ stdout, stderr }).toEqual({ stdout: "true\n", stderr: "" });
  });

  it("is one copy for import and require", async () => {
    const { stdout } = await runModule(`
      import { createRequire } from "node:module";
      import * as imported from "phoenix-otel";
      const required = createRequire(import.meta.url)("phoenix-otel");
      console.log(Object.keys(imported).filter((name) => imported[name] !== required[name]).join());`);
    expect(stdout.trim()).toBe("");
  });

  it("hands a function called without `this` none", async () => {
    const { stdout } = await runModule(`
      import { traceTool } from "phoenix-otel";
      console.log(typeof traceTool(function () { return this; })());`);
    expect(stdout.trim()).toBe("undefined");
  });

  it.each(LOADS)("names the source in a stack with --enable-source-maps, by %s", async (_how, load) => {
    const program = `(async () => (${load}).register({ protocol: "http" }))().catch(({ stack }) => console.log(stack))`;
    const { stdout } = await run("node", ["--enable-source-maps", "-e", program], { cwd: project });
    expect(stdout).toMatch(/at .*register .*src[/]register\.ts:\d+/);
  });

  it.each(LOADS)("loads neither grpc-js nor an HTTP client on %s and register()", async (_how, load) => {
    const program = `
      const before = new Set(process.moduleLoadList);
      (async () => {
        (${load}).register();
        const loaded = Object.keys(require.cache).filter((file) => /grpc-js|exporter-trace-otlp/.test(file));
        const builtin = process.moduleLoadList
          .filter((name) => !before.has(name) && /NativeModule (https?|http2|undici|_http_client)/.test(name));
        console.log(JSON.stringify({ loaded, builtin }));
        process.exit(0);
      })();`;
    const { stdout } = await run("node", ["-e", program], { cwd: project });
    expect(JSON.parse(stdout)).toEqual({ loaded: [], builtin: [] });
  });

  it.each(["20", "22", "24"])(
    "registers by import and by require on Node %s",
    async (version) => {
      const use =
        "const provider = register({ global: false }); console.log(process.versions.node, typeof provider.getTracer);";
      const node = process.versions.node.startsWith(`${version}.`)
        ? ["node"]
        : ["npx", "--yes", "-p", `node@${version}`, "node"];
      const [command = "node", ...args] = node;
      const esm = await run(
        command,
        [...args, "--input-type=module", "-e", `import { register } from "phoenix-otel"; ${use}`],
        { cwd: project },
      );
      const cjs = await run(
        command,
        [...args, "-e", `const { register } = require("phoenix-otel"); ${use}`],
        {
          cwd: project,
        },
      );
      expect(esm.stdout).toMatch(new RegExp(`^${version}\\..* function`));
      expect(cjs.stdout).toMatch(new RegExp(`^${version}\\..* function`));
    },
    180_000,
  );

  it.each([
    ["node16", "node16", "commonjs"],
    ["node16", "node16", "module"],
    ["esnext", "bundler", "module"],
  ])(
    "has types under module %s and moduleResolution %s in a %s package",
    async (module, resolution, type) => {
      const folder = path.join(project, `types-${resolution}-${type}`);
      await mkdir(folder);
      await writeFile(path.join(folder, "package.json"), JSON.stringify({ name: "typed", type }));
      await writeFile(path.join(folder, "use.ts"), await readFile(path.join(root, "test/package/use.ts")));
      const tsc = path.join(root, "node_modules/.bin/tsc");
      const options = ["--module", module, "--moduleResolution", resolution, "--target", "es2022"];
      const { stdout } = await run(
        tsc,
        ["--noEmit", "--strict", "--lib", "es2022,dom", ...options, "use.ts"],
        {
          cwd: folder,
        },
      ).catch((error: { stdout: string }) => error);
      expect(stdout).toBe("");
    },
    180_000,
  );
});

describe("beside the program's own copy of OpenTelemetry's SDK", () => {
  it.each([
    [
      "the oldest that is allowed",
      ["@opentelemetry/sdk-trace-node@2.12.0", "@opentelemetry/resources@2.12.0"],
    ],
    ["the newest 2.x", ["@opentelemetry/sdk-trace-node@2", "@opentelemetry/resources@2"]],
  ])(
    "%s there is one copy, and register() gives its NodeTracerProvider",
    async (_, packages) => {
      const folder = await install(...packages, "@opentelemetry/api@1");
      const copies = await sdkCopies(folder);
      expect(copies.toSorted()).toEqual([
        expect.stringMatching(/^@opentelemetry\/sdk-trace-base@2\./),
        expect.stringMatching(/^@opentelemetry\/sdk-trace-node@2\./),
      ]);
      const esm = `import { register } from "phoenix-otel"; import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";`;
      const cjs = `const { register } = require("phoenix-otel"); const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node");`;
      const program = "console.log(register({ global: false }) instanceof NodeTracerProvider);";
      const byImport = await run("node", ["--input-type=module", "-e", esm + program], { cwd: folder });
      const byRequire = await run("node", ["-e", cjs + program], { cwd: folder });
      expect([byImport.stdout, byRequire.stdout]).toEqual(["true\n", "true\n"]);
      // It fails where a peer is not what a package asks for.
      await run("npm", ["ls", "--all"], { cwd: folder, maxBuffer: 2 ** 24 });
    },
    180_000,
  );
});
