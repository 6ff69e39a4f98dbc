// Watches the modules of SDKs as they load: CommonJS by Node's own loader, ES modules by Node's module hooks.
import program from "./hooks-program.js";
import { mainFormat } from "./main-module.ts";
import { type LoadedSource, NOTICE_KEY, noticedSource, pathOf } from "./noticed-source.ts";
import { type SdkFile, sdkFileAt } from "./sdk-file.ts";

/** How a module was loaded. */
export type ModuleFormat = "es module" | "commonjs";

/**
 * Takes the exports of a file of an SDK, once it has run and before anybody uses them. What it gives stands in for them
 * where they `canReplace`; `undefined` leaves them.
 */
export type OnLoaded = (
  file: SdkFile,
  exports: unknown,
  format: ModuleFormat,
  canReplace?: boolean,
) => unknown;

/** The object that a module with a notice looks for. */
interface LoadedModules {
  taken(url: string, exports: unknown): unknown;
}

/** What Node has and its older types lack. */
interface ModuleApi {
  readonly registerHooks?: (hooks: {
    load: (
      url: string,
      context: unknown,
      next: (url: string, context: unknown) => LoadedSource,
    ) => LoadedSource;
  }) => unknown;
  readonly register?: (specifier: string) => unknown;
}

/** One module as Node's CommonJS loader knows it. */
interface CommonJsModule {
  exports: unknown;
  readonly loaded: boolean;
}

/** Node's own list of what require() loaded, and its way to load. */
interface CommonJsLoader {
  readonly _cache?: Readonly<Record<string, CommonJsModule | undefined>>;
  readonly prototype: {
    load: (filename: string) => unknown;
    _compile: (source: unknown, ...rest: unknown[]) => unknown;
  };
}

const loader = (): CommonJsLoader & ModuleApi =>
  process.getBuiltinModule("node:module") as unknown as CommonJsLoader & ModuleApi;

/** Watches from now on. Throws what Node throws where hooks are not allowed. */
export function watchModules(onLoaded: OnLoaded): void {
  const { prototype } = loader();
  const { load } = prototype;
  prototype.load = function watchedLoad(this: CommonJsModule, filename: string): unknown {
    const result = Reflect.apply(load, this, [filename]);
    seeCommonJs(this, filename, onLoaded);
    return result;
  };
  const taker: LoadedModules = {
    taken(url, exports) {
      try {
        const file = sdkFileAt(pathOf(url));
        return file && onLoaded(file, exports, "es module", true);
      } catch {
        // The SDK's own module must go on.
        return undefined;
      }
    },
  };
  // Where globalThis is frozen, ES modules stay untraced.
  Reflect.defineProperty(globalThis, NOTICE_KEY, { value: taker, configurable: true });
  const { registerHooks } = loader();
  if (registerHooks === undefined) startHooksThread();
  else {
    registerHooks({
      load(url, context, next) {
        const loaded = next(url, context);
        try {
          return noticedSource(url, loaded);
        } catch {
          return loaded;
        }
      },
    });
  }
}

/** What a file says that may import an ES module. */
const IMPORTS = /\bimport\s*\(/;

/**
 * Before Node 22.15 the hooks have a thread, which takes time to start: a CommonJS program has it once a file that may
 * import an ES module is compiled.
 */
function startHooksThread(): void {
  const { register, prototype } = loader();
  const start = (): void => void register?.(`data:text/javascript,${encodeURIComponent(program)}`);
  if (mainFormat() !== "commonjs") return start();
  const { _compile: compile } = prototype;
  prototype._compile = function watchedCompile(
    this: CommonJsModule,
    source: unknown,
    ...rest: unknown[]
  ): unknown {
    if (typeof source === "string" && IMPORTS.test(source) && prototype._compile === watchedCompile) {
      prototype._compile = compile;
      try {
        start();
      } catch {
        // As where the permission model allows no thread: the program goes on.
      }
    }
    return Reflect.apply(compile, this, [source, ...rest]);
  };
}

/** Sees what `require()` loaded before. */
export function seeRequired(onLoaded: OnLoaded): void {
  for (const [filename, module] of Object.entries(loader()._cache ?? {})) {
    if (module?.loaded === true) seeCommonJs(module, filename, onLoaded);
  }
}

/** What `require()` loaded: each file with its exports. */
export function requiredModules(): readonly (readonly [filename: string, exports: unknown])[] {
  return Object.entries(loader()._cache ?? {}).map(
    ([filename, module]) => [filename, module?.exports] as const,
  );
}

function seeCommonJs(module: CommonJsModule, filename: string, onLoaded: OnLoaded): void {
  try {
    const file = sdkFileAt(filename);
    if (file === undefined) return;
    const format = isNamespace(module.exports) ? "es module" : "commonjs";
    const seen = onLoaded(file, module.exports, format, true);
    if (seen !== undefined) module.exports = seen;
  } catch {
    // The program's require() must go on.
  }
}

/** An ES module that was loaded by require(). */
const isNamespace = (exports: unknown): boolean =>
  Object.prototype.toString.call(exports) === "[object Module]";
