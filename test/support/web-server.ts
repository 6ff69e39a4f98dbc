// A web server of a project: started, asked, ended, and what of it arrived.
import { expect } from "vitest";
import type { Child, Ending } from "./child.ts";
import { freePorts } from "./own-ports.ts";
import type { OtlpReceiver } from "./otlp-receiver.ts";
import type { Project } from "./project.ts";

const START_MILLIS = 120_000;
const ARRIVAL_MILLIS = 30_000;

/** What a server did. */
export interface Served extends Ending {
  /** What it answered, by path. */
  readonly answers: Readonly<Record<string, string>>;
  /** `tool in chain`; a span of another maker, as a framework's, is `in a span of the framework`. */
  readonly spans: readonly string[];
}

/**
 * Starts `command`, in which `PORT` stands for the port, asks `/answer` until it is there and then each path once, ends the
 * server as a supervisor does, and gives what it said and what arrived.
 */
export async function serve(
  project: Project,
  receiver: OtlpReceiver,
  command: readonly string[],
  paths: readonly string[] = [],
  variables: Readonly<Record<string, string>> = {},
): Promise<Served> {
  const [port = 0] = await freePorts(1);
  const PORT = String(port);
  const args = command.map((arg) => arg.replace("PORT", PORT));
  const server: Child = project.start(process.execPath, args, {
    PORT,
    HOST: "127.0.0.1",
    HOSTNAME: "127.0.0.1",
    NEXT_TELEMETRY_DISABLED: "1",
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    ...variables,
  });
  const ask = (path: string): Promise<string> =>
    fetch(`http://127.0.0.1:${PORT}${path}`).then(
      (response) => response.text(),
      () => "nobody",
    );
  try {
    await expect.poll(() => ask("/answer"), { timeout: START_MILLIS, interval: 200 }).toBe("answered");
    const answers: Record<string, string> = {};
    for (const path of paths) answers[path] = await ask(path);
    await expect.poll(() => ours(receiver).length, { timeout: ARRIVAL_MILLIS }).toBeGreaterThanOrEqual(3);
    server.process.kill("SIGTERM");
    return { ...(await server.ended), answers, spans: ours(receiver) };
  } catch (error) {
    throw new Error(`${server.stdout}\n${server.stderr}`, { cause: error });
  } finally {
    server.process.kill("SIGKILL");
  }
}

const NAMES = new Set(["chain", "tool", "plain"]);

function ours(receiver: OtlpReceiver): string[] {
  const spans = receiver.uniqueSpans;
  const nameOf = new Map(spans.map(({ spanId, name }) => [spanId, name]));
  return spans
    .filter(({ name }) => NAMES.has(name))
    .map(({ name, parentSpanId }) => {
      const parent = nameOf.get(parentSpanId ?? "");
      if (parent === undefined) return name;
      return `${name} in ${NAMES.has(parent) ? parent : "a span of the framework"}`;
    })
    .toSorted();
}
