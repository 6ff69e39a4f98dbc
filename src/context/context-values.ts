// Sets, gets and clears the OpenInference values of a context, with the signatures of @arizeai/openinference-core. No
// function throws: a wrong value leaves the context as it was.
import type { Attributes, AttributeValue, Context } from "@opentelemetry/api";
import { jsonText } from "../capture/json-text.ts";
import { LaterPart } from "../parts.ts";
import { ContextAttributes as KEYS } from "./context-keys.ts";
import { parseObject, parseTags } from "./held-value.ts";

/** Characters of one value held as JSON. */
const MAX_LENGTH = 1_048_576;

const capture = new LaterPart(() => ({ jsonText }), "Objects are left out that contexts should say of spans");

/** The conversation that spans belong to. */
export interface Session {
  sessionId: string;
}

/** The person that spans were made for. */
export interface User {
  userId: string;
}

/** What else is known of spans; any value that JSON can hold. */
export type Metadata = Record<string, unknown>;

/** Words to find spans by. */
export type Tags = string[];

/** The template that a prompt was made from. */
export interface PromptTemplate {
  template: string;
  variables?: Record<string, unknown>;
  version?: string;
}

/** Everything that {@link usingAttributes} can set at once. */
export interface ContextValues {
  sessionId?: string | undefined;
  userId?: string | undefined;
  metadata?: Metadata | undefined;
  tags?: readonly string[] | undefined;
  promptTemplate?: PromptTemplate | undefined;
  /** Further attributes of every span. */
  attributes?: Attributes | undefined;
}

/** Sets the session of spans started in the context that comes back. */
export function setSession(context: Context, session: Session): Context {
  return setText(context, KEYS["session.id"], session?.sessionId);
}

/** Gives the session of a context. */
export function getSession(context: Context): Session | undefined {
  const sessionId = getText(context, KEYS["session.id"]);
  return sessionId === undefined ? undefined : { sessionId };
}

/** Gives the context without its session. */
export function clearSession(context: Context): Context {
  return context.deleteValue(KEYS["session.id"]);
}

/** Sets the user of spans started in the context that comes back. */
export function setUser(context: Context, user: User): Context {
  return setText(context, KEYS["user.id"], user?.userId);
}

/** Gives the user of a context. */
export function getUser(context: Context): User | undefined {
  const userId = getText(context, KEYS["user.id"]);
  return userId === undefined ? undefined : { userId };
}

/** Gives the context without its user. */
export function clearUser(context: Context): Context {
  return context.deleteValue(KEYS["user.id"]);
}

/** Adds metadata to that of the context, key by key; of a key that is there already, the new value holds. */
export function setMetadata(context: Context, metadata: Metadata): Context {
  return mergeObject(context, KEYS.metadata, metadata, (value) => value !== undefined);
}

/** Gives the metadata of a context. */
export function getMetadata(context: Context): Metadata | undefined {
  return parseObject(context.getValue(KEYS.metadata));
}

/** Gives the context without its metadata. */
export function clearMetadata(context: Context): Context {
  return context.deleteValue(KEYS.metadata);
}

/** Adds tags to those of the context, each once. */
export function setTags(context: Context, tags: Tags): Context {
  return unlessItFails(context, () => {
    const added = parseTags(tags);
    if (added === undefined || added.length === 0) return context;
    const all = new Set([...(getTags(context) ?? []), ...added]);
    return context.setValue(KEYS["tag.tags"], JSON.stringify([...all]));
  });
}

/** Gives the tags of a context. */
export function getTags(context: Context): Tags | undefined {
  return parseTags(context.getValue(KEYS["tag.tags"]));
}

/** Gives the context without its tags. */
export function clearTags(context: Context): Context {
  return context.deleteValue(KEYS["tag.tags"]);
}

/** Sets the prompt template, in place of all that the context says of an outer one. */
export function setPromptTemplate(context: Context, promptTemplate: PromptTemplate): Context {
  return unlessItFails(context, () => {
    const { template, variables, version } = promptTemplate;
    if (typeof template !== "string") return context;
    let changed = clearPromptTemplate(context).setValue(KEYS["llm.prompt_template.template"], template);
    if (isObject(variables)) changed = setJson(changed, KEYS["llm.prompt_template.variables"], variables);
    return setText(changed, KEYS["llm.prompt_template.version"], version);
  });
}

/** Gives the prompt template of a context. */
export function getPromptTemplate(context: Context): Partial<PromptTemplate> | undefined {
  const template = getText(context, KEYS["llm.prompt_template.template"]);
  const variables = parseObject(context.getValue(KEYS["llm.prompt_template.variables"]));
  const version = getText(context, KEYS["llm.prompt_template.version"]);
  if (template === undefined && variables === undefined && version === undefined) return undefined;
  return {
    ...(template !== undefined && { template }),
    ...(variables !== undefined && { variables }),
    ...(version !== undefined && { version }),
  };
}

/** Gives the context without its prompt template. */
export function clearPromptTemplate(context: Context): Context {
  return context
    .deleteValue(KEYS["llm.prompt_template.template"])
    .deleteValue(KEYS["llm.prompt_template.variables"])
    .deleteValue(KEYS["llm.prompt_template.version"]);
}

/** Adds attributes to those of the context, key by key; of a key that is there already, the new value holds. */
export function setAttributes(context: Context, attributes: Attributes): Context {
  return mergeObject(context, KEYS.attributes, attributes, isAttributeValue);
}

/** Gives the further attributes of a context. */
export function getAttributes(context: Context): Attributes | undefined {
  return parseObject(context.getValue(KEYS.attributes)) as Attributes | undefined;
}

/** Gives the context without its further attributes. */
export function clearAttributes(context: Context): Context {
  return context.deleteValue(KEYS.attributes);
}

/** Sets several values at once. */
export function setValues(context: Context, values: ContextValues): Context {
  return unlessItFails(context, () => {
    const { sessionId, userId, metadata, tags, promptTemplate, attributes } = values;
    let changed = setText(context, KEYS["session.id"], sessionId);
    changed = setText(changed, KEYS["user.id"], userId);
    if (metadata !== undefined) changed = setMetadata(changed, metadata);
    if (tags !== undefined) changed = setTags(changed, tags as Tags);
    if (promptTemplate !== undefined) changed = setPromptTemplate(changed, promptTemplate);
    return attributes === undefined ? changed : setAttributes(changed, attributes);
  });
}

const setText = (context: Context, key: symbol, text: unknown): Context =>
  typeof text === "string" && text !== "" ? context.setValue(key, text) : context;

const setJson = (context: Context, key: symbol, value: object): Context =>
  setText(context, key, capture.get()?.jsonText(value, MAX_LENGTH));

const getText = (context: Context, key: symbol): string | undefined => {
  const held = context.getValue(key);
  return typeof held === "string" ? held : undefined;
};

const mergeObject = (
  context: Context,
  key: symbol,
  added: unknown,
  isRight: (value: unknown) => boolean,
): Context =>
  unlessItFails(context, () => {
    if (!isObject(added)) return context;
    const right = Object.entries(added).filter(([, value]) => isRight(value));
    if (right.length === 0) return context;
    const merged = { ...parseObject(context.getValue(key)), ...Object.fromEntries(right) };
    return setJson(context, key, merged);
  });

/** Objects of the user may throw when they are read; the outer value holds then. */
const unlessItFails = (context: Context, change: () => Context): Context => {
  try {
    return change();
  } catch {
    return context;
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isAttributeValue = (value: unknown): value is AttributeValue =>
  Array.isArray(value) ? value.every((item) => item == null || isPrimitive(item)) : isPrimitive(value);

const isPrimitive = (value: unknown): boolean =>
  typeof value === "string" ||
  typeof value === "boolean" ||
  (typeof value === "number" && Number.isFinite(value));
