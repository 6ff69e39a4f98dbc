// Every misconfiguration, through the built package: a program says in one line what to change, and ends
// as it would have ended.
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { freePorts } from "../support/own-ports.ts";
import { leastMillis } from "../support/stopwatch.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

const program = path.join(programs, "misconfigured.mjs");

/** Servers that each have one manner, and a port where none is. */
let servers: Record<"open" | "secure" | "locked" | "pathless" | "page", OtlpReceiver>;
let nowhere: string;

beforeAll(async () => {
  const [open, secure, locked, pathless, page] = await Promise.all([
    startOtlpReceiver(),
    startOtlpReceiver({ tls: true }),
    startOtlpReceiver(),
    startOtlpReceiver(),
    startOtlpReceiver(),
  ]);
  locked.respond(() => ({ kind: "http", status: 401 }));
  pathless.respond(() => ({ kind: "http", status: 404 }));
  const headers = { "content-type": "text/html; charset=utf-8" };
  page.respond(() => ({ kind: "http", status: 200, headers, body: "<!doctype html><title>Log in</title>" }));
  servers = { open, secure, locked, pathless, page };
  nowhere = `http://127.0.0.1:${(await freePorts(1))[0]}`;
});
afterAll(async () => {
  await Promise.all(Object.values(servers).map((server) => server.stop()));
});

const portOf = (url: string): string => new URL(url).port;
const withScheme = (scheme: string, url: string): string => url.replace(/^https?/, scheme);

/** What a bare `PHOENIX_COLLECTOR_ENDPOINT` means: gRPC first, on its own port. */
const grpcFirst = (server: OtlpReceiver, scheme = "http"): Record<string, string> => ({
  PHOENIX_COLLECTOR_ENDPOINT: withScheme(scheme, server.httpUrl),
  PHOENIX_GRPC_PORT: portOf(server.grpcUrl),
});
const http = (url: string): Record<string, string> => ({ PHOENIX_COLLECTOR_ENDPOINT: `${url}/v1/traces` });
const grpc = (url: string): Record<string, string> => ({
  OTEL_EXPORTER_OTLP_PROTOCOL: "grpc",
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
});

interface Misconfiguration {
  env: () => Record<string, string>;
  /** The line of a program that lives. */
  code: string;
  /** What the line tells to change. */
  names: string;
}

/** What only delivery can see. */
const AT_DELIVERY: Record<string, Misconfiguration> = {
  "nothing listening, gRPC first": {
    env: () => ({ PHOENIX_COLLECTOR_ENDPOINT: nowhere, PHOENIX_GRPC_PORT: portOf(nowhere) }),
    code: "PHX302",
    names: "PHOENIX_COLLECTOR_ENDPOINT",
  },
  "a wrong port, HTTP": {
    env: () => http(nowhere),
    code: "PHX302",
    names: "PHOENIX_COLLECTOR_ENDPOINT",
  },
  "a wrong port, gRPC": {
    env: () => grpc(nowhere),
    code: "PHX302",
    names: "OTEL_EXPORTER_OTLP_ENDPOINT",
  },
  "gRPC to the HTTP port": {
    env: () => grpc(servers.open.httpUrl),
    code: "PHX309",
    names: "OTEL_EXPORTER_OTLP_PROTOCOL",
  },
  "HTTP to the gRPC port": {
    env: () => ({
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf",
      PHOENIX_COLLECTOR_ENDPOINT: servers.open.grpcUrl,
    }),
    code: "PHX309",
    names: "OTEL_EXPORTER_OTLP_PROTOCOL",
  },
  "http to an https port": {
    env: () => http(withScheme("http", servers.secure.httpUrl)),
    code: "PHX302",
    names: "PHOENIX_COLLECTOR_ENDPOINT",
  },
  "http to an https port, gRPC": {
    env: () => grpc(withScheme("http", servers.secure.grpcUrl)),
    code: "PHX302",
    names: "OTEL_EXPORTER_OTLP_ENDPOINT",
  },
  "http to https ports, gRPC first": {
    env: () => grpcFirst(servers.secure),
    code: "PHX302",
    names: "PHOENIX_COLLECTOR_ENDPOINT",
  },
  "https to an http port": {
    env: () => http(withScheme("https", servers.open.httpUrl)),
    code: "PHX308",
    names: "PHOENIX_COLLECTOR_ENDPOINT",
  },
  "https to an http port, gRPC": {
    env: () => grpc(withScheme("https", servers.open.grpcUrl)),
    code: "PHX308",
    names: "OTEL_EXPORTER_OTLP_ENDPOINT",
  },
  "https to http ports, gRPC first": {
    env: () => grpcFirst(servers.open, "https"),
    code: "PHX308",
    names: "PHOENIX_COLLECTOR_ENDPOINT",
  },
  "a certificate nobody trusts": {
    env: () => http(servers.secure.httpUrl),
    code: "PHX308",
    names: "OTEL_EXPORTER_OTLP_CERTIFICATE",
  },
  "a wrong key, gRPC first": {
    env: () => ({ ...grpcFirst(servers.locked), PHOENIX_API_KEY: "a-wrong-key" }),
    code: "PHX301",
    names: "PHOENIX_API_KEY",
  },
  "a wrong key, HTTP": {
    env: () => ({ ...http(servers.locked.httpUrl), PHOENIX_API_KEY: "a-wrong-key" }),
    code: "PHX301",
    names: "PHOENIX_API_KEY",
  },
  "a missing key, gRPC first": {
    env: () => grpcFirst(servers.locked),
    code: "PHX305",
    names: "PHOENIX_API_KEY",
  },
  "a missing key, HTTP": {
    env: () => http(servers.locked.httpUrl),
    code: "PHX305",
    names: "PHOENIX_API_KEY",
  },
  "a path where nothing is": {
    env: () => ({ PHOENIX_COLLECTOR_ENDPOINT: `${servers.pathless.httpUrl}/phoenix` }),
    code: "PHX306",
    names: "PHOENIX_COLLECTOR_ENDPOINT",
  },
  "a proxy that answers 200 with a page": {
    env: () => http(servers.page.httpUrl),
    code: "PHX307",
    names: "PHOENIX_COLLECTOR_ENDPOINT",
  },
};

/** What is known at registration. The spans of these programs arrive. */
const AT_REGISTRATION: Record<string, Misconfiguration> = {
  "an endpoint that is not a URL": {
    env: () => ({
      ...grpc(servers.open.grpcUrl),
      PHOENIX_COLLECTOR_ENDPOINT: "http//phoenix",
    }),
    code: "PHX101",
    names: "PHOENIX_COLLECTOR_ENDPOINT",
  },
  "broken headers": {
    env: () => ({ ...grpcFirst(servers.open), PHOENIX_CLIENT_HEADERS: "tenant=a,s3cret" }),
    code: "PHX106",
    names: "PHOENIX_CLIENT_HEADERS",
  },
  "another global provider": {
    env: () => ({ ...grpcFirst(servers.open), ANOTHER_PROVIDER: "1" }),
    code: "PHX201",
    names: "new BatchSpanProcessor()",
  },
};

interface SpokenResult extends ProgramResult {
  lines: string[];
}

const codes = (lines: readonly string[]): string[] => lines.map((line) => line.slice(0, 6));

/** The same misconfiguration with its good endpoint at a receiver of its own. */
function grpcTo(receiver: OtlpReceiver, env: Record<string, string>): Record<string, string> {
  return "OTEL_EXPORTER_OTLP_ENDPOINT" in env ? grpc(receiver.grpcUrl) : grpcFirst(receiver);
}

async function run(env: Record<string, string>): Promise<SpokenResult> {
  const result = await runProgram(program, { env: { PHOENIX_DISCOVER_CONFIG: "false", ...env } });
  expect(result.stderr).not.toMatch(/a-wrong-key|s3cret/);
  return { ...result, lines: result.stderr.split("\n").filter(Boolean) };
}

/** A line that comes before the program's end has come within the 5 s that it may take. */
const LIVES_MILLIS = "4500";

// Programs that live only wait, so several do at a time. Those that end at once need the processor, and
// have 2 s for their end: one after the other.

describe("what delivery sees", () => {
  const rows = Object.entries(AT_DELIVERY);

  test.each(rows)("%s is said in one line by a program that ends at once", async (_, row) => {
    const { lines, ...result } = await run(row.env());
    expect(result).toMatchObject({ code: 3, signal: null, stdout: "" });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^PHX401 10 spans were not delivered before the process ended: /);
    expect(lines[0]).toContain(row.names);
  });

  test.each(rows)("%s is said in one line by a program that calls process.exit()", async (_, row) => {
    const { lines, ...result } = await run({ ...row.env(), EXITS: "1" });
    expect(result).toMatchObject({ code: 3, signal: null, stdout: "" });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^PHX401 10 spans were not delivered before the process ended: /);
    expect(lines[0]).toContain(row.names);
  });

  test.concurrent.each(rows)(
    "%s is said in one line by a program that lives, the loss at its end",
    async (_, row) => {
      const { lines, ...result } = await run({ ...row.env(), LIVES_MILLIS });
      expect(result).toMatchObject({ code: 3, signal: null, stdout: "done" });
      expect(codes(lines)).toEqual([row.code, "PHX401"]);
      expect(lines[0]).toContain(row.names);
    },
  );
});

describe("what register() sees", () => {
  const rows = Object.entries(AT_REGISTRATION);

  test.each(rows)("%s is said in one line by a program that ends at once", async (_, row) => {
    const { lines, ...result } = await run(row.env());
    expect(result).toMatchObject({ code: 3, signal: null, stdout: "" });
    expect(codes(lines)).toEqual([row.code]);
    expect(lines[0]).toContain(row.names);
  });

  test.each(rows)("%s is said in one line by a program that calls process.exit()", async (_, row) => {
    const { lines, ...result } = await run({ ...row.env(), EXITS: "1" });
    expect(result).toMatchObject({ code: 3, signal: null, stdout: "" });
    expect(codes(lines)).toEqual([row.code]);
    expect(lines[0]).toContain(row.names);
  });

  test.concurrent.each(rows)("%s is said in one line by a program that lives", async (_, row) => {
    const { lines, ...result } = await run({ ...row.env(), LIVES_MILLIS });
    expect(result).toMatchObject({ code: 3, signal: null, stdout: "done" });
    expect(codes(lines)).toEqual([row.code]);
    expect(lines[0]).toContain(row.names);
  });

  test.each(rows)("%s does not keep the spans from arriving", async (_, row) => {
    const receiver = await startOtlpReceiver();
    await run({ ...row.env(), ...grpcTo(receiver, row.env()) });
    expect(receiver.uniqueSpanCount).toBe(10);
    await receiver.stop();
  });
});

test("with nothing listening, the end is not put off by more than a second", async () => {
  const env = AT_DELIVERY["nothing listening, gRPC first"]!.env();
  const putOffMillis = await leastMillis(1_000, async () => {
    const bare = await run({ ...env, FLUSH_ON_EXIT: "false" });
    const flushed = await run(env);
    expect(bare.lines).toEqual([]);
    expect(codes(flushed.lines)).toEqual(["PHX401"]);
    return flushed.millis - bare.millis;
  });
  expect(putOffMillis).toBeLessThan(1_000);
});
