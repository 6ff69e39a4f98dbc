// `phoenix-otel doctor`, spawned, against real servers.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { certificates } from "../support/certificates.ts";
import { Child, checkout } from "../support/child.ts";
import { startConnectProxy } from "../support/connect-proxy.ts";
import { nodeBinary } from "../support/node-versions.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { freePorts, listenOnOwnPort } from "../support/own-ports.ts";

const cli = path.join(checkout, "dist/cli/phoenix-otel.mjs");
const SECRET = "s3cret-key-of-36-characters-or-so-00";

interface Check {
  id: string;
  ok: boolean | null;
  why: string;
  fix?: string;
  source?: string;
  code?: string;
  protocol?: string;
}
interface Doctor {
  code: number | null;
  stdout: string;
  report: { ok: boolean; config: Record<string, unknown>; checks: Check[] };
}

let folder: string;
let servers: Record<"open" | "secure" | "locked" | "pathless" | "page" | "full", OtlpReceiver>;
let silent: net.Server;
let nowhere: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "doctor-"));
  const [open, secure, locked, pathless, page, full] = await Promise.all(
    Array.from({ length: 6 }, (_, index) => startOtlpReceiver({ tls: index === 1 })),
  );
  locked?.respond(() => ({ kind: "http", status: 401 }));
  pathless?.respond(() => ({ kind: "http", status: 404 }));
  const headers = { "content-type": "text/html; charset=utf-8" };
  page?.respond(() => ({ kind: "http", status: 200, headers, body: "<!doctype html><title>Log in</title>" }));
  full?.respond(() => ({ kind: "http", status: 503, body: "Server is at capacity" }));
  servers = { open, secure, locked, pathless, page, full } as typeof servers;
  silent = net.createServer(() => undefined);
  await listenOnOwnPort(silent);
  nowhere = `http://127.0.0.1:${(await freePorts(1))[0]}`;
});
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
  silent.close();
  await rm(folder, { recursive: true, force: true });
});

async function doctor(
  environment: Record<string, string>,
  { args = ["--json"], cwd = folder, node = process.execPath } = {},
): Promise<Doctor> {
  const variables = { PATH: process.env["PATH"], PHOENIX_DISCOVER_CONFIG: "false", ...environment };
  const { code, stdout, stderr } = await new Child(node, [cli, "doctor", ...args], {
    environment: variables,
    cwd,
  }).ended;
  expect(stderr).toBe("");
  expect(stdout).not.toContain(SECRET);
  const report = args.includes("--json") ? (JSON.parse(stdout) as Doctor["report"]) : undefined;
  return { code, stdout, report: report as Doctor["report"] };
}

const portOf = (url: string): string => new URL(url).port;
const withScheme = (scheme: string, url: string): string => url.replace(/^https?/, scheme);
const grpcFirst = (server: OtlpReceiver, scheme = "http"): Record<string, string> => ({
  PHOENIX_COLLECTOR_ENDPOINT: withScheme(scheme, server.httpUrl),
  PHOENIX_GRPC_PORT: portOf(server.grpcUrl),
});
const http = (url: string): Record<string, string> => ({ PHOENIX_COLLECTOR_ENDPOINT: `${url}/v1/traces` });
const grpc = (url: string): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
});

const oksOf = ({ report }: Doctor): Record<string, boolean | null> =>
  Object.fromEntries(report.checks.map(({ id, ok }) => [id, ok]));
const firstWrong = ({ report }: Doctor): Check | undefined => report.checks.find(({ ok }) => ok === false);

describe("where traces arrive", () => {
  it.each<[string, (server: OtlpReceiver) => Record<string, string>, Record<string, boolean | null>]>([
    ["by gRPC first", grpcFirst, { grpc: true, http: null, readback: null }],
    ["by HTTP", ({ httpUrl }) => http(httpUrl), { grpc: null, http: true, readback: null }],
    ["by gRPC", ({ grpcUrl }) => grpc(grpcUrl), { grpc: true, http: null, readback: null }],
    [
      "by HTTP, where gRPC cannot be reached",
      ({ httpUrl }) => ({ PHOENIX_COLLECTOR_ENDPOINT: httpUrl, PHOENIX_GRPC_PORT: portOf(nowhere) }),
      { grpc: null, http: true },
    ],
    [
      "without a scheme, beside a blank variable",
      ({ httpUrl }) => ({
        OTEL_EXPORTER_OTLP_ENDPOINT: " ",
        PHOENIX_COLLECTOR_ENDPOINT: httpUrl.replace("http://", ""),
        PHOENIX_GRPC_PORT: portOf(nowhere),
      }),
      { settings: true, http: true },
    ],
  ])("%s, it ends with 0 and has sent one span into the project", async (_how, environment, oks) => {
    const server = servers.open;
    server.forget();
    const result = await doctor({ ...environment(server), PHOENIX_PROJECT: "rag", PHOENIX_API_KEY: SECRET });
    expect(result.code).toBe(0);
    expect(result.report.ok).toBe(true);
    expect(oksOf(result)).toMatchObject({ node: true, name: true, tcp: true, key: true, span: true, ...oks });
    expect(result.report.checks.map(({ id }) => id)).toEqual(
      "node settings name tcp tls grpc http key span readback provider packages".split(" "),
    );
    expect(server.spans).toMatchObject([
      {
        attributes: { "openinference.span.kind": "CHAIN" },
        resource: { "openinference.project.name": "rag" },
      },
    ]);
    expect(result.report.config).toMatchObject({ projectName: { value: "rag", source: "PHOENIX_PROJECT" } });
  });

  it("over TLS with an authority of one's own", async () => {
    const file = certificates().authority.certFile;
    const result = await doctor({
      ...http(servers.secure.httpUrl),
      OTEL_EXPORTER_OTLP_CERTIFICATE: file,
    });
    expect(oksOf(result)).toMatchObject({ tls: true, http: true, span: true });
  });

  it("by settings of a file above a sub-folder", async () => {
    const below = path.join(folder, "project/below");
    await mkdir(below, { recursive: true });
    const file = path.join(folder, "project/.env.phoenix");
    await writeFile(file, `PHOENIX_COLLECTOR_ENDPOINT=${servers.open.httpUrl}/v1/traces\n`, { mode: 0o600 });
    const result = await doctor({ PHOENIX_DISCOVER_CONFIG: "true" }, { cwd: below });
    expect(result.report.checks.find(({ id }) => id === "http")).toMatchObject({
      ok: true,
      source: expect.stringContaining(".env.phoenix"),
    });
  });

  it("as text, in colours where they are asked for", async () => {
    const { stdout } = await doctor(http(servers.open.httpUrl), { args: [] });
    expect(stdout).toMatch(/^✓ span +\S+ took one span for the project "default"\.$/m);
    expect(stdout).not.toContain("\u001b");
    const { stdout: coloured } = await doctor(
      { ...http(servers.open.httpUrl), FORCE_COLOR: "1" },
      { args: [] },
    );
    expect(coloured).toContain("\u001b[32m✓\u001b[0m span");
  });
});

describe("what to mend", () => {
  it.each<[string, () => Record<string, string>, Partial<Check> & { fix: string }]>([
    [
      "nothing listens",
      () => http(nowhere),
      { id: "tcp", code: "PHX302", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    [
      "nothing listens, gRPC first",
      () => ({ PHOENIX_COLLECTOR_ENDPOINT: nowhere, PHOENIX_GRPC_PORT: portOf(nowhere) }),
      { id: "tcp", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    [
      "an unknown name",
      () => http("http://phoenix.invalid:6006"),
      { id: "name", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    [
      "a wrong key",
      () => ({ ...http(servers.locked.httpUrl), PHOENIX_API_KEY: SECRET }),
      { id: "key", code: "PHX301", fix: "PHOENIX_API_KEY" },
    ],
    [
      "a wrong key, gRPC first",
      () => ({ ...grpcFirst(servers.locked), PHOENIX_API_KEY: SECRET }),
      { id: "key", code: "PHX301", fix: "PHOENIX_API_KEY" },
    ],
    [
      "a missing key",
      () => http(servers.locked.httpUrl),
      { id: "key", code: "PHX305", fix: "PHOENIX_API_KEY" },
    ],
    [
      "an authority that is not named",
      () => http(servers.secure.httpUrl),
      { id: "tls", code: "PHX308", fix: "OTEL_EXPORTER_OTLP_CERTIFICATE" },
    ],
    [
      "https to an http port",
      () => http(withScheme("https", servers.open.httpUrl)),
      { id: "tls", code: "PHX308", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    [
      "https to http ports, gRPC first",
      () => grpcFirst(servers.open, "https"),
      { id: "tls", code: "PHX308", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    [
      "a path where nothing is",
      () => ({ PHOENIX_COLLECTOR_ENDPOINT: `${servers.pathless.httpUrl}/phoenix` }),
      { id: "http", code: "PHX306", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    [
      "a page of a proxy",
      () => http(servers.page.httpUrl),
      { id: "http", code: "PHX307", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    [
      "gRPC to the HTTP port",
      () => grpc(servers.open.httpUrl),
      { id: "grpc", code: "PHX309", fix: "OTEL_EXPORTER_OTLP_PROTOCOL" },
    ],
    [
      "HTTP to the gRPC port",
      () => ({
        OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
        PHOENIX_COLLECTOR_ENDPOINT: servers.open.grpcUrl,
      }),
      { id: "http", code: "PHX309", fix: "OTEL_EXPORTER_OTLP_PROTOCOL" },
    ],
    [
      "silence",
      () => http(`http://127.0.0.1:${(silent.address() as net.AddressInfo).port}`),
      { id: "http", code: "PHX302", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    [
      "silence, gRPC first",
      () => {
        const port = String((silent.address() as net.AddressInfo).port);
        return { PHOENIX_COLLECTOR_ENDPOINT: `http://127.0.0.1:${port}`, PHOENIX_GRPC_PORT: port };
      },
      { id: "grpc", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    ["a full server", () => http(servers.full.httpUrl), { id: "span", code: "PHX310", fix: "database" }],
    [
      "no URL",
      () => ({ ...http(servers.open.httpUrl), PHOENIX_COLLECTOR_ENDPOINT: "http//phoenix" }),
      { id: "settings", code: "PHX101", fix: "PHOENIX_COLLECTOR_ENDPOINT" },
    ],
    [
      "broken headers",
      () => ({ ...http(servers.open.httpUrl), PHOENIX_CLIENT_HEADERS: `tenant=a,${SECRET}` }),
      { id: "settings", code: "PHX106", fix: "PHOENIX_CLIENT_HEADERS" },
    ],
    [
      "OTEL_SDK_DISABLED",
      () => ({ ...http(servers.open.httpUrl), OTEL_SDK_DISABLED: "true" }),
      { id: "settings", fix: "OTEL_SDK_DISABLED" },
    ],
  ])("%s", async (_what, environment, { fix, ...expected }) => {
    const result = await doctor(environment());
    expect(result.code).toBe(1);
    expect(result.report.ok).toBe(false);
    expect(firstWrong(result)).toMatchObject(expected);
    expect(firstWrong(result)?.fix).toContain(fix);
  });

  it("a provider that NODE_OPTIONS loads", async () => {
    const file = path.join(checkout, "node_modules", `doctor-preload-${process.pid}.cjs`);
    await writeFile(
      file,
      `const { NodeTracerProvider } = require("@opentelemetry/sdk-trace-node"); new NodeTracerProvider().register();`,
    );
    try {
      const result = await doctor({ ...http(servers.open.httpUrl), NODE_OPTIONS: `--require ${file}` });
      expect(firstWrong(result)).toMatchObject({ id: "provider", code: "PHX201" });
      expect(firstWrong(result)?.fix).toContain("BatchSpanProcessor");
    } finally {
      await rm(file);
    }
  });

  it("two copies of OpenTelemetry, and instrumentations without their SDK or with one that they do not know", async () => {
    const project = path.join(folder, "packages");
    const install = async (where: string, version: string): Promise<void> => {
      const directory = path.join(project, "node_modules", where);
      await mkdir(directory, { recursive: true });
      const name = where.split("node_modules/").at(-1);
      await writeFile(path.join(directory, "package.json"), JSON.stringify({ name, version }));
    };
    await install("@opentelemetry/api", "1.9.1");
    const environment = http(servers.open.httpUrl);
    expect(oksOf(await doctor(environment, { cwd: project }))).toMatchObject({ packages: true });

    await install("vendor/node_modules/@opentelemetry/api", "1.8.0");
    const doubled = firstWrong(await doctor(environment, { cwd: project }));
    expect(doubled).toMatchObject({ id: "packages" });
    expect(doubled?.why).toMatch(/@opentelemetry\/api is there 2 times .*1\.8\.0/);
    await rm(path.join(project, "node_modules/vendor"), { recursive: true });

    await install("@arizeai/openinference-instrumentation-openai", "4.2.7");
    expect(firstWrong(await doctor(environment, { cwd: project }))?.fix).toContain("Install openai");
    await install("openai", "3.0.0");
    expect(firstWrong(await doctor(environment, { cwd: project }))?.why).toContain(
      "does not trace openai 3.0.0",
    );
    await install("openai", "6.1.0");
    expect(oksOf(await doctor(environment, { cwd: project }))).toMatchObject({ packages: true });
  });

  it("is one line on stderr, and nothing else, for an option that does not exist", async () => {
    const { code, stdout, stderr } = await new Child(process.execPath, [cli, "doctor", "--yaml"], {
      environment: {},
      cwd: folder,
    }).ended;
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^phoenix-otel doctor: .*--yaml.*\n$/);
  });
});

it("names the proxy, which connects in its place", async () => {
  const [port = 0] = await freePorts(1);
  const result = await doctor({
    ...http("http://phoenix.invalid:6006"),
    http_proxy: `http://user:${SECRET}@127.0.0.1:${port}`,
  });
  expect(oksOf(result)).toMatchObject({ name: null, tcp: null, http: false });
  expect(result.stdout).toContain("http_proxy");
});

it.each(["http", "https"] as const)("goes through a proxy to an %s endpoint", async (scheme) => {
  const server = scheme === "https" ? servers.secure : servers.open;
  const proxy = await startConnectProxy();
  try {
    const result = await doctor({
      ...http(`${scheme}://phoenix.test:${portOf(server.httpUrl)}`),
      [`${scheme}_proxy`]: proxy.url,
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificates().authority.certFile,
    });
    expect(oksOf(result)).toMatchObject({ name: null, tcp: null, http: true, span: true, readback: null });
    const logins = proxy.seen.map((each) => each.split(" ").slice(2).join(" "));
    expect(new Set(logins)).toEqual(new Set(["Basic dXNlcjpwYXNz"]));
  } finally {
    proxy.close();
  }
});

it.each(["22", "24", "26"] as const)("runs on Node %s", async (version) => {
  const result = await doctor(http(servers.open.httpUrl), { node: await nodeBinary(version) });
  expect(result.report.ok).toBe(true);
});
