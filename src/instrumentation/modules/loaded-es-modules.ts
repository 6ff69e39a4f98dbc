// The ES modules of SDKs that a program loaded before it was watched. Node has no list of them; V8 has one of its scripts.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { installedCopies } from "./installed-copies.ts";
import type { OnLoaded } from "./module-hooks.ts";
import { isOriginal, pathOf } from "./noticed-source.ts";
import { sdkFileAt } from "./sdk-file.ts";
import { SDK_FILES } from "./sdk-files.ts";

/** The URLs of all loaded ES modules; `undefined` where they cannot be asked for, as under the permission model. */
export function loadedEsModules(): readonly string[] | undefined {
  try {
    const { Session } = process.getBuiltinModule("node:inspector");
    const session = new Session();
    session.connect();
    try {
      const urls: string[] = [];
      session.on("Debugger.scriptParsed", ({ params }) => {
        if (params.isModule === true && params.url.startsWith("file:")) urls.push(params.url);
      });
      // Answers at once, with a notice for each script.
      session.post("Debugger.enable");
      session.post("Debugger.disable");
      return urls;
    } finally {
      session.disconnect();
    }
  } catch {
    return undefined;
  }
}

/**
 * Sees the modules of SDKs that are loaded: at once where Node can require() an ES module, else when the promise resolves.
 * Where nobody can tell what is loaded, the clients of SDKs among the program's dependencies are.
 */
export function seeImported(onLoaded: OnLoaded): Promise<unknown> | undefined {
  const urls = loadedEsModules() ?? installedModules();
  const late = urls.map((url) => seeModule(url, onLoaded)).filter((each) => each !== undefined);
  return late.length === 0 ? undefined : Promise.allSettled(late);
}

/** What `import` of the SDKs in the program's dependencies leads to. */
const installedModules = (): string[] =>
  installedCopies()
    .filter((copy) => copy.isDependency && SDK_FILES[copy.package]?.hasClients === true)
    .flatMap(({ directory, imported }) =>
      imported === undefined ? [] : [pathToFileURL(`${directory}/${imported}`).href],
    );

function seeModule(url: string, onLoaded: OnLoaded): Promise<unknown> | undefined {
  const isSdk = url.includes("/node_modules/") && !isOriginal(url);
  const file = isSdk ? sdkFileAt(pathOf(url)) : undefined;
  if (file === undefined) return undefined;
  return withEsModule(url, (exports) => void onLoaded(file, exports, "es module"));
}

/** Gives the exports of an ES module, which is loaded where it is not: at once, or when the promise resolves, which may reject. */
export function withEsModule(url: string, use: (exports: unknown) => void): Promise<unknown> | undefined {
  try {
    use(requireEsModule(url));
    return undefined;
  } catch {
    return importModule(url).then(use);
  }
}

/** The CommonJS build has no `import()` of its own, since jest runs it where there is none. */
async function importModule(url: string): Promise<unknown> {
  const { compileFunction, constants } = process.getBuiltinModule("node:vm");
  const load = (): Promise<unknown> =>
    compileFunction("return import (url);", ["url"], {
      importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    })(url) as Promise<unknown>;
  return await withoutWarnings(load);
}

/** Node warns of what was an experiment for long. */
function withoutWarnings<T>(run: () => T): T {
  const emitWarning = Reflect.get<typeof process, "emitWarning">(process, "emitWarning");
  process.emitWarning = () => undefined;
  try {
    return run();
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** A module of Node's CommonJS loader, as it is before a file is read into it. */
type NewModule = new (filename: string) => {
  filename: string;
  readonly exports: unknown;
  _compile(source: string, filename: string, format: "module"): unknown;
};

/**
 * Gives the module that `import` gives, as `require()` of an ES module does. Not by `require()` itself: where tsx is
 * loaded that makes another module of the file. Throws where Node cannot, and for a URL with a query, which is another one.
 */
function requireEsModule(url: string): unknown {
  const { require_module: canRequire } = process.features as { require_module?: boolean };
  if (canRequire !== true || /[?#]/.test(url)) throw new Error("it is to be imported");
  const file = pathOf(url);
  const Module = process.getBuiltinModule("node:module") as unknown as NewModule;
  const module = new Module(file);
  module.filename = file;
  // The source is not looked at where the module is loaded.
  withoutWarnings(() => module._compile(readFileSync(file, "utf8"), file, "module"));
  return module.exports;
}
