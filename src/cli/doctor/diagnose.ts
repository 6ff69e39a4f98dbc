// Looks at everything, in the order of causes, within 10 s whatever the other side does.
import { currentSurroundings } from "../../config/environment.ts";
import { resolveConfigIn } from "../../config/resolve-config.ts";
import type { ResolvedConfig } from "../../config/resolved-config.ts";
import type { Destination } from "../../config/target.ts";
import { setTimer } from "../../deadline.ts";
import { type Check, CHECK_IDS, type CheckId, type Finding, open } from "./check.ts";
import { checkDelivery, endpointAdvice } from "./delivery-checks.ts";
import { checkPackages, checkProvider } from "./project-checks.ts";
import { checkName, checkPorts, type Reach } from "./reach-checks.ts";
import { checkReadback } from "./readback.ts";
import { checkNode, checkSettings } from "./setting-checks.ts";
import { createTestSpan } from "./test-span.ts";

/** All that was found. */
export interface Report {
  /** Whether nothing is wrong. */
  readonly ok: boolean;
  readonly config: ResolvedConfig;
  readonly checks: readonly Check[];
}

/** Of the 10 s, what is left for printing. */
const ALL_MILLIS = 9_000;

/** Resolves what `register()` would use, sends one span there, and says what is wrong. */
export async function diagnose(): Promise<Report> {
  // Senders do not keep a process alive.
  const held = setTimer(() => undefined, ALL_MILLIS);
  held.hold(true);
  try {
    return await lookAtAll();
  } finally {
    held.clear();
  }
}

async function lookAtAll(): Promise<Report> {
  const untilMillis = performance.now() + ALL_MILLIS;
  const config = resolveConfigIn({}, currentSurroundings(), "register");
  const findings: Record<CheckId, Finding> = {
    ...NOT_ASKED,
    node: checkNode(process.version),
    settings: checkSettings(config),
    provider: checkProvider(),
    packages: checkPackages(process.cwd()),
  };
  if (!config.disabled.value) Object.assign(findings, await ask(config, untilMillis));
  const checks = CHECK_IDS.map((id): Check => ({ id, ...findings[id] }));
  return { ok: checks.every(({ ok }) => ok !== false), config, checks };
}

const NOT_ASKED = Object.fromEntries(CHECK_IDS.map((id) => [id, open("Not asked: see above.")])) as Record<
  CheckId,
  Finding
>;

/** Asks the other side, until something is wrong. */
async function ask(config: ResolvedConfig, untilMillis: number): Promise<Partial<Record<CheckId, Finding>>> {
  const { fallback, ...first } = config.target.value;
  const destinations: readonly Destination[] = fallback === undefined ? [first] : [first, fallback];
  const reach: Reach = { destinations, source: config.target.source, advice: endpointAdvice(config) };
  const name = await checkName(reach);
  if (name.ok === false) return { name };
  const tcp = await checkPorts(reach);
  if (tcp.ok === false) return { name, tcp };
  const span = createTestSpan(config.projectName.value);
  const { findings, isDelivered } = await checkDelivery(config, span.request);
  if (!isDelivered) return { name, tcp, ...findings };
  return { name, tcp, ...findings, readback: await checkReadback(config, span, untilMillis) };
}
