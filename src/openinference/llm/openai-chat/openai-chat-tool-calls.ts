// The tool calls of a streamed answer, put together from their pieces.
import { asId, asNumber, asRecord, asText, asWord, firstOf, type ReadRecord } from "../../read-value.ts";

/** One call as far as it has come. */
interface ToolCallDraft {
  id: string | undefined;
  name: string;
  input: string;
}

/** What one chunk says of one call. */
interface Piece {
  readonly id: string | undefined;
  readonly index: number | undefined;
  readonly name: string | undefined;
  readonly input: string;
}

/**
 * The calls of one choice. OpenAI tells them apart by index; other servers give every parallel call the index 0, none, or
 * start again with each batch: then the id tells, and without one, that a name comes after whole arguments.
 */
export class ToolCallDrafts {
  readonly #calls: ToolCallDraft[] = [];
  readonly #byIndex = new Map<number, ToolCallDraft>();

  get isEmpty(): boolean {
    return this.#calls.length === 0;
  }

  add(call: ReadRecord): void {
    const called = asRecord(call["function"]) ?? asRecord(call["custom"]);
    const id = asWord(asId(call["id"]));
    const index = asNumber(call["index"]);
    const name = asWord(called?.["name"]);
    const input = textOf(firstOf(called, "arguments", "input"));
    const draft = this.#find({ id, index, name, input }) ?? this.#open(index);
    draft.id ??= id;
    // Some servers repeat the whole name with every chunk; OpenAI sends it once.
    if (draft.name === "") draft.name = name ?? "";
    draft.input += input;
  }

  result(): ReadRecord[] {
    return this.#calls.map(({ id, name, input }) => ({
      id,
      type: "function",
      function: { name, arguments: input },
    }));
  }

  #find(piece: Piece): ToolCallDraft | undefined {
    const { id, index, name } = piece;
    const same = id === undefined ? undefined : this.#calls.findLast((call) => call.id === id);
    if (same !== undefined) return same;
    const near = index === undefined ? this.#calls.at(-1) : this.#byIndex.get(index);
    // What begins has a name: a piece without one goes on, even where each has an id of its own.
    if (near === undefined || name === undefined || near.name === "") return near;
    const isOther =
      near.name !== name ||
      (id !== undefined && near.id !== undefined) ||
      (piece.input !== "" && isWhole(near.input));
    return isOther ? undefined : near;
  }

  #open(index: number | undefined): ToolCallDraft {
    const draft: ToolCallDraft = { id: undefined, name: "", input: "" };
    this.#calls.push(draft);
    if (index !== undefined) this.#byIndex.set(index, draft);
    return draft;
  }
}

function isWhole(json: string): boolean {
  if (!json.endsWith("}")) return false;
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

/** Arguments come as text; some servers send them as the object they are. */
const textOf = (input: unknown): string =>
  asText(input) ?? (asRecord(input) === undefined ? "" : JSON.stringify(input));
