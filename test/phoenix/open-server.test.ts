// A Phoenix server without authentication: every way to it, read back through its REST interface.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { register } from "../../src/index.ts";
import { freePorts } from "../support/own-ports.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";
import { startRotel } from "../support/rotel.ts";
import { runProgram } from "../support/run-program.ts";
import { startTracedChats, STREAMED_CHAT, TOOL_CHAT } from "../support/traced-chats.ts";
import { FAMILY, familyOf, recordFamily } from "./span-family.ts";

let phoenix: PhoenixServer;
beforeAll(async () => {
  phoenix = await startPhoenix();
});
afterAll(async () => {
  await phoenix?.remove();
});

describe.each(["grpc", "http/protobuf"] as const)("over %s", (protocol) => {
  const name = protocol === "grpc" ? "grpc" : "http";

  test.each([true, false])("a span arrives whole, in its project (batch: %s)", async (batch) => {
    const projectName = `${name} ${batch ? "batch" : "simple"} 项目`;
    const endpoint = protocol === "grpc" ? phoenix.grpcUrl : phoenix.httpUrl;
    const provider = register({ endpoint, protocol, projectName, batch, global: false });
    recordFamily(provider);
    await provider.forceFlush();
    expect(familyOf(await phoenix.rest.waitForSpans(projectName, 2))).toEqual(FAMILY);
    await provider.shutdown();
  });

  test("a script that never calls flush stores all its spans", async () => {
    const project = `never-flushes-${name}`;
    const end = await runProgram("test/phoenix/programs/never-flushes.ts", {
      PHOENIX_COLLECTOR_ENDPOINT: protocol === "grpc" ? phoenix.grpcUrl : `${phoenix.httpUrl}/v1/traces`,
      PHOENIX_GRPC_PORT: String(phoenix.grpcPort),
      PHOENIX_PROJECT: project,
      SPAN_COUNT: "700",
    });
    expect(end).toEqual({ status: 0, stdout: "did 700 steps\n", stderr: "" });
    expect(await phoenix.rest.waitForCount(project, 700, 60_000)).toBe(700);
  });
});

test("with nothing but the server's address spans go by gRPC", async () => {
  const end = await runProgram("test/phoenix/programs/never-flushes.ts", {
    PHOENIX_COLLECTOR_ENDPOINT: phoenix.httpUrl,
    PHOENIX_GRPC_PORT: String(phoenix.grpcPort),
    PHOENIX_PROJECT: "grpc-first",
  });
  expect(end).toEqual({ status: 0, stdout: "did 1 steps\n", stderr: "" });
  const [span] = await phoenix.rest.waitForSpans("grpc-first", 1);
  expect(span).toMatchObject({ name: "step", span_kind: "CHAIN", attributes: { "input.value": "0" } });
});

test("where the gRPC port cannot be reached the spans arrive by HTTP, and one line says so", async () => {
  const [closedPort] = await freePorts(1);
  const end = await runProgram("test/phoenix/programs/never-flushes.ts", {
    PHOENIX_COLLECTOR_ENDPOINT: phoenix.httpUrl,
    PHOENIX_GRPC_PORT: String(closedPort),
    PHOENIX_PROJECT: "fallback",
    SPAN_COUNT: "20",
  });
  expect(end).toMatchObject({ status: 0, stdout: "did 20 steps\n" });
  expect(end.stderr.trim().split("\n")).toEqual([expect.stringMatching(/^PHX3\d\d .*HTTP/i)]);
  expect(await phoenix.rest.waitForSpans("fallback", 20)).toHaveLength(20);
});

test("the project of the environment, of the resource and the default one are where spans are stored", async () => {
  const environment = {
    PHOENIX_COLLECTOR_ENDPOINT: `${phoenix.httpUrl}/v1/traces`,
  };
  await runProgram("test/phoenix/programs/never-flushes.ts", {
    ...environment,
    OTEL_RESOURCE_ATTRIBUTES: "openinference.project.name=of-the-resource",
  });
  await runProgram("test/phoenix/programs/never-flushes.ts", {
    ...environment,
    PHOENIX_PROJECT_NAME: "of-the-environment",
  });
  await runProgram("test/phoenix/programs/never-flushes.ts", environment);
  const projects = ["of-the-resource", "of-the-environment", "default"];
  for (const project of projects) await phoenix.rest.waitForSpans(project, 1);
  expect(await phoenix.rest.projects()).toEqual(expect.arrayContaining(projects));
});

test("spans arrive through a collector between, gRPC in and HTTP out", async () => {
  const gateway = await startRotel(phoenix.httpUrl);
  try {
    const projectName = "through-a-gateway";
    const provider = register({ endpoint: gateway.grpcUrl, protocol: "grpc", projectName, global: false });
    recordFamily(provider);
    await provider.shutdown();
    expect(familyOf(await phoenix.rest.waitForSpans(projectName, 2))).toEqual(FAMILY);
  } finally {
    await gateway.stop();
  }
});

test("a traced chat with tool calls and a streamed one arrive with messages, tool calls, model and token counts", async () => {
  const projectName = "chats";
  const provider = register({ endpoint: phoenix.grpcUrl, protocol: "grpc", projectName });
  const chats = await startTracedChats();
  try {
    await chats.toolChat();
    await chats.streamedChat();
  } finally {
    await chats.close();
  }
  await provider.shutdown();
  const stored = await phoenix.rest.waitForSpans(projectName, 2);
  const byName = Object.fromEntries(stored.map((span) => [span.name, span]));
  expect(byName).toMatchObject({
    "tool-chat": { span_kind: "LLM", status_code: "OK", attributes: TOOL_CHAT },
    "streamed-chat": { span_kind: "LLM", status_code: "OK", attributes: STREAMED_CHAT },
  });
});

test("steps that follow each other within a millisecond are in their order, each as long as it took", async () => {
  const projectName = "steps";
  const provider = register({
    endpoint: phoenix.httpUrl,
    protocol: "http/protobuf",
    projectName,
    global: false,
  });
  const tracer = provider.getTracer("steps");
  const step = tracer.chain((at: number) => at, { name: (at) => `step ${at}` });
  await tracer.startActiveSpan("agent", async (agent) => {
    for (let at = 0; at < 60; at += 2) {
      step(at);
      tracer.startSpan(`step ${at + 1}`).end();
    }
    const slow = tracer.startSpan("step 60");
    await new Promise((resolve) => setTimeout(resolve, 50));
    slow.end();
    agent.end();
  });
  await provider.shutdown();
  const stored = await phoenix.rest.waitForSpans(projectName, 62);
  const inOrder = stored.toSorted((a, b) => (a.start_time < b.start_time ? -1 : 1));
  expect(inOrder.map(({ name }) => name)).toEqual([
    "agent",
    ...Array.from({ length: 61 }, (_, at) => `step ${at}`),
  ]);
  expect(new Set(stored.map(({ start_time }) => start_time)).size).toBe(62);
  const lasted = stored.map(({ start_time, end_time }) => Date.parse(end_time) - Date.parse(start_time));
  expect(Math.min(...lasted)).toBeGreaterThanOrEqual(0);
  const slow = stored.find(({ name }) => name === "step 60")!;
  expect(Date.parse(slow.end_time) - Date.parse(slow.start_time)).toBeGreaterThanOrEqual(49);
});

test("the quickstart agent arrives as one trace of nine steps", async () => {
  const end = await runProgram("examples/quickstart.ts", {
    PHOENIX_COLLECTOR_ENDPOINT: phoenix.httpUrl,
    PHOENIX_GRPC_PORT: String(phoenix.grpcPort),
  });
  expect(end).toMatchObject({ status: 0, stderr: "" });
  const stored = await phoenix.rest.waitForSpans("quickstart", 9);
  expect(new Set(stored.map(({ context }) => context.trace_id)).size).toBe(1);
  const kinds = stored.map(({ span_kind }) => span_kind).toSorted();
  expect(kinds).toEqual(
    ["AGENT", "CHAIN", "EMBEDDING", "LLM", "LLM", "RETRIEVER", "TOOL", "TOOL", "TOOL"].toSorted(),
  );
});
