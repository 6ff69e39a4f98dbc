import { describe, expect, test } from "vitest";
import { isPrivateHost } from "../../src/config/hosts.ts";
import { codes, resolve } from "./surroundings.ts";

describe("hosts that are loopback or private", () => {
  test.each([
    "localhost",
    "LOCALHOST",
    "localhost.",
    "app.localhost",
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.1.1",
    "[::1]",
    "::1",
    "[fd00::1]",
    "[fe80::1]",
    "[::ffff:10.0.0.1]",
    "phoenix",
    "phoenix.local",
    "phoenix.prod.internal",
  ])("%s is", (host) => {
    expect(isPrivateHost(host)).toBe(true);
  });

  test.each([
    "phoenix.example.com",
    "app.phoenix.arize.com",
    "8.8.8.8",
    "172.15.0.1",
    "172.32.0.1",
    "192.169.0.1",
    "11.0.0.1",
    "[2001:db8::1]",
    "[::ffff:8.8.8.8]",
    "local.example.com",
    "notlocal.com",
    "localhost.example.com",
    "10.0.0.1.example.com",
  ])("%s is not", (host) => {
    expect(isPrivateHost(host)).toBe(false);
  });
});

describe("a credential over plain http", () => {
  const PUBLIC = "http://phoenix.example.com:6006";

  test.each([
    ["PHOENIX_API_KEY", {}, { PHOENIX_API_KEY: "secret" }],
    ["option apiKey", { apiKey: "secret" }, {}],
    ["option apiKey", { apiKey: () => "secret" }, {}],
    ["option headers", { headers: { "x-api-key": "secret" } }, {}],
    ["PHOENIX_CLIENT_HEADERS", {}, { PHOENIX_CLIENT_HEADERS: "api_key=secret,authorization=secret" }],
  ])("%s: one warning that names it", (source, options, environment) => {
    const config = resolve({ endpoint: PUBLIC, ...options }, environment);
    expect(codes(config)).toEqual(["PHX113"]);
    expect(config.problems[0]?.message).toBe(
      `${source} goes to phoenix.example.com (from option endpoint) over plain http, where anybody on the way can read it. Sending it as asked. Use https://.`,
    );
  });

  test("the user part of a URL is one", () => {
    const config = resolve({ endpoint: "http://name:secret@phoenix.example.com" });
    expect(codes(config)).toEqual(["PHX113"]);
    expect(config.problems[0]?.message).toMatch(/^user part of option endpoint goes to/);
  });

  test("gRPC over http counts too", () => {
    expect(codes(resolve({ endpoint: "http://phoenix.example.com:4317", apiKey: "k" }))).toEqual(["PHX113"]);
  });

  test.each([
    ["https", { endpoint: "https://phoenix.example.com", apiKey: "k" }],
    ["a private host", { endpoint: "http://phoenix:6006", apiKey: "k" }],
    ["the default", { apiKey: "k" }],
    ["no credential", { endpoint: PUBLIC }],
    ["a header that is no credential", { endpoint: PUBLIC, headers: { "x-tenant": "a" } }],
    ["an empty key", { endpoint: PUBLIC, apiKey: "" }],
  ])("none with %s", (_, options) => {
    expect(resolve(options).problems).toEqual([]);
  });
});

describe("gRPC for Phoenix Cloud", () => {
  test.each([
    ["option protocol", { protocol: "grpc", endpoint: "https://app.phoenix.arize.com/s/a" }, {}],
    [
      "OTEL_EXPORTER_OTLP_PROTOCOL",
      { endpoint: "app.phoenix.arize.com" },
      { OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" },
    ],
    ["option endpoint", { endpoint: "grpcs://app.phoenix.arize.com" }, {}],
  ])("named by %s: done, with one warning", (source, options, environment) => {
    const config = resolve(options, environment);
    expect(config.target.value).toEqual({ protocol: "grpc", url: "https://app.phoenix.arize.com:443" });
    expect(codes(config)).toEqual(["PHX114"]);
    expect(config.problems[0]?.message).toMatch(new RegExp(`^${source} names gRPC`));
  });

  test("no warning when nobody names it", () => {
    expect(resolve({ endpoint: "https://app.phoenix.arize.com/s/a", apiKey: "k" }).problems).toEqual([]);
  });
});
