// Which arguments of a call are recorded: those the function declares, not what its caller adds.
import type { Callable } from "./call-plan.ts";
import { contextInput, isFrameworkContext } from "./framework-context.ts";
import { readParameterList } from "./parameter-list.ts";

/** How many arguments wrappers declare: as many as what they wrap. */
const ofWrappers = new WeakMap<Callable, number>();

/** Makes `wrapper` declare as many arguments as what it wraps. */
export function declareAlike(wrapper: Callable, declared: number): void {
  ofWrappers.set(wrapper, declared);
}

/**
 * How many arguments `fn` declares; `Infinity` where any number may be meant: with defaults, a rest parameter or the word
 * `arguments`, and where its source is not known.
 */
export function declaredCount(fn: Callable): number {
  return ofWrappers.get(fn) ?? countOf(fn);
}

function countOf(fn: Callable): number {
  try {
    const source = Function.prototype.toString.call(fn);
    const list = readParameterList(source);
    if (list === undefined || list.isOpen) return Infinity;
    return !list.isArrow && /\barguments\b/.test(source) ? Infinity : fn.length;
  } catch {
    return Infinity;
  }
}

/** The arguments that are recorded of a call: `args` itself where that is all of them. */
export function declaredArguments(args: readonly unknown[], declared: number): readonly unknown[] {
  const count = isMapped(args, declared) ? 1 : Math.min(declared, args.length);
  if (count === 1 && args.length === 1) {
    const only = args[0];
    const input = contextInput(only);
    return input === only ? args : input === undefined ? [] : [input];
  }
  let isAll = count === args.length;
  for (let index = 0; isAll && index < count; index++) {
    const argument = args[index];
    isAll = index === 0 ? contextInput(argument) === argument : !isFrameworkContext(argument);
  }
  if (isAll) return args;
  const kept = args.slice(0, count).filter((argument, index) => index === 0 || !isFrameworkContext(argument));
  if (kept.length === 0) return kept;
  const input = contextInput(kept[0]);
  return input === undefined ? kept.slice(1) : [input, ...kept.slice(1)];
}

/** Whether `list.map(fn)` and its like call: with item, index and the whole list, for a function whose source is not known. */
function isMapped(args: readonly unknown[], declared: number): boolean {
  if (declared !== Infinity || args.length !== 3) return false;
  const [item, index, list] = args;
  return Array.isArray(list) && typeof index === "number" && list[index] === item;
}
