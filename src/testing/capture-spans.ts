// captureSpans(): the spans of a test, in it at once when they have ended.
import { AsyncLocalStorage } from "node:async_hooks";
import type { OutgoingSpan } from "../spans/outgoing-span.ts";
import { testMode } from "../test-mode.ts";
import { type CapturedSpan, type SpanFacts, spanFacts } from "./captured-span.ts";
import { ensureProvider, leavesAs } from "./default-provider.ts";
import { type ExpectedSpan, matchTree } from "./match-tree.ts";
import { type SpanWatcher, watchGlobalProvider, watchSpans } from "./watch-spans.ts";

/** The spans of a test. */
export interface CapturedSpans {
  /** The roots, in the order in which they started; a span whose parent has not ended yet is one of them. */
  readonly tree: readonly CapturedSpan[];
  /** Forgets every span that started before. */
  clear(): void;
  /**
   * Compares the whole tree: the list of roots is complete and in order, attributes are a subset, and children, where an
   * expected span names them, are complete and in order. What an expected span does not name is not looked at.
   *
   * @throws AssertionError whose message shows every recorded span, with `-` before what is missing, `+` before what was not
   * expected, and the differing values.
   */
  toMatchTree(expected: ExpectedSpan | readonly ExpectedSpan[]): void;
}

/** A span from its start on. */
interface Entry {
  readonly order: number;
  readonly spanId: string;
  parentId: string | undefined;
  facts: SpanFacts | undefined;
}

class Capture implements CapturedSpans {
  #entries: Entry[] = [];

  started(spanId: string, parentId: string | undefined): Entry {
    const entry: Entry = { order: this.#entries.length, spanId, parentId, facts: undefined };
    this.#entries.push(entry);
    return entry;
  }

  get tree(): readonly CapturedSpan[] {
    const ended = this.#entries.filter((entry) => entry.facts !== undefined);
    const nodes = new Map(
      ended.map((entry) => [entry.spanId, { ...(entry.facts as SpanFacts), children: [] as CapturedSpan[] }]),
    );
    const roots: CapturedSpan[] = [];
    for (const { spanId, parentId } of ended) {
      const node = nodes.get(spanId);
      if (node === undefined) continue;
      const parent = parentId === undefined ? undefined : nodes.get(parentId);
      (parent?.children ?? roots).push(node);
    }
    return roots;
  }

  clear(): void {
    this.#entries = [];
  }

  toMatchTree(expected: ExpectedSpan | readonly ExpectedSpan[]): void {
    matchTree(
      this.tree,
      Array.isArray(expected) ? (expected as readonly ExpectedSpan[]) : [expected as ExpectedSpan],
    );
  }
}

/** Spans whose children may still start; beyond this many, the oldest are forgotten. */
const MAX_PARENTS = 100_000;

/** The capture of the function that runs. */
const running = new AsyncLocalStorage<Capture>();
/** The capture of each span, for those that start below it when its test is over. */
const ofParent = new Map<string, Capture>();
/** The latest one without a function of its own. */
let latest: Capture | undefined;

const watcher: SpanWatcher = {
  started(span, parentId) {
    const capture =
      running.getStore() ?? (parentId === undefined ? undefined : ofParent.get(parentId)) ?? latest;
    if (capture === undefined) return undefined;
    const { spanId } = span.spanContext();
    if (ofParent.size >= MAX_PARENTS)
      for (const oldest of ofParent.keys()) {
        ofParent.delete(oldest);
        break;
      }
    ofParent.set(spanId, capture);
    const entry = capture.started(spanId, parentId);
    return () => {
      const outgoing: OutgoingSpan | undefined = leavesAs(span);
      if (outgoing === undefined) return;
      entry.parentId = outgoing.parentSpanContext?.spanId;
      entry.facts = spanFacts(outgoing);
    };
  },
};

testMode.isOn = true;
watchSpans(watcher);

/**
 * Gives the spans that start from now on, in a test or in `beforeEach`: every span of this package's providers and wrappers and
 * of the global provider, in the tree at once when it has ended. No `register()`, flush or teardown is needed; nothing is sent.
 * A span belongs to the latest call, unless it runs in the function of another one.
 */
export function captureSpans(): CapturedSpans;
/** Runs `run` and gives what was recorded in it, with what it calls and leaves behind: for tests that run at the same time. */
export function captureSpans(run: () => PromiseLike<unknown>): Promise<CapturedSpans>;
export function captureSpans(run: () => unknown): CapturedSpans;
export function captureSpans(run?: () => unknown): CapturedSpans | Promise<CapturedSpans> {
  ensureProvider();
  watchGlobalProvider();
  const capture = new Capture();
  if (run === undefined) return (latest = capture);
  const result = running.run(capture, run);
  return isThenable(result) ? Promise.resolve(result).then(() => capture) : capture;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
