// `phoenix-otel doctor` against the real Phoenix: the test span is read back through REST, with and without authentication.
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Child, checkout } from "../support/child.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";

const ADMIN_SECRET = "administrator0123456789abcdefghijklm";
const cli = path.join(checkout, "dist/cli/phoenix-otel.mjs");

let open: PhoenixServer;
let locked: PhoenixServer;
beforeAll(async () => {
  const environment = {
    PHOENIX_ENABLE_AUTH: "true",
    PHOENIX_SECRET: "signing0123456789abcdefghijklmnopqrs",
    PHOENIX_ADMIN_SECRET: ADMIN_SECRET,
  };
  [open, locked] = await Promise.all([startPhoenix(), startPhoenix({ environment, bearer: ADMIN_SECRET })]);
});
afterAll(async () => {
  await Promise.all([open?.remove(), locked?.remove()]);
});

interface Report {
  ok: boolean;
  checks: { id: string; ok: boolean | null; fix?: string }[];
}

async function doctor(
  phoenix: PhoenixServer,
  variables: Record<string, string>,
): Promise<Report & { code: number | null }> {
  const environment = {
    PHOENIX_COLLECTOR_ENDPOINT: phoenix.httpUrl,
    PHOENIX_GRPC_PORT: String(phoenix.grpcPort),
    PHOENIX_DISCOVER_CONFIG: "false",
    ...variables,
  };
  const child = new Child(process.execPath, [cli, "doctor", "--json"], { environment, cwd: tmpdir() });
  const { code, stdout, stderr } = await child.ended;
  expect(stderr).toBe("");
  return { code, ...(JSON.parse(stdout) as Report) };
}

const oksOf = ({ checks }: Report): Record<string, boolean | null> =>
  Object.fromEntries(checks.map(({ id, ok }) => [id, ok]));

test.each([
  ["gRPC first", {}],
  ["HTTP", { OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" }],
])("without authentication, %s: the span is found in its project", async (name, variables) => {
  const project = `doctor ${name}`;
  const result = await doctor(open, { PHOENIX_PROJECT: project, ...variables });
  expect(oksOf(result)).toMatchObject({ tcp: true, key: null, span: true, readback: true });
  expect(result.code).toBe(0);
  expect(await open.rest.waitForSpans(project, 1)).toMatchObject([{ span_kind: "CHAIN" }]);
});

test("with authentication: the key is taken, and reads the span back", async () => {
  const apiKey = await locked.rest.createApiKey("doctor");
  const result = await doctor(locked, { PHOENIX_API_KEY: apiKey });
  expect(oksOf(result)).toMatchObject({ key: true, span: true, readback: true });
  expect(result.ok).toBe(true);
});

test.each([
  ["a missing key", {}],
  ["a wrong key", { PHOENIX_API_KEY: "wrong" }],
])("with authentication, %s is what to mend", async (_what, variables) => {
  const result = await doctor(locked, variables);
  expect(result.code).toBe(1);
  const first = result.checks.find(({ ok }) => ok === false);
  expect(first).toMatchObject({ id: "key" });
  expect(first?.fix).toContain("PHOENIX_API_KEY");
});
