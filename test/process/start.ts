// What the programs trace with: register(), pointed at the receiver the way the test wants it.
import { register } from "../../src/index.ts";

type Environment = Record<string, string | undefined>;
type Provider = ReturnType<typeof register>;

const slots = globalThis as { started?: Provider };

/**
 * Registers over WAY: gRPC or HTTP by name, or neither, which means gRPC first. Where a preload did so
 * already, gives what that got.
 */
export function start({ WAY, HTTP_URL, GRPC_URL, FLUSH_ON_EXIT }: Environment): Provider {
  const options = { headers: { "x-key": "secret" }, flushOnExit: FLUSH_ON_EXIT !== "false" };
  const named = {
    http: { endpoint: HTTP_URL ?? "", protocol: "http/protobuf" },
    grpc: { endpoint: GRPC_URL ?? "", protocol: "grpc" },
  } as const;
  slots.started ??= register({
    ...options,
    ...(WAY === "http" || WAY === "grpc" ? named[WAY] : {}),
  });
  return slots.started;
}
