// Sessions, projects and masking on a real Phoenix server, read back through its REST interface.
import { afterAll, beforeAll, expect, test } from "vitest";
import {
  register,
  suppressTracing,
  traceAgent,
  traceLLM,
  traceTool,
  usingAttributes,
  usingProject,
  usingSession,
} from "../../src/index.ts";
import { type PhoenixServer, startPhoenix } from "../support/phoenix-server.ts";

let phoenix: PhoenixServer;
beforeAll(async () => {
  phoenix = await startPhoenix();
});
afterAll(async () => {
  await phoenix?.remove();
});

const turn = (question: string): unknown =>
  traceAgent(
    () =>
      traceLLM((_messages: unknown) => ({ role: "assistant", content: `answer to ${question}` }), {
        name: "llm",
      })([{ role: "user", content: question }]),
    { name: "turn" },
  )();

test.each(["grpc", "http/protobuf"] as const)(
  "two turns of a session are one session, by %s",
  async (protocol) => {
    const projectName = `sessions ${protocol.replace("/", " ")}`;
    const provider = register({
      endpoint: protocol === "grpc" ? phoenix.grpcUrl : phoenix.httpUrl,
      protocol,
      projectName,
      global: true,
    });
    const sessionId = `session-${protocol}`;
    usingAttributes({ sessionId, userId: "ada", metadata: { plan: "free" }, tags: ["a", "b"] }, () =>
      turn("one"),
    );
    usingSession(sessionId, () => turn("two"));
    suppressTracing(() => turn("not recorded"));
    await provider.shutdown();
    const spans = await phoenix.rest.waitForSpans(projectName, 4);
    expect(spans).toHaveLength(4);
    expect(spans.map((span) => span.attributes["session.id"])).toEqual(spans.map(() => sessionId));
    const ada = spans.filter((span) => span.attributes["user.id"] === "ada");
    expect(ada.map((span) => [span.attributes["tag.tags"], span.attributes["metadata.plan"]])).toEqual([
      [["a", "b"], "free"],
      [["a", "b"], "free"],
    ]);
    const sessions = await phoenix.rest.until(
      () => phoenix.rest.sessions(projectName),
      ([session]) => session?.traces.length === 2,
    );
    expect(sessions.map(({ session_id, traces }) => [session_id, traces.length])).toEqual([[sessionId, 2]]);
  },
);

test("two projects come from one process, each with its whole traces", async () => {
  const provider = register({ endpoint: phoenix.httpUrl, projectName: "own project" });
  usingProject("project rag", () => turn("rag"));
  usingProject("project chat", () => turn("chat"));
  turn("own");
  await provider.shutdown();
  for (const project of ["project rag", "project chat", "own project"]) {
    const spans = await phoenix.rest.waitForSpans(project, 2);
    expect(spans.map((span) => span.name).toSorted()).toEqual(["llm", "turn"]);
    expect(new Set(spans.map((span) => span.context.trace_id)).size).toBe(1);
  }
});

test("masked values are found by no query", async () => {
  const projectName = "masked";
  const SECRET = "SECRET-4711";
  const provider = register({
    endpoint: phoenix.httpUrl,
    projectName,
    traceConfig: { hideInputs: true, hideOutputs: true },
    mask: (key, value) => (key === "note" ? undefined : value),
  });
  usingSession("masked-session", () => {
    turn(SECRET);
    const failing = traceTool(
      (_query: string) => {
        throw new Error(SECRET);
      },
      { name: "failing", parameters: { secret: SECRET }, attributes: { note: SECRET } },
    );
    expect(() => failing(SECRET)).toThrow(SECRET);
  });
  await provider.shutdown();
  const spans = await phoenix.rest.waitForSpans(projectName, 3);
  expect(spans.find((span) => span.name === "llm")).toMatchObject({
    span_kind: "LLM",
    attributes: { "input.value": "__REDACTED__", "output.value": "__REDACTED__" },
  });
  expect(spans.find((span) => span.name === "failing")).toMatchObject({
    status_code: "ERROR",
    status_message: "__REDACTED__",
  });
  const { trace_id: traceId } = spans[0]!.context;
  for (const path of [
    `/v1/projects/${projectName}/spans?limit=100`,
    `/v1/projects/${projectName}/spans/otlpv1?limit=100`,
    `/v1/projects/${projectName}/spans?trace_id=${traceId}`,
    `/v1/projects/${projectName}/traces?include_spans=true`,
    `/v1/projects/${projectName}/sessions?limit=100`,
    `/v1/spans?project_name=${projectName}`,
  ]) {
    expect([path, (await phoenix.rest.text(path)).includes(SECRET)]).toEqual([path, false]);
  }
});
