import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { OTLPTraceExporter as GrpcExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as HttpExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { BasicTracerProvider, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-node";
import { context, trace } from "@opentelemetry/api";
import { describe, expect, onTestFinished, test } from "vitest";
import type { Ending } from "../support/child.ts";
import { BIN, spawnOnTerminal, type SpawnedView, spawnView } from "./spawned-view.ts";
import { listenOnOwnPort } from "../support/own-ports.ts";

const FREE_PORTS = ["--http-port", "0", "--grpc-port", "0"];
const ESCAPE = "\u001B";

const run = (...words: string[]): Pick<Ending, "code" | "stdout" | "stderr"> => {
  const { status, stdout, stderr } = spawnSync(process.execPath, [BIN, ...words], { encoding: "utf8" });
  return { code: status, stdout, stderr };
};

/** Sends a trace of an agent with a tool; `finished: false` leaves the agent's span out. */
const sendTrace = async (exporter: SpanExporter, { finished = true } = {}): Promise<void> => {
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ "openinference.project.name": "spawned" }),
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  const tracer = provider.getTracer("test");
  const kind = (name: string) => ({ "openinference.span.kind": name, "input.value": "hello" });
  // Given, not taken from the clock: spans of less than its tick may seem to end after their parent.
  const startTime = Date.now();
  const agent = tracer.startSpan("my-agent", { attributes: kind("AGENT"), startTime });
  const inside = trace.setSpan(context.active(), agent);
  tracer.startSpan("my-tool", { attributes: kind("TOOL"), startTime }, inside).end(startTime + 50);
  if (finished) agent.end(startTime + 100);
  await provider.forceFlush();
  await provider.shutdown();
};

const overHttp = async (view: SpawnedView): Promise<SpanExporter> =>
  new HttpExporter({ url: `${(await view.urls()).http}/v1/traces` });

describe("phoenix-otel", () => {
  test("prints help and its version on stdout", () => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
    expect(run("--help")).toMatchObject({ code: 0, stdout: expect.stringContaining("view") });
    expect(run()).toEqual(run("--help"));
    expect(run("--version")).toEqual({ code: 0, stdout: `${version}\n`, stderr: "" });
  });

  test("says that a command is unknown and exits with 1", () => {
    expect(run("veiw")).toEqual({
      code: 1,
      stdout: "",
      stderr: 'phoenix-otel: there is no command "veiw". See phoenix-otel --help.\n',
    });
  });

  test.each([
    [["--http-port", "abc"], '--http-port is "abc". A port is a number from 0 to 65535.'],
    [["--grpc-port", "70000"], '--grpc-port is "70000". A port is a number from 0 to 65535.'],
    [
      ["--http-port", "7000", "--grpc-port=7000"],
      "--http-port and --grpc-port are both 7000. Give each its own.",
    ],
    [["--jsno"], "Unknown option '--jsno'"],
    [["extra"], "Unexpected argument 'extra'"],
  ])("view %j is a clear error", (words, message) => {
    const { code, stdout, stderr } = run("view", ...words);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`phoenix-otel view: ${message}`);
    expect(stderr.trimEnd()).not.toContain("\n");
  });

  test("view --help names every option", () => {
    const { code, stdout } = run("view", "--help");
    expect(code).toBe(0);
    for (const option of ["--http-port", "--grpc-port", "--json", "--once", "6006", "4317", "NO_COLOR"]) {
      expect(stdout).toContain(option);
    }
  });
});

describe("phoenix-otel view", () => {
  test("prints a trace that came over HTTP and one that came over gRPC, without colours in a pipe", async () => {
    const view = spawnView(["view", ...FREE_PORTS]);
    const { http, grpc } = await view.urls();
    expect(view.stderr).toContain(
      `PHOENIX_COLLECTOR_ENDPOINT=${http} PHOENIX_GRPC_PORT=${new URL(grpc).port}\n`,
    );
    await sendTrace(new HttpExporter({ url: `${http}/v1/traces` }));
    await sendTrace(new GrpcExporter({ url: grpc }));
    await view.until("stdout", /my-tool[^]*my-tool[^]*\n\n/);
    view.process.kill("SIGTERM");
    const { stdout } = await view.ended;
    expect(stdout.match(/^spawned {2}[0-9a-f]{32} {2}.*2 spans$/gm)).toHaveLength(2);
    expect(stdout.match(/^AGENT my-agent +━+ .* (µs|ms)$/gm)).toHaveLength(2);
    expect(stdout.match(/^│ {2}in {2}hello$/gm)).toHaveLength(2);
    expect(stdout.match(/^└─ TOOL my-tool /gm)).toHaveLength(2);
    expect(stdout).not.toContain(ESCAPE);
  });

  test.each([
    ["SIGINT", (view: SpawnedView) => view.process.kill("SIGINT")],
    ["SIGTERM", (view: SpawnedView) => view.process.kill("SIGTERM")],
    ["the end of a piped stdin", (view: SpawnedView) => view.process.stdin?.end()],
  ])("prints what is not finished and exits with 0 on %s", async (_name, end) => {
    const view = spawnView(["view", ...FREE_PORTS]);
    await sendTrace(await overHttp(view), { finished: false });
    expect(view.stdout).toBe("");
    end(view);
    const { code, signal, stdout } = await view.ended;
    expect({ code, signal }).toEqual({ code: 0, signal: null });
    expect(stdout).toMatch(/a parent is missing\n⋯ TOOL my-tool /);
  });

  test("--json prints a line for each trace", async () => {
    const view = spawnView(["view", "--json", ...FREE_PORTS]);
    const exporter = await overHttp(view);
    await sendTrace(exporter);
    await sendTrace(await overHttp(view));
    await view.until("stdout", /\n.*\n/);
    view.process.kill("SIGTERM");
    const lines = (await view.ended).stdout.trimEnd().split("\n");
    const traces = lines.map((line) => JSON.parse(line) as { traceId: string });
    expect(traces).toHaveLength(2);
    expect(traces[0]).toMatchObject({
      project: "spawned",
      revision: 1,
      spans: [
        { name: "my-agent", kind: "AGENT", parentSpanId: null, attributes: { "input.value": "hello" } },
        { name: "my-tool", kind: "TOOL", status: { code: "UNSET" } },
      ],
    });
    expect(traces[0]?.traceId).not.toBe(traces[1]?.traceId);
  });

  test("--once ends after the first finished trace", async () => {
    const view = spawnView(["view", "--once", ...FREE_PORTS]);
    await sendTrace(await overHttp(view), { finished: false });
    await sendTrace(await overHttp(view));
    const { code, stdout } = await view.ended;
    expect(code).toBe(0);
    expect(stdout).toMatch(/^spawned [^]*my-agent[^]*my-tool[^]*\n\n$/);
    expect(stdout).not.toContain("missing");
  });

  test("says which port is taken and which flag changes it, and exits with 1", async () => {
    const takenPort = async (): Promise<string> => {
      const server: Server = createServer();
      onTestFinished(() => void server.close());
      return String(await listenOnOwnPort(server));
    };
    const [http, grpc] = [await takenPort(), await takenPort()];
    const line = (port: string, protocol: string, flag: string): string =>
      `phoenix-otel view: Port ${port} (${protocol}) is taken, perhaps by Phoenix or another view. Choose another with ${flag}.\n`;
    expect(run("view", "--http-port", http, "--grpc-port", "0")).toEqual({
      code: 1,
      stdout: "",
      stderr: line(http, "HTTP", "--http-port"),
    });
    expect(run("view", "--http-port", http, "--grpc-port", grpc).stderr).toBe(
      line(http, "HTTP", "--http-port") + line(grpc, "gRPC", "--grpc-port"),
    );
    const freed = run("view", "--http-port", "0", "--grpc-port", grpc);
    expect(freed).toEqual({ code: 1, stdout: "", stderr: line(grpc, "gRPC", "--grpc-port") });
  });

  test("survives the end of its reader", async () => {
    const view = spawnView(["view", ...FREE_PORTS]);
    const exporter = await overHttp(view);
    view.process.stdout?.destroy();
    await sendTrace(exporter);
    expect((await view.ended).code).toBe(0);
  });

  test("FORCE_COLOR colours a pipe, NO_COLOR wins over it, COLUMNS gives a pipe its width", async () => {
    const printed = async (environment: Record<string, string>): Promise<string> => {
      const view = spawnView(["view", "--once", ...FREE_PORTS], environment);
      await sendTrace(await overHttp(view));
      return (await view.ended).stdout;
    };
    expect(await printed({ FORCE_COLOR: "1" })).toContain(`${ESCAPE}[35mAGENT`);
    expect(await printed({ FORCE_COLOR: "1", NO_COLOR: "1" })).not.toContain(ESCAPE);
    expect(await printed({ FORCE_COLOR: "0" })).not.toContain(ESCAPE);
    const narrow = (await printed({ COLUMNS: "50" })).split("\n");
    expect(Math.max(...narrow.map((line) => line.length))).toBeLessThanOrEqual(50);
  });

  test.runIf(process.platform === "linux")("draws in colour and as wide as its terminal", async () => {
    const printed = async (columns: number, environment: Record<string, string>): Promise<string> => {
      const view = spawnOnTerminal(["view", "--once", ...FREE_PORTS], columns, environment);
      const [, http] = await view.until("stdout", /listening on (\S+) \(HTTP\)/);
      await sendTrace(new HttpExporter({ url: `${http}/v1/traces` }));
      return (await view.ended).stdout;
    };
    const coloured = await printed(110, {});
    expect(coloured).toContain(`${ESCAPE}[35mAGENT${ESCAPE}[39m`);
    const plain = await printed(70, { NO_COLOR: "1" });
    expect(plain).not.toContain(ESCAPE);
    expect(await printed(70, { TERM: "dumb" })).not.toContain(ESCAPE);
    const barColumns = (text: string): number => /AGENT.*?(━+)/.exec(text)?.[1]?.length ?? 0;
    expect(barColumns(coloured) - barColumns(plain)).toBe(40);
  });
});
