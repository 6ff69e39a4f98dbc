// The JSON schema inside whatever SDKs take as a schema.

const asRecord = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;

/**
 * Gives the JSON schema of an AI SDK `jsonSchema(…)`, of a zod or other Standard Schema that can write itself as one, or
 * of a plain JSON schema; undefined when there is none to be had now.
 */
export function jsonSchemaOf(schema: unknown): unknown {
  if (typeof schema !== "object" || schema === null) return undefined;
  try {
    const wrapped: unknown = Reflect.get(schema, "jsonSchema");
    if (wrapped !== undefined) return isReady(wrapped) ? wrapped : undefined;
    const standard = asRecord(asRecord(Reflect.get(schema, "~standard"))?.["jsonSchema"]);
    const write = standard?.["input"];
    if (typeof write === "function") return Reflect.apply(write, standard, [{ target: "draft-07" }]);
    const writeZod: unknown = Reflect.get(schema, "toJSONSchema");
    if (typeof writeZod === "function") return Reflect.apply(writeZod, schema, []);
    return Object.getPrototypeOf(schema) === Object.prototype && !("~standard" in schema)
      ? schema
      : undefined;
  } catch {
    return undefined;
  }
}

const isReady = (schema: unknown): boolean =>
  typeof schema === "object" && schema !== null && !("then" in schema);
