// The word for what is hidden.

/** What stands in a span in place of a value that is hidden. */
export const REDACTED_VALUE = "__REDACTED__";
