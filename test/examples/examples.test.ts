// Every file of examples/ that shows a way to set up, run as a process against a real OTLP receiver.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type CollectedSpan, decodeSpans } from "../../src/collector/receive/decode-spans.ts";
import { resolveConfig } from "../../src/index.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { runProgram } from "../support/run-program.ts";
import { listenOnOwnPort } from "../support/own-ports.ts";

const PROJECT = "openinference.project.name";

let receiver: OtlpReceiver;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
beforeEach(() => {
  receiver.forget();
});
afterAll(async () => {
  await receiver.stop();
});

/** Runs an example that must end well and say nothing, and gives the one span and how it came. */
async function spanOf(example: string, environment: Record<string, string>) {
  const end = await runProgram(`examples/${example}`, environment);
  expect(end).toEqual({ status: 0, stdout: "", stderr: "" });
  return await arrived();
}

async function arrived() {
  const [span] = await receiver.waitForSpans(1);
  const [request] = receiver.requests;
  if (span === undefined || request === undefined) throw new Error("no span arrived");
  expect(receiver.uniqueSpanCount).toBe(1);
  return { span, request };
}

const chain = { "openinference.span.kind": "CHAIN", "input.value": "Ada", "output.value": "Hello, Ada" };
const grpcPort = () => new URL(receiver.grpcUrl).port;

test("register-defaults.ts sends to this machine by gRPC with nothing set", async () => {
  // The gRPC port is the one thing that keeps a test off Phoenix's own ports.
  const { span, request } = await spanOf("register-defaults.ts", { PHOENIX_GRPC_PORT: grpcPort() });
  expect(request.protocol).toBe("grpc");
  expect(span).toMatchObject({ name: "greet", attributes: chain, resource: { [PROJECT]: "default" } });
});

test("endpoint-from-environment.ts sends where PHOENIX_COLLECTOR_ENDPOINT says, and shows that on stderr", async () => {
  const environment = { PHOENIX_COLLECTOR_ENDPOINT: receiver.grpcUrl, PHOENIX_GRPC_PORT: grpcPort() };
  const end = await runProgram("examples/endpoint-from-environment.ts", environment);
  expect(end).toMatchObject({ status: 0, stdout: "" });
  expect(end.stderr).toContain(receiver.grpcUrl);
  expect(end.stderr).toContain("PHOENIX_COLLECTOR_ENDPOINT");
  const { span, request } = await arrived();
  expect(request.protocol).toBe("grpc");
  expect(span).toMatchObject({ name: "greet", attributes: chain });
});

test("http-endpoint.ts sends by HTTP to the path it was given", async () => {
  const { span, request } = await spanOf("http-endpoint.ts", {
    EXAMPLE_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
  });
  expect(request).toMatchObject({ protocol: "http/protobuf", path: "/v1/traces" });
  expect(span).toMatchObject({ name: "greet", attributes: chain });
});

test("grpc-endpoint.ts sends by gRPC to another port", async () => {
  const { span, request } = await spanOf("grpc-endpoint.ts", { EXAMPLE_ENDPOINT: receiver.grpcUrl });
  expect(request.protocol).toBe("grpc");
  expect(span).toMatchObject({ name: "greet", attributes: chain });
});

test("project-headers-batch.ts sends its project and its header", async () => {
  const { span, request } = await spanOf("project-headers-batch.ts", { EXAMPLE_ENDPOINT: receiver.httpUrl });
  expect(request.headers).toMatchObject({ "x-team": "search" });
  expect(span).toMatchObject({ name: "greet", resource: { [PROJECT]: "support-bot" } });
});

test("drop-in-provider.ts sends through exporter and processor put together by hand", async () => {
  const { span, request } = await spanOf("drop-in-provider.ts", {
    EXAMPLE_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
  });
  expect(request.protocol).toBe("http/protobuf");
  expect(span).toMatchObject({
    name: "greet",
    attributes: { "input.value": "Ada" },
    resource: { [PROJECT]: "by-hand" },
  });
});

test("provider-from-endpoint.ts sends through a provider that has nothing but an endpoint", async () => {
  const { span } = await spanOf("provider-from-endpoint.ts", { EXAMPLE_ENDPOINT: receiver.httpUrl });
  expect(span).toMatchObject({ name: "greet", attributes: chain, resource: { [PROJECT]: "default" } });
});

test("resource-project-name.ts takes the project from the resource and keeps the rest of it", async () => {
  const { span } = await spanOf("resource-project-name.ts", { EXAMPLE_ENDPOINT: receiver.httpUrl });
  expect(span.resource).toMatchObject({
    [PROJECT]: "catalogue",
    "service.name": "catalogue-api",
    "service.version": "2.4.0",
  });
});

test("added-batch-processor.ts sends the same span both ways", async () => {
  const second = await startOtlpReceiver();
  try {
    const { span } = await spanOf("added-batch-processor.ts", {
      EXAMPLE_ENDPOINT: receiver.httpUrl,
      EXAMPLE_SECOND_ENDPOINT: second.httpUrl,
    });
    const [copy] = await second.waitForSpans(1);
    expect(copy?.spanId).toBe(span.spanId);
  } finally {
    await second.stop();
  }
});

test("custom-grpc-exporter.ts sends by gRPC with the exporter's own header", async () => {
  const { span, request } = await spanOf("custom-grpc-exporter.ts", { EXAMPLE_ENDPOINT: receiver.grpcUrl });
  expect(request).toMatchObject({ protocol: "grpc", headers: { "x-team": "search" } });
  expect(span.name).toBe("greet");
});

test("id-generator-and-sampler.ts uses both: health checks stay out, trace ids start with the time", async () => {
  const before = Math.floor(Date.now() / 1000);
  const { span } = await spanOf("id-generator-and-sampler.ts", { PHOENIX_GRPC_PORT: grpcPort() });
  expect(span.name).toBe("greet");
  const seconds = Number.parseInt(span.traceId.slice(0, 8), 16);
  expect(seconds).toBeGreaterThanOrEqual(before);
  expect(seconds).toBeLessThanOrEqual(Math.ceil(Date.now() / 1000));
});

test("phoenix-cloud.ts sends to the space by HTTP with the key", async () => {
  const cloud = await startCloud();
  try {
    const end = await runProgram("examples/phoenix-cloud.ts", {
      PHOENIX_COLLECTOR_ENDPOINT: `${cloud.url}/s/my-space`,
      PHOENIX_API_KEY: "key-of-the-space",
    });
    expect(end).toEqual({ status: 0, stdout: "", stderr: "" });
    expect(cloud.requests).toMatchObject([
      {
        path: "/s/my-space/v1/traces",
        authorization: "Bearer key-of-the-space",
        spans: [{ name: "greet", resource: { [PROJECT]: "support-bot" } }],
      },
    ]);
  } finally {
    await cloud.stop();
  }
});

test("the address in phoenix-cloud.ts resolves to the space's HTTP endpoint", () => {
  expect(resolveConfig({ endpoint: "https://app.phoenix.arize.com/s/my-space" }).target.value).toEqual({
    protocol: "http/protobuf",
    url: "https://app.phoenix.arize.com/s/my-space/v1/traces",
  });
});

test("authentication.ts sends the key of PHOENIX_API_KEY", async () => {
  const { request } = await spanOf("authentication.ts", {
    PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
    PHOENIX_API_KEY: "key-one",
  });
  expect(request.headers["authorization"]).toBe("Bearer key-one");
});

test("authentication.ts asks a function for a key that rotates", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "phoenix-key-"));
  const keyFile = path.join(folder, "key");
  await writeFile(keyFile, "key-of-today\n");
  try {
    const { request } = await spanOf("authentication.ts", {
      PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces`,
      EXAMPLE_KEY_FILE: keyFile,
    });
    expect(request.headers["authorization"]).toBe("Bearer key-of-today");
  } finally {
    await rm(folder, { recursive: true });
  }
});

interface CloudRequest {
  readonly path: string | undefined;
  readonly authorization: string | undefined;
  readonly spans: readonly CollectedSpan[];
}

/** A trace endpoint behind a path of its own, as a space of Phoenix Cloud is. */
async function startCloud() {
  const requests: CloudRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const { authorization } = request.headers;
      requests.push({ path: request.url, authorization, spans: decodeSpans(Buffer.concat(chunks)) });
      response.setHeader("content-type", "application/x-protobuf").end();
    });
  });
  const port = await listenOnOwnPort(server);
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async stop() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
