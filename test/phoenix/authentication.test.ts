// A Phoenix server with authentication: every place a key can come from, and what is said without one.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { register } from "../../src/index.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";
import { runProgram } from "../support/run-program.ts";
import { FAMILY, familyOf, recordFamily } from "./span-family.ts";

const ADMIN_SECRET = "administrator0123456789abcdefghijklm";

let phoenix: PhoenixServer;
let apiKey: string;
beforeAll(async () => {
  const environment = {
    PHOENIX_ENABLE_AUTH: "true",
    PHOENIX_SECRET: "signing0123456789abcdefghijklmnopqrs",
    PHOENIX_ADMIN_SECRET: ADMIN_SECRET,
  };
  phoenix = await startPhoenix({ environment, bearer: ADMIN_SECRET });
  apiKey = await phoenix.rest.createApiKey("tests");
});
afterAll(async () => {
  await phoenix?.remove();
});

describe.each(["grpc", "http/protobuf"] as const)("over %s", (protocol) => {
  const name = protocol === "grpc" ? "grpc" : "http";
  const endpoint = () => (protocol === "grpc" ? phoenix.grpcUrl : phoenix.httpUrl);
  const environment = (project: string, credentials: Record<string, string>) => ({
    PHOENIX_COLLECTOR_ENDPOINT: protocol === "grpc" ? phoenix.grpcUrl : `${phoenix.httpUrl}/v1/traces`,
    PHOENIX_GRPC_PORT: String(phoenix.grpcPort),
    PHOENIX_PROJECT: project,
    ...credentials,
  });

  test("a key given as option is accepted", async () => {
    const projectName = `option-${name}`;
    const provider = register({ endpoint: endpoint(), protocol, projectName, apiKey, global: false });
    recordFamily(provider);
    await provider.shutdown();
    expect(familyOf(await phoenix.rest.waitForSpans(projectName, 2))).toEqual(FAMILY);
  });

  test("a key that a function gives is accepted", async () => {
    const projectName = `function-${name}`;
    const provider = register({
      endpoint: endpoint(),
      protocol,
      projectName,
      apiKey: async () => await Promise.resolve(apiKey),
      global: false,
    });
    recordFamily(provider);
    await provider.shutdown();
    expect(familyOf(await phoenix.rest.waitForSpans(projectName, 2))).toEqual(FAMILY);
  });

  test.each([
    ["PHOENIX_API_KEY", () => ({ PHOENIX_API_KEY: apiKey })],
    ["PHOENIX_CLIENT_HEADERS", () => ({ PHOENIX_CLIENT_HEADERS: `authorization=Bearer%20${apiKey}` })],
    // A starved server may take longer for a first answer than the 2 s that a program's end waits.
  ])("a key in %s is accepted", { retry: 2 }, async (variable, credentials) => {
    const project = `${variable}-${name}-${Date.now()}`;
    const program = "test/phoenix/programs/never-flushes.ts";
    const end = await runProgram(program, environment(project, credentials()));
    expect(end).toEqual({ status: 0, stdout: "did 1 steps\n", stderr: "" });
    expect(await phoenix.rest.waitForSpans(project, 1)).toHaveLength(1);
  });

  test.each([
    ["wrong", { PHOENIX_API_KEY: "a-wrong-key-of-thirty-two-letters" }],
    ["missing", {}],
  ])("a %s key breaks nothing: one line names PHOENIX_API_KEY", async (what, credentials) => {
    const program = "test/phoenix/programs/never-flushes.ts";
    const end = await runProgram(program, environment(`${what}-${name}`, credentials));
    expect(end).toMatchObject({ status: 0, stdout: "did 1 steps\n" });
    expect(end.stderr.trim().split("\n")).toEqual([expect.stringMatching(/^PHX\d{3} .*PHOENIX_API_KEY/)]);
    expect(end.stderr).not.toContain("a-wrong-key");
    expect(await phoenix.rest.projects()).not.toContain(`${what}-${name}`);
  });
});

test("spans that waited for a key arrive once the key is right", async () => {
  let key = "not-yet-the-key";
  const provider = register({
    endpoint: phoenix.httpUrl,
    protocol: "http/protobuf",
    projectName: "key-fixed-later",
    apiKey: () => key,
    global: false,
  });
  recordFamily(provider);
  await provider.forceFlush();
  expect(await phoenix.rest.projects()).not.toContain("key-fixed-later");
  key = apiKey;
  await provider.forceFlush();
  expect(familyOf(await phoenix.rest.waitForSpans("key-fixed-later", 2))).toEqual(FAMILY);
  await provider.shutdown();
});
