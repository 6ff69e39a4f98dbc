// Proxies through the built package, over both protocols, while the program lives and as it ends.
import path from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { certificates } from "../support/certificates.ts";
import { type ConnectProxy, startConnectProxy } from "../support/connect-proxy.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { type ProgramResult, programs, runProgram } from "./run-program.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Setting {
  protocol: "grpc" | "http/protobuf";
  /** Of the destination and of the proxy. */
  scheme: "http" | "https";
  proxyScheme: "http" | "https";
  end: "flush" | "exit";
}

interface Outcome {
  result: ProgramResult;
  receiver: OtlpReceiver;
  proxy: ConnectProxy;
  port: string;
}

/** Runs a program that reaches the receiver only by a name that means nothing here, through the proxy. */
async function run(setting: Setting, userPart: string, variables = {}): Promise<Outcome> {
  const { protocol, scheme, proxyScheme, end } = setting;
  const receiver = await startOtlpReceiver({ tls: scheme === "https" });
  const proxy = await startConnectProxy(200, proxyScheme === "https");
  closers.push(
    () => receiver.stop(),
    () => proxy.close(),
  );
  const { port } = new URL(protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl);
  const result = await runProgram(path.join(programs, "through-proxy.mjs"), {
    env: {
      PHOENIX_DISCOVER_CONFIG: "false",
      ENDPOINT: `${scheme}://phoenix.test:${port}${protocol === "grpc" ? "" : "/v1/traces"}`,
      PROTOCOL: protocol,
      END: end,
      [`${scheme}_proxy`]: proxy.url.replace("user:pass", userPart),
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificates().authority.certFile,
      NODE_EXTRA_CA_CERTS: certificates().authority.certFile,
      ...variables,
    },
  });
  return { result, receiver, proxy, port };
}

const settings = (["grpc", "http/protobuf"] as const).flatMap((protocol) =>
  (["http", "https"] as const).flatMap((scheme) =>
    (["http", "https"] as const).flatMap((proxyScheme) =>
      (["flush", "exit"] as const).map((end): Setting => ({ protocol, scheme, proxyScheme, end })),
    ),
  ),
);

describe("a span gets through", () => {
  test.each(settings)("by $protocol to $scheme, proxy $proxyScheme, at $end", async (setting) => {
    const { result, receiver, proxy, port } = await run(setting, "us%40er:100%");
    expect(result).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(receiver.uniqueSpans.map(({ name }) => name)).toEqual(["span"]);
    const asked =
      setting.protocol === "http/protobuf" && setting.scheme === "http"
        ? `POST http://phoenix.test:${port}/v1/traces`
        : `CONNECT phoenix.test:${port}`;
    expect(new Set(proxy.seen)).toEqual(new Set([`${asked} Basic ${btoa("us@er:100%")}`]));
  });
});

test("a socks proxy is told in one line with its code, and the program goes on", async () => {
  const variables = { http_proxy: "socks5://user:secret@127.0.0.1:1", no_proxy: "" };
  const setting = { protocol: "grpc", scheme: "http", proxyScheme: "http", end: "flush" } as const;
  const { result } = await run(setting, "user", variables);
  expect(result.code).toBe(0);
  expect(result.stderr).toMatch(
    /^PHX124 http_proxy is "socks5:\/\/\*\*\*\*@127\.0\.0\.1:1", which is no http/,
  );
  expect(result.stderr.match(/PHX124/g)).toHaveLength(1);
  expect(result.stderr).not.toContain("secret");
});
