// Traces one client, where it is: its methods and those of its resources are replaced, and nothing else is touched.
import type { Callable } from "../decorators/call/call-plan.ts";
import { imitate } from "../decorators/call/traced-function.ts";
import { guarded } from "../openinference/read-value.ts";
import { processSlot } from "../process-slot.ts";
import { catalogue } from "./catalogue.ts";
import { memberAt, splitPath } from "./member-path.ts";
import { put, replaceMethod, type Replaced } from "./replace-method.ts";
import type { SdkRow } from "./sdk-row.ts";
import type { TraceClientOptions } from "./traced-method.ts";

/** What became of a client; `undefined` where no SDK knows the object. */
export interface TracedClient {
  readonly sdk: string;
  readonly isTraced: boolean;
}

/** Clients that are traced, by every loaded copy of this package. */
const clients = processSlot("traced-clients", 1, () => new WeakMap<object, TracedClient>());

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

/** Traces a client of an SDK that is known; one that is traced already stays as it is. */
export function traceMembers(client: object, options: TraceClientOptions): TracedClient | undefined {
  const known = clients.get(client);
  if (known !== undefined) return known;
  const sdk = catalogue.find(({ isClient }) => guarded(() => isClient(client)));
  if (sdk === undefined) return undefined;
  const became = replaceAll(client, sdk, options);
  for (const name of sdk.gives ?? []) guarded(() => traceGiven(client, name, options));
  // What another maker traces already is no reason to say anything.
  const traced = { sdk: sdk.sdk, isTraced: became.has("traced") || became.has("foreign") };
  clients.set(client, traced);
  return traced;
}

function replaceAll(client: object, sdk: SdkRow, options: TraceClientOptions): Set<Replaced | undefined> {
  const became = new Set<Replaced | undefined>();
  for (const row of sdk.calls) {
    const { holder, method } = splitPath(row.path);
    const target = memberAt(client, holder);
    if (isObject(target)) became.add(guarded(() => replaceMethod(target, method, sdk, row, options)));
  }
  return became;
}

/** Traces what a method of the client gives: a copy with other options, or a model. */
function traceGiven(client: object, name: string, options: TraceClientOptions): void {
  const method = (client as Readonly<Record<string, unknown>>)[name];
  if (typeof method !== "function") return;
  const holder = {
    giving(this: unknown, ...args: unknown[]): unknown {
      const given: unknown = Reflect.apply(method, this, args);
      if (isObject(given)) guarded(() => traceMembers(given, options));
      return given;
    },
  };
  const giving = Reflect.get<typeof holder, "giving">(holder, "giving");
  imitate(giving, method as Callable);
  put(client, name, giving);
}

/** The SDKs that are known, for a message. */
export const knownSdks = (): string => catalogue.map(({ sdk }) => sdk).join(", ");
