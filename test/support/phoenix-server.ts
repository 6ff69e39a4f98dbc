// A real Phoenix server for a test: its own ports, its own data folder, its own settings.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePorts } from "./own-ports.ts";
import { installPythonProgram, PHOENIX } from "./phoenix-install.ts";
import { PhoenixRest } from "./phoenix-rest.ts";

const STARTED_WITHIN_MILLIS = 180_000;
const STOPPED_WITHIN_MILLIS = 20_000;

export interface PhoenixServerOptions {
  /** Settings of the server, `PHOENIX_ENABLE_AUTH` for one. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What the REST client shows the server: an API key or the admin secret. */
  readonly bearer?: string;
}

type Child = ReturnType<typeof spawnPhoenix>;

/** Starts a server with an empty database and waits until it answers. */
export async function startPhoenix(options: PhoenixServerOptions = {}): Promise<PhoenixServer> {
  const venv = await installPythonProgram(PHOENIX);
  const folder = await mkdtemp(path.join(tmpdir(), "phoenix-server-"));
  const [httpPort = 0, grpcPort = 0] = await freePorts(2);
  const server = new PhoenixServer({ venv, folder, httpPort, grpcPort, options });
  await server.start();
  return server;
}

interface Place {
  readonly venv: string;
  readonly folder: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly options: PhoenixServerOptions;
}

/** Only the settings given here reach the server, not those of whoever runs the tests. */
const spawnPhoenix = ({ venv, folder, httpPort, grpcPort, options }: Place) =>
  spawn(path.join(venv, "bin", "python"), ["-m", "phoenix.server.main", "serve"], {
    env: {
      PATH: process.env["PATH"],
      HOME: folder,
      PHOENIX_WORKING_DIR: folder,
      PHOENIX_HOST: "127.0.0.1",
      PHOENIX_PORT: String(httpPort),
      PHOENIX_GRPC_PORT: String(grpcPort),
      PHOENIX_TELEMETRY_ENABLED: "false",
      ...options.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });

/** A server that can go away and come back on the same ports with the same data. */
export class PhoenixServer {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  readonly grpcPort: number;
  readonly rest: PhoenixRest;
  readonly #place: Place;
  #child?: Child;
  #output = "";

  /** Use {@link startPhoenix}. */
  constructor(place: Place) {
    this.#place = place;
    this.httpUrl = `http://127.0.0.1:${place.httpPort}`;
    this.grpcUrl = `http://127.0.0.1:${place.grpcPort}`;
    this.grpcPort = place.grpcPort;
    this.rest = new PhoenixRest(this.httpUrl, place.options.bearer);
  }

  /** Starts, or starts again after {@link stop}, and waits until the server answers. */
  async start(): Promise<void> {
    const child = spawnPhoenix(this.#place);
    this.#child = child;
    const keep = (chunk: Buffer): void => void (this.#output = (this.#output + chunk).slice(-8000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    process.once("exit", () => child.kill("SIGKILL"));
    await this.#untilHealthy(child);
  }

  /** Stops the server and keeps its data; a server that does not go is killed. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const impatience = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN_MILLIS);
    await gone;
    clearTimeout(impatience);
  }

  /** Stops the server and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    await rm(this.#place.folder, { recursive: true, force: true });
  }

  async #untilHealthy(child: Child): Promise<void> {
    const deadline = Date.now() + STARTED_WITHIN_MILLIS;
    while (Date.now() < deadline) {
      if (child.exitCode !== null) break;
      const healthy = await fetch(`${this.httpUrl}/healthz`).then(
        (response) => response.ok,
        () => false,
      );
      if (healthy) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    child.kill("SIGKILL");
    throw new Error(
      `Phoenix did not answer at ${this.httpUrl}/healthz within ${STARTED_WITHIN_MILLIS / 1000} s. It said:\n${this.#output}`,
    );
  }
}
