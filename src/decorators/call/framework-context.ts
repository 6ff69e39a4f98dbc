// What frameworks hand to a tool or a step beside its input: conversation, callbacks, session and tokens.

type Members = Readonly<Record<string, unknown>>;

const asMembers = (value: unknown): Members | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;

const hasAny = (value: Members, ...keys: readonly string[]): boolean => keys.some((key) => key in value);

const isAiSdk = (value: Members): boolean =>
  "toolCallId" in value && hasAny(value, "messages", "abortSignal", "experimental_context", "context");

/**
 * The server's `extra`, and the context that takes its place in the newer SDK. Each member is asked for before it is read: an
 * object that gives something for every name claims to have none of them. This is asked at every call: the names stand in
 * the code.
 */
const isMcp = (value: Members): boolean =>
  ("sendNotification" in value && typeof value["sendNotification"] === "function") ||
  ("sendRequest" in value && typeof value["sendRequest"] === "function") ||
  "mcpReq" in value;

/** A runnable's config, and the manager of a tool's run. */
const isLangChain = (value: Members): boolean =>
  "recursionLimit" in value ||
  "inheritableHandlers" in value ||
  ("callbacks" in value && hasAny(value, "tags", "metadata", "configurable", "runName", "runId"));

/** The run's context, and the details of a tool call. */
const isOpenAiAgents = (value: Members): boolean =>
  ("usage" in value && "context" in value && hasAny(value, "approveTool", "isToolApproved")) ||
  ("toolCall" in value &&
    typeof value["toolCall"] === "object" &&
    Object.getPrototypeOf(value) === Object.prototype &&
    !("input" in value));

const isMastra = (value: Members): boolean =>
  "runtimeContext" in value ||
  "requestContext" in value ||
  "tracingContext" in value ||
  ("mastra" in value && "abortSignal" in value);

const isGenkit = (value: Members): boolean =>
  ("sendChunk" in value && typeof value["sendChunk"] === "function") ||
  "streamingRequested" in value ||
  ("context" in value && "interrupt" in value && typeof value["interrupt"] === "function");

const KNOWN = [isAiSdk, isMcp, isLangChain, isOpenAiAgents, isMastra, isGenkit];

/** Whether an argument after the first is such a context. */
export function isFrameworkContext(value: unknown): boolean {
  const members = asMembers(value);
  if (members === undefined) return false;
  try {
    return KNOWN.some((isKnown) => isKnown(members));
  } catch {
    return false;
  }
}

/**
 * The input in a first argument: the argument itself, or what Mastra puts into its context; `undefined` for the context of
 * an MCP tool that takes no input.
 */
export function contextInput(value: unknown): unknown {
  const members = asMembers(value);
  if (members === undefined) return value;
  try {
    if (isMastra(members)) {
      if ("inputData" in members) return members["inputData"];
      if ("context" in members) return members["context"];
    }
    return isMcp(members) ? undefined : value;
  } catch {
    return value;
  }
}
