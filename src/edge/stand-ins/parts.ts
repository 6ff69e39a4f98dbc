// The edge build is one file: all parts are there.

/** A part that is there. */
export class LaterPart<Part> {
  readonly #load: () => Part;
  readonly isDelayed = false;

  constructor(load: () => Part, _consequence: string) {
    this.#load = load;
  }

  get(): Part {
    return this.#load();
  }
}
