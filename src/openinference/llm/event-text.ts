// The answer of a model as an HTTP body has it: server-sent events, JSON in lines, or one JSON.
import { asRecord, guarded, type ReadRecord } from "../read-value.ts";

/** Characters of a body in one piece that are kept to be read at its end. */
const MAX_CHARACTERS = 4 * 1024 * 1024;

/** Reads the bytes of a body as they come, and gives the objects in them. Never throws. */
export class EventText {
  readonly #decoder = new TextDecoder();
  #line = "";
  /** Lines of what may be one JSON, as long as nothing was found. */
  #whole = "";
  #isWhole = true;

  /** Gives the objects that are complete with these bytes. */
  add(bytes: Uint8Array): ReadRecord[] {
    const lines = (this.#line + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#line = lines.pop() ?? "";
    if (this.#line.length > MAX_CHARACTERS) this.#line = "";
    return lines.flatMap((line) => this.#read(line));
  }

  /** Gives what is left at the end of the body. */
  end(): ReadRecord[] {
    const found = this.#read(this.#line + this.#decoder.decode());
    this.#line = "";
    const whole = this.#isWhole ? parse(this.#whole) : undefined;
    this.#whole = "";
    return whole === undefined ? found : [whole];
  }

  #read(line: string): ReadRecord[] {
    const text = line.startsWith("data:") ? line.slice(5) : line;
    const found = parse(text);
    if (found !== undefined) {
      this.#isWhole = false;
      return [found];
    }
    if (this.#isWhole && this.#whole.length < MAX_CHARACTERS) this.#whole += line;
    return [];
  }
}

function parse(text: string): ReadRecord | undefined {
  const json = text.trim();
  return json.startsWith("{") && json.endsWith("}") ? guarded(() => asRecord(JSON.parse(json))) : undefined;
}
