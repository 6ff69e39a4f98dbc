// How long tests wait for what must come. No test proves anything by these: they tell what hangs from what is slow, on
// a machine that has other things to do.

/** After this a thing that must come, such as a span, an answer or the end of a program, is missing. */
export const PATIENCE_MILLIS = 60_000;

/** After this a test that waits for several things hangs; the first missing one has been told by then. */
export const TEST_PATIENCE_MILLIS: number = 2 * PATIENCE_MILLIS;
