// The vectors of an embedding call, from the shapes in which SDKs return them.
import { asList, asText, asVector, firstOf } from "./read-value.ts";

/** Members that hold one vector. */
const ONE = ["embedding", "embeddings", "values", "vector", "float"] as const;

/** Members that hold several. */
const SEVERAL = ["data", "embeddings", "vectors", "predictions"] as const;

/** Kinds of numbers by which Cohere and Titan tell vectors apart, the most exact first. */
const BY_TYPE = ["float", "base64", "int8", "uint8", "binary", "ubinary"] as const;

/** Gives the vectors of a result: bare ones, held ones, or those of the first type that is there. */
export function readVectors(result: unknown): number[][] | undefined {
  const typed = firstOf(firstOf(result, "embeddingsByType", "embeddings"), ...BY_TYPE);
  const one = vectorOf(result) ?? vectorOf(typed);
  if (one !== undefined) return [one];
  const list = Array.isArray(result) ? result : (typed ?? firstOf(result, ...SEVERAL));
  const vectors: number[][] = [];
  for (const item of asList(list)) {
    const vector = vectorOf(item) ?? decoded(item);
    if (vector === undefined) return undefined;
    vectors.push(vector);
  }
  return vectors.length > 0 ? vectors : undefined;
}

/** One vector, bare or held as `{ embedding }`, `{ values }` or both. */
function vectorOf(value: unknown): number[] | undefined {
  const bare = asVector(value);
  if (bare !== undefined) return bare;
  const held = firstOf(value, ...ONE);
  return asVector(held) ?? decoded(held) ?? asVector(firstOf(held, "values", "float"));
}

const FLOAT_BYTES = 4;

/** A vector as base64 of floats, which OpenAI, Jina, Voyage and Cohere give when they are asked to. */
function decoded(value: unknown): number[] | undefined {
  const text = asText(value);
  if (text === undefined || text.length < 8 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, "base64");
  if (bytes.length % FLOAT_BYTES !== 0) return undefined;
  return Array.from({ length: bytes.length / FLOAT_BYTES }, (_, index) =>
    bytes.readFloatLE(index * FLOAT_BYTES),
  );
}
