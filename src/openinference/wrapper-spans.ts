// Which spans are those of our wrappers, whose tracer may have any name.

const known = new WeakSet<object>();

/** Takes note of a span that a wrapper started by a tracer of the program's. */
export function noteWrapperSpan(span: object): void {
  known.add(span);
}

/** Whether a wrapper started a span by a tracer of the program's. */
export const isWrapperSpan = (span: object): boolean => known.has(span);
