// Rotel, an OTLP collector, between a test and Phoenix: set up by the file that the docs show.
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseEnv } from "node:util";
import { freePorts } from "./own-ports.ts";
import { installPythonProgram, ROTEL } from "./phoenix-install.ts";
import { checkout } from "./run-program.ts";

const STARTED_WITHIN_MILLIS = 20_000;

export interface Gateway {
  readonly grpcUrl: string;
  readonly httpUrl: string;
  stop(): Promise<void>;
}

/** Starts `examples/collector/rotel.env` on free ports, sending to `phoenixUrl`. */
export async function startRotel(phoenixUrl: string): Promise<Gateway> {
  const agent = await rotelAgent();
  const folder = await mkdtemp(path.join(tmpdir(), "rotel-"));
  const [grpcPort = 0, httpPort = 0] = await freePorts(2);
  const settings = parseEnv(await readFile(path.join(checkout, "examples/collector/rotel.env"), "utf8"));
  const args = ["start", "--pid-file", path.join(folder, "pid"), "--log-file", path.join(folder, "log")];
  const child = spawn(agent, args, {
    env: {
      ...settings,
      ROTEL_OTLP_GRPC_ENDPOINT: `127.0.0.1:${grpcPort}`,
      ROTEL_OTLP_HTTP_ENDPOINT: `127.0.0.1:${httpPort}`,
      ROTEL_OTLP_EXPORTER_ENDPOINT: phoenixUrl,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => void (said += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (said += chunk.toString()));
  const gone = new Promise((resolve) => child.once("exit", resolve));
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await gone;
    await rm(folder, { recursive: true, force: true });
  };

  const deadline = Date.now() + STARTED_WITHIN_MILLIS;
  while (!(await listens(grpcPort))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`rotel did not start: ${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    grpcUrl: `http://127.0.0.1:${grpcPort}`,
    httpUrl: `http://127.0.0.1:${httpPort}`,
    stop,
  };
}

async function rotelAgent(): Promise<string> {
  const venv = await installPythonProgram(ROTEL);
  const [library = ""] = await readdir(path.join(venv, "lib"));
  return path.join(venv, "lib", library, "site-packages", "rotel", "rotel-agent");
}

async function listens(port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => socket.destroy().once("close", () => resolve(true)));
    socket.once("error", () => resolve(false));
  });
}
