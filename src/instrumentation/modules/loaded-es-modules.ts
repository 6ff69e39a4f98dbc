// The ES modules of SDKs that a program loaded before it was watched. Node has no list of them; V8 has one of its scripts.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { installedCopies } from "./installed-copies.ts";
import type { OnLoaded } from "./module-hooks.ts";
import { isOriginal, pathOf } from "./noticed-source.ts";
import { sdkFileAt } from "./sdk-file.ts";

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
 * Where nobody can tell what is loaded, the SDKs among the program's dependencies are.
 */
export function seeImported(onLoaded: OnLoaded): Promise<unknown> | undefined {
  const urls = loadedEsModules() ?? installedModules();
  const late = urls.map((url) => seeModule(url, onLoaded)).filter((each) => each !== undefined);
  return late.length === 0 ? undefined : Promise.allSettled(late);
}

/** What `import` of the SDKs in the program's dependencies leads to. */
const installedModules = (): string[] =>
  installedCopies()
    .filter(({ isDependency }) => isDependency)
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
    return import(url).then(use);
  }
}

/** Throws where Node cannot, and where it would be another module: `require()` knows no query. */
function requireEsModule(url: string): unknown {
  if (/[?#]/.test(url)) throw new Error("a URL with a query is imported");
  const path = pathOf(url);
  const emitWarning = Reflect.get<typeof process, "emitWarning">(process, "emitWarning");
  // Node warns of what was an experiment for long.
  process.emitWarning = () => undefined;
  try {
    return createRequire(path)(path) as unknown;
  } finally {
    process.emitWarning = emitWarning;
  }
}
