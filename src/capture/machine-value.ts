// Objects that belong to the machine and not to the question: written by what they are, not by what they hold.
import { classNames } from "./class-names.ts";
import { isClient } from "./client-value.ts";
import { httpInstance, httpLiteral } from "./http-value.ts";
import { jsonSchemaOf } from "./json-schema.ts";
import { nameClass } from "./name-value.ts";

/** What is written in place of an object; `undefined` for one that is written as it is. */
export function machineValue(value: object, isPlain: boolean): object | string | undefined {
  if (isPlain) return httpLiteral(value) ?? model(value) ?? writtenSchema(value);
  return (
    httpInstance(value, classNames(value)) ??
    model(value) ??
    page(value) ??
    writtenSchema(value) ??
    (isClient(value) ? `[${nameClass(value)}]` : undefined)
  );
}

/** A model of the AI SDK. */
function model(value: object): object | undefined {
  if (!("specificationVersion" in value) || !("provider" in value)) return undefined;
  const { provider, modelId } = value as { provider?: unknown; modelId?: unknown };
  return typeof provider === "string" && typeof modelId === "string" ? { provider, modelId } : undefined;
}

/** A page of an SDK's list: its items, not the client that fetches the next one, the request and the response. */
function page(value: object): object | undefined {
  if (!(Symbol.asyncIterator in value)) return undefined;
  if ("getPaginatedItems" in value) return asObject((value as { body?: unknown }).body);
  if (!("getItem" in value) || !("pageLength" in value)) return undefined;
  return asObject((value as { page?: unknown }).page);
}

const asObject = (value: unknown): object | undefined =>
  typeof value === "object" && value !== null ? value : undefined;

/** A schema of zod or another library as JSON schema; its name where it cannot be written. */
function writtenSchema(value: object): object | string | undefined {
  if (!("~standard" in value)) return undefined;
  return asObject(jsonSchemaOf(value)) ?? `[${nameClass(value)}]`;
}
