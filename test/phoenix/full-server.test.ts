// A Phoenix server whose queue is full after a few hundred spans: "at capacity" is no loss.
import { afterAll, beforeAll, expect, test } from "vitest";
import { register } from "../../src/index.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";

const SPANS = 3_000;
/** The server stores about 100 spans per second on a small machine; twice that long is allowed. */
const STORED_WITHIN_MILLIS = 120_000;

let phoenix: PhoenixServer;
beforeAll(async () => {
  phoenix = await startPhoenix({ environment: { PHOENIX_MAX_SPANS_QUEUE_SIZE: "50" } });
});
afterAll(async () => {
  await phoenix?.remove();
});

test.each(["grpc", "http/protobuf"] as const)(
  "a burst of 3,000 spans over %s is stored whole",
  async (protocol) => {
    const projectName = `burst-${protocol.slice(0, 4)}`;
    const endpoint = protocol === "grpc" ? phoenix.grpcUrl : phoenix.httpUrl;
    const provider = register({ endpoint, protocol, projectName, global: false });
    const tracer = provider.getTracer("burst");
    for (let at = 0; at < SPANS; at += 1) tracer.startSpan(`span ${at}`).end();

    const wasFull = untilAtCapacity(phoenix.httpUrl);
    const stored = await phoenix.rest.waitForCount(projectName, SPANS, STORED_WITHIN_MILLIS);
    expect(stored).toBe(SPANS);
    expect(await wasFull).toBe(true);
    await provider.shutdown();
  },
  STORED_WITHIN_MILLIS + 30_000,
);

/** Asks with an empty request until the server is full, which shows that the burst was too much for it. */
async function untilAtCapacity(url: string): Promise<boolean> {
  const headers = { "content-type": "application/x-protobuf" };
  for (let asked = 0; asked < 400; asked += 1) {
    const { status } = await fetch(`${url}/v1/traces`, { method: "POST", headers, body: "" });
    if (status === 503) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}
