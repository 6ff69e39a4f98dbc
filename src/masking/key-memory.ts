// What was found out about attribute keys: they repeat from span to span.

/** Indexes make keys many, so what is remembered is bounded. */
const MAX_KEYS = 10_000;

/** Works something out once for each key. */
export class KeyMemory<Value> {
  readonly #find: (key: string) => Value;
  readonly #known = new Map<string, { readonly value: Value }>();

  constructor(find: (key: string) => Value) {
    this.#find = find;
  }

  get(key: string): Value {
    return (this.#known.get(key) ?? this.#learn(key)).value;
  }

  #learn(key: string): { readonly value: Value } {
    if (this.#known.size >= MAX_KEYS) this.#known.clear();
    const found = { value: this.#find(key) };
    this.#known.set(key, found);
    return found;
  }
}
