// Compares recorded spans with what a test expects, and says the difference as a tree.
import { AssertionError } from "node:assert";
import { inspect, isDeepStrictEqual } from "node:util";
import type { AttributeValue } from "@opentelemetry/api";
import type { CapturedSpan, SpanStatusName } from "./captured-span.ts";

/** What a test expects of a span; what it does not name is not looked at. */
export interface ExpectedSpan {
  readonly name?: string;
  readonly kind?: string;
  readonly status?: SpanStatusName;
  /** Attributes that are there with these values, besides others; a matcher such as `expect.any(String)` may stand for one. */
  readonly attributes?: Readonly<Record<string, AttributeValue | Matcher>>;
  /** All children, in the order in which they started. */
  readonly children?: readonly ExpectedSpan[];
}

/** An asymmetric matcher of jest or vitest. */
export interface Matcher {
  asymmetricMatch(value: unknown): boolean;
}

const MAX_LINES = 200;
const MAX_CHARACTERS = 20_000;
/** Of one value. */
const MAX_VALUE_CHARACTERS = 300;

/** A recorded span and the expected one that it stands for, or one of them alone. */
type Pair = readonly [recorded: CapturedSpan | undefined, expected: ExpectedSpan | undefined];

/** Throws an AssertionError unless the trees match. */
export function matchTree(recorded: readonly CapturedSpan[], expected: readonly ExpectedSpan[]): void {
  if (matchesAll(recorded, expected)) return;
  const lines = align(recorded, expected).flatMap((pair) => describe(pair, 0));
  const head =
    recorded.length === 0
      ? "No span was recorded."
      : "The recorded spans do not match (- expected and missing, + recorded and not expected):";
  throw new AssertionError({ message: bounded([head, ...lines]), stackStartFn: matchTree });
}

const matchesAll = (recorded: readonly CapturedSpan[], expected: readonly ExpectedSpan[]): boolean =>
  recorded.length === expected.length &&
  expected.every((each, index) => matches(recorded[index] as CapturedSpan, each));

const matches = (recorded: CapturedSpan, expected: ExpectedSpan): boolean =>
  hasName(recorded, expected) &&
  differences(recorded, expected).length === 0 &&
  (expected.children === undefined || matchesAll(recorded.children, expected.children));

const hasName = ({ name }: CapturedSpan, expected: ExpectedSpan): boolean =>
  expected.name === undefined || expected.name === name;

/** What a recorded span of the right name has otherwise, a line each. */
function differences(recorded: CapturedSpan, { kind, status, attributes = {} }: ExpectedSpan): string[] {
  const differing: string[] = [];
  const compare = (key: string, wanted: unknown, found: unknown): void => {
    if (isMatcher(wanted) ? wanted.asymmetricMatch(found) : isDeepStrictEqual(wanted, found)) return;
    differing.push(`${key}: expected ${valueText(wanted)}, recorded ${valueText(found)}`);
  };
  if (kind !== undefined) compare("kind", kind, recorded.kind);
  if (status !== undefined) compare("status", status, recorded.status);
  for (const [key, wanted] of Object.entries(attributes)) compare(key, wanted, recorded.attributes[key]);
  return differing;
}

const isMatcher = (value: unknown): value is Matcher =>
  typeof value === "object" &&
  value !== null &&
  "asymmetricMatch" in value &&
  typeof value.asymmetricMatch === "function";

/**
 * Puts recorded and expected spans beside each other, in their order: as many pairs of the same name as can be, those that match
 * altogether first.
 */
function align(recorded: readonly CapturedSpan[], expected: readonly ExpectedSpan[]): Pair[] {
  const width = expected.length + 1;
  /** The best score of what is left from these two on. */
  const scores = new Uint32Array((recorded.length + 1) * width);
  const score = (row: number, column: number): number => scores[row * width + column] ?? 0;
  const pairScore = (row: number, column: number): number => {
    const [one, other] = [recorded[row] as CapturedSpan, expected[column] as ExpectedSpan];
    if (!hasName(one, other)) return 0;
    return matches(one, other) ? 3 : 2;
  };
  for (let row = recorded.length - 1; row >= 0; row--) {
    for (let column = expected.length - 1; column >= 0; column--) {
      const paired = pairScore(row, column);
      scores[row * width + column] = Math.max(
        score(row + 1, column),
        score(row, column + 1),
        paired > 0 ? paired + score(row + 1, column + 1) : 0,
      );
    }
  }
  const pairs: Pair[] = [];
  let [row, column] = [0, 0];
  while (row < recorded.length || column < expected.length) {
    const here = score(row, column);
    const isPair = row < recorded.length && column < expected.length && pairScore(row, column) > 0;
    if (isPair && here === pairScore(row, column) + score(row + 1, column + 1)) {
      pairs.push([recorded[row++], expected[column++]]);
    } else if (column < expected.length && here === score(row, column + 1)) {
      pairs.push([undefined, expected[column++]]);
    } else {
      pairs.push([recorded[row++], undefined]);
    }
  }
  return pairs;
}

/** A pair and what is below it, a line each. */
function describe([recorded, expected]: Pair, depth: number): string[] {
  if (recorded === undefined) {
    const { kind, name = "(any name)", children = [] } = expected as ExpectedSpan;
    return [
      line("-", depth, kind, name),
      ...children.flatMap((child) => describe([undefined, child], depth + 1)),
    ];
  }
  const mark = expected === undefined ? "+" : " ";
  const own = [line(mark, depth, recorded.kind, recorded.name)];
  if (expected !== undefined) {
    own.push(...differences(recorded, expected).map((each) => `${"  ".repeat(depth + 3)}${each}`));
  }
  const pairs: readonly Pair[] =
    expected?.children === undefined
      ? recorded.children.map((child): Pair => [child, expected && {}])
      : align(recorded.children, expected.children);
  return [...own, ...pairs.flatMap((pair) => describe(pair, depth + 1))];
}

const line = (mark: string, depth: number, kind: string | undefined, name: string): string =>
  `${mark} ${"  ".repeat(depth)}${kind === undefined ? "" : `${kind} `}${oneLine(name)}`;

const oneLine = (text: string): string => cut(text.replace(/[\n\r\u2028\u2029]+/g, " "));

const cut = (text: string): string =>
  text.length > MAX_VALUE_CHARACTERS
    ? `${text.slice(0, MAX_VALUE_CHARACTERS)}… (${text.length} characters)`
    : text;

function valueText(value: unknown): string {
  if (value === undefined) return "nothing";
  if (isMatcher(value)) return oneLine(inspect(value));
  return cut(JSON.stringify(value) ?? inspect(value));
}

/** As many lines as a reader takes in. */
function bounded(lines: readonly string[]): string {
  const kept: string[] = [];
  let characters = 0;
  for (const each of lines) {
    characters += each.length + 1;
    const isFull = kept.length >= MAX_LINES - 1 || characters > MAX_CHARACTERS - 40;
    if (isFull && lines.length > kept.length) {
      kept.push(`… ${lines.length - kept.length} more lines`);
      break;
    }
    kept.push(each);
  }
  return kept.join("\n");
}
