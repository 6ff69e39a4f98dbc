// What the module hooks make of the source of an SDK's ES module: one that hands its exports over before anybody uses them.
// Also runs in the thread of Node's module hooks.
import { fileURLToPath } from "node:url";
import { processKey } from "../../process-slot.ts";
import { sdkFileAt } from "./sdk-file.ts";

/** What a `load` hook of Node gives, as far as it is read here. */
export interface LoadedSource {
  readonly format?: string | null | undefined;
  readonly source?: unknown;
}

/** The key on `globalThis` of what takes the notices, a {@link LoadedModules}. */
export const NOTICE_KEY: symbol = processKey("loaded-modules", 1);

/** The same module with a notice, where it is one of an SDK; any other one as it is. */
export function noticedSource<T extends LoadedSource>(url: string, loaded: T): T {
  if (loaded.format !== "module" || !url.startsWith("file:") || !url.includes("/node_modules/"))
    return loaded;
  if (isOriginal(url)) return loaded;
  const file = sdkFileAt(pathOf(url));
  const source = file && textOf(loaded.source);
  if (file === undefined || source === undefined || source.includes(MARK)) return loaded;
  const replaced = (REPLACED[file.package] ?? []).filter((name) => new RegExp(`\\b${name}\\b`).test(source));
  return {
    ...loaded,
    source: replaced.length > 0 ? standIn(url, replaced) : `${source}\n${notice(url)}`,
  };
}

const MARK = "/* phoenix-otel */";
const TAKER = `globalThis[Symbol.for(${JSON.stringify(Symbol.keyFor(NOTICE_KEY))})]`;

/** A module may import itself: it gets its own exports, which are complete once its last line runs. */
const notice = (url: string): string =>
  `${MARK} import * as phoenixOtelSelf from ${JSON.stringify(url)};` +
  ` ${TAKER}?.taken(${JSON.stringify(url)}, phoenixOtelSelf);\n`;

/** SDKs of functions: an ES module's exports cannot be replaced, so that another module stands in for theirs. */
const REPLACED: Readonly<Record<string, readonly string[]>> = {
  "@anthropic-ai/claude-agent-sdk": [
    "query",
    "unstable_v2_prompt",
    "unstable_v2_createSession",
    "unstable_v2_resumeSession",
  ],
};

const ORIGINAL = "phoenix-otel-original";

/** Whether a module is one for which another stands in. */
export const isOriginal = (url: string): boolean => url.includes(ORIGINAL);

const standIn = (url: string, names: readonly string[]): string => {
  const original = JSON.stringify(`${url}${url.includes("?") ? "&" : "?"}${ORIGINAL}`);
  return [
    `${MARK} import * as phoenixOtelOriginal from ${original};`,
    `export * from ${original};`,
    `const phoenixOtelSeen = ${TAKER}?.taken(${JSON.stringify(url)}, phoenixOtelOriginal) ?? phoenixOtelOriginal;`,
    ...names.map((name) => `export const ${name} = phoenixOtelSeen.${name};`),
    "",
  ].join("\n");
};

/** The file of a URL, without what a loader put behind it. */
export function pathOf(url: string): string {
  return fileURLToPath(url.replace(/[?#].*$/, ""));
}

function textOf(source: unknown): string | undefined {
  if (typeof source === "string") return source;
  return source instanceof Uint8Array || source instanceof ArrayBuffer
    ? new TextDecoder().decode(source)
    : undefined;
}
