// A Phoenix server that goes away in the middle of the work and comes back.
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { register } from "../../src/index.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";

const SPANS = 400;
const AWAY_MILLIS = 5_000;
const STORED_WITHIN_MILLIS = 60_000;

let phoenix: PhoenixServer;
beforeAll(async () => {
  phoenix = await startPhoenix();
});
afterAll(async () => {
  await phoenix?.remove();
});

test("400 spans are stored although the server was away for 5 s in the middle of them, on both protocols", async () => {
  const providers = (["grpc", "http/protobuf"] as const).map((protocol) => {
    const endpoint = protocol === "grpc" ? phoenix.grpcUrl : phoenix.httpUrl;
    const projectName = `outage-${protocol.slice(0, 4)}`;
    return register({ endpoint, protocol, projectName, global: false });
  });
  const record = (from: number, to: number): void => {
    for (const provider of providers) {
      const tracer = provider.getTracer("outage");
      for (let at = from; at < to; at += 1) tracer.startSpan(`span ${at}`).end();
    }
  };

  record(0, 100);
  await phoenix.rest.waitForCount("outage-grpc", 1, 30_000);
  record(100, 150);
  await phoenix.stop();
  record(150, 250);
  await wait(AWAY_MILLIS);
  await phoenix.start();
  record(250, SPANS);

  expect(await phoenix.rest.waitForCount("outage-grpc", SPANS, STORED_WITHIN_MILLIS)).toBe(SPANS);
  expect(await phoenix.rest.waitForCount("outage-http", SPANS, STORED_WITHIN_MILLIS)).toBe(SPANS);
  await Promise.all(providers.map((provider) => provider.shutdown()));
}, 240_000);
