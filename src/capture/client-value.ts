// Clients of SDKs: recorded by name, as they hold the keys of the machine and nothing of the question.
import { isCredential } from "./credential-names.ts";

/** Members that hold a key by their very name. */
const KEY =
  /^_?#?(x_?)?(api_?key|api_?token|auth_?token|access_?token|bearer_?token|secret(_?access)?_?key|api_?secret|client_?secret|private_?key|supabase_?key|service_?key)$/i;

/** Members that hold one in a client, and may hold anything elsewhere. */
const CREDENTIAL = /^_?(credentials?|auth|authorization|token|password)$/i;

const HEADERS = /^_?(default_?)?headers$/i;

/** Whether a look at the members is worth it: most objects have none of these. */
const ANY =
  /key|token|secret|auth|credential|password|headers|opt(ion)?s|config|settings|connection|api|session/i;

/** Members in which clients keep their settings. */
const SETTINGS =
  /^_?(options|opts|config|configuration|clientOptions|clientConfig|settings|connection(Parameters|Options)?|requestOptions|httpOptions|api|session|credentials)$/i;

/** Members of what talks to a server. */
const CLIENT_MEMBER =
  /^_?(base_?(url|path|uri)|url|host|hostname|end_?point|region|fetch|http_?client|api_?client|client|transport|max_?retries|timeout|middleware_?stack|caller)$/i;

/** Methods of what talks to a server. */
const CLIENT_METHOD =
  /^_?(request|make_?request|build_?request|send|fetch|post|query|connect|call|api_?call|invoke|generate_?content|get_?generative_?model|do_?request)$/i;

const isFilled = (value: unknown): boolean =>
  (typeof value === "string" && value !== "") ||
  typeof value === "function" ||
  (typeof value === "object" && value !== null);

/** The members an object holds as data: a getter is not asked. */
function heldMembers(value: object): [string, unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(value)).flatMap(
    ([key, { value: held }]: [string, { value?: unknown }]): [string, unknown][] =>
      isFilled(held) ? [[key, held]] : [],
  );
}

/** Whether a member of an instance holds a key, which is not shown whatever the class. */
export const isKeyMember = (key: string, value: unknown): boolean =>
  typeof value === "string" && value !== "" && KEY.test(key);

/** How sure a member makes it that its object is a client. */
type Sign = "none" | "likely" | "sure";

/** Looks at the members of an object, and at those of its settings. */
function signOf(members: readonly [string, unknown][], depth: number): Sign {
  let sign: Sign = "none";
  for (const [key, held] of members) {
    if (KEY.test(key)) return "sure";
    if (CREDENTIAL.test(key)) sign = "likely";
    if (typeof held !== "object" || held === null) continue;
    if (HEADERS.test(key) && Object.keys(held).some(isCredential)) return "sure";
    if (depth > 0 && SETTINGS.test(key) && signOf(heldMembers(held), depth - 1) !== "none") return "sure";
  }
  return sign;
}

function hasClientMethod(value: object): boolean {
  for (
    let level = Object.getPrototypeOf(value) as object | null;
    level !== null && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    if (Object.getOwnPropertyNames(level).some((key) => CLIENT_METHOD.test(key))) return true;
  }
  return false;
}

/** Whether `value`, an instance of a class, is the client of an SDK: it holds a credential and talks to a server. */
export function isClient(value: object): boolean {
  if (!ANY.test(Object.getOwnPropertyNames(value).join(" "))) return false;
  const members = heldMembers(value);
  const sign = signOf(members, 2);
  if (sign === "none") return false;
  return hasClientMethod(value) || (sign === "sure" && members.some(([key]) => CLIENT_MEMBER.test(key)));
}
