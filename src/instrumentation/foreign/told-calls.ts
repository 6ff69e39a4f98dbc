// Calls of which an agent framework's span tells. Frameworks do not make their spans the active ones, so that a traced
// client beneath would tell of the same call again.
import type { Callable } from "../../decorators/call/call-plan.ts";
import { isWrapped } from "../is-instrumented.ts";
import type { SdkFile } from "../modules/sdk-file.ts";
import { runTold } from "../told-by-other.ts";

type Exports = Readonly<Record<string, unknown>>;
type Prototype = Record<string, unknown>;

/** The `CallbackManager` of each copy: the instrumentation wraps its `_configureSync`, ours or the program's. */
const managers = new Set<object>();
const told = new WeakSet<object>();

/** LangChain: the models of `@langchain/core`, by whose callbacks its instrumentation traces. */
export function tellOfChatModels({ file }: SdkFile, exports: unknown): void {
  const { CallbackManager, BaseChatModel, BaseLLM } = exports as Exports;
  if (/callbacks\/manager/.test(file) && typeof CallbackManager === "function") managers.add(CallbackManager);
  for (const model of [BaseChatModel, BaseLLM]) {
    tellOf(model, ["_generateUncached", "_streamIterator"], isLangChainTraced);
  }
}

const isLangChainTraced = (): boolean =>
  [...managers].some((manager) => isWrapped((manager as { _configureSync?: unknown })._configureSync));

/** OpenAI's Agents SDK: the models that call by the openai package. */
export function tellOfAgentModels(_file: SdkFile, exports: unknown): void {
  const { OpenAIResponsesModel, OpenAIChatCompletionsModel } = exports as Exports;
  for (const model of [OpenAIResponsesModel, OpenAIChatCompletionsModel]) {
    tellOf(model, ["getResponse", "getStreamedResponse"], () => true);
  }
}

function tellOf(model: unknown, methods: readonly string[], isTraced: () => boolean): void {
  if (typeof model !== "function" || told.has(model)) return;
  told.add(model);
  const prototype = model.prototype as Prototype;
  for (const name of methods) {
    const original = prototype[name];
    if (typeof original !== "function") continue;
    const replacement = function (this: unknown, ...args: unknown[]): unknown {
      const run = (): unknown => Reflect.apply(original as Callable, this, args);
      if (!isTraced()) return run();
      const result = runTold(run);
      return isGenerator(result) ? inside(result) : result;
    };
    Object.defineProperty(prototype, name, { value: replacement, writable: true, configurable: true });
  }
}

const isGenerator = (value: unknown): value is AsyncGenerator =>
  Object.prototype.toString.call(value) === "[object AsyncGenerator]";

/** A generator's body runs where `next()` is called. */
function inside(generator: AsyncGenerator): AsyncGenerator {
  for (const name of ["next", "return", "throw"] as const) {
    const step = generator[name].bind(generator) as (value?: unknown) => Promise<IteratorResult<unknown>>;
    Object.defineProperty(generator, name, {
      value: (...value: [unknown?]) => runTold(() => step(...value)),
      writable: true,
      configurable: true,
    });
  }
  return generator;
}
