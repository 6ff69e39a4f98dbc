// Lists among attributes: `llm.output_messages.0.message.role` is an item of `llm.output_messages`.

/** The list that an attribute is an item of, if it is one. */
export const listName = (key: string): string | undefined => /^(.+?)\.\d+\./.exec(key)?.[1];
