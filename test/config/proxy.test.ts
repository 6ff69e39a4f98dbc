import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { Environment } from "../../src/config/environment.ts";
import { codes, resolve } from "./surroundings.ts";

const REMOTE = "https://phoenix.example.com:8443/v1/traces";
const proxy = "http://proxy.example.com:3128";

/** The proxy of an endpoint over one protocol, without its source. */
const proxyOf = (endpoint: string, environment: Environment, protocol = "http/protobuf") =>
  resolve({ endpoint, protocol }, environment).target.value.proxy?.url;

test.each([
  ["https_proxy", { https_proxy: proxy }, REMOTE, proxy],
  ["HTTPS_PROXY", { HTTPS_PROXY: proxy }, REMOTE, proxy],
  ["lower case before upper", { https_proxy: proxy, HTTPS_PROXY: "http://other" }, REMOTE, proxy],
  ["http_proxy only for http", { http_proxy: proxy }, REMOTE, undefined],
  ["http_proxy", { http_proxy: proxy }, "http://phoenix.example.com/", proxy],
  ["all_proxy", { all_proxy: proxy }, REMOTE, proxy],
  ["without a scheme", { https_proxy: "proxy.example.com:3128" }, REMOTE, proxy],
  ["over TLS", { https_proxy: "https://proxy.example.com:3129/" }, REMOTE, "https://proxy.example.com:3129"],
  ["at an IPv6 address", { https_proxy: "http://[2001:db8::1]:3128" }, REMOTE, "http://[2001:db8::1]:3128"],
  ["blank", { https_proxy: " " }, REMOTE, undefined],
  ["nothing set", {}, REMOTE, undefined],
  ["localhost", { http_proxy: proxy }, "http://localhost:6006/", undefined],
  ["127.0.0.1", { http_proxy: proxy }, "http://127.0.0.1:6006/", undefined],
  ["[::1]", { http_proxy: proxy }, "http://[::1]:6006/", undefined],
  ["a container's name", { http_proxy: proxy }, "http://phoenix:6006/", undefined],
])("the proxy over HTTP: %s", (_, environment, url, expected) => {
  expect(proxyOf(url, environment)).toBe(expected);
});

test.each([
  ["grpc_proxy before the others", { grpc_proxy: proxy, https_proxy: "http://other" }, proxy],
  ["https_proxy, also for http", { https_proxy: proxy }, proxy],
  ["http_proxy, also for https", { http_proxy: proxy }, proxy],
  ["upper case", { HTTPS_PROXY: proxy }, undefined],
  ["all_proxy", { all_proxy: proxy }, undefined],
  ["no_proxy", { https_proxy: proxy, no_proxy: "example.com" }, undefined],
  ["NO_PROXY where no_proxy is not set", { https_proxy: proxy, NO_PROXY: "example.com" }, undefined],
  [
    "no_grpc_proxy before no_proxy",
    { https_proxy: proxy, no_grpc_proxy: "other.com", no_proxy: "example.com" },
    proxy,
  ],
])("the proxy over gRPC, as grpc-js has it: %s", (_, environment, expected) => {
  expect(proxyOf(REMOTE, environment, "grpc")).toBe(expected);
});

describe("no_proxy", () => {
  const V4 = "http://10.1.2.3:6006/";
  const V6 = "http://[2001:db8::1]:4318/";

  test.each([
    ["phoenix.example.com", REMOTE],
    ["a.b, phoenix.example.com", REMOTE],
    ["a.b phoenix.example.com", REMOTE],
    [".example.com", REMOTE],
    ["*.example.com", REMOTE],
    ["example.com", REMOTE],
    ["Phoenix.Example.COM", REMOTE],
    ["phoenix.example.com.", REMOTE],
    ["*", REMOTE],
    ["example.com:8443", REMOTE],
    ["*.example.com:8443", REMOTE],
    ["phoenix.example.com:443", "https://phoenix.example.com"],
    ["phoenix.example.com:80", "http://phoenix.example.com:80"],
    ["10.1.2.3", V4],
    ["10.1.2.3:6006", V4],
    ["10.0.0.0/8", V4],
    ["10.1.2.3/32", V4],
    ["10.200.0.0/8", V4],
    ["0.0.0.0/0", V4],
    ["10.1.*", V4],
    ["10.1.2.*:6006", V4],
    ["*:6006", V4],
    ["*example.com", REMOTE],
    ["phoenix.*.com", REMOTE],
    ["*:8443", REMOTE],
    ["*.EXAMPLE.com;other.com", REMOTE],
    ["https://phoenix.example.com/", REMOTE],
    ["https://phoenix.example.com:8443", REMOTE],
    ['"example.com"', REMOTE],
    ["'a.b', 'example.com'", REMOTE],
    ["\n example.com\t", REMOTE],
    ["2001:db8:*", V6],
    ["2001:db8::1", V6],
    ["2001:DB8:0:0:0:0:0:1", V6],
    ["[2001:db8::1]", V6],
    ["[2001:db8::1]:4318", V6],
    ["2001:db8::/32", V6],
    ["[2001:db8::]/32", V6],
    ["::/0", V6],
  ])("%s exempts %s over HTTP and gRPC", (entry, url) => {
    const environment = { all_proxy: proxy, NO_PROXY: entry };
    expect(proxyOf(url, environment)).toBeUndefined();
    expect(proxyOf(url, { grpc_proxy: proxy, no_proxy: entry }, "grpc")).toBeUndefined();
  });

  test.each([
    ["ample.com", REMOTE],
    ["*:443", REMOTE],
    ["other.*", REMOTE],
    ["10.2.*", V4],
    ["ample.com*", REMOTE],
    ["example.com:443", REMOTE],
    ["example.com:8443x", REMOTE],
    ["phoenix.example.com:80", "https://phoenix.example.com"],
    ["phoenix.example.com:443", "http://phoenix.example.com"],
    ["10.1.2.3:6007", V4],
    ["10.0.0.0/16", V4],
    ["10.0.0.0/x", V4],
    ["10.0.0.0/33", V4],
    ["10.0.0.0/", V4],
    ["1.2.3", V4],
    ["2001:db8::2", V6],
    ["[2001:db8::1]:4317", V6],
    ["2001:db9::/32", V6],
    ["2001:db8::/129", V6],
    ["0.0.0.0/0", V6],
    ["::/0", V4],
    [",", V4],
  ])("%s does not exempt %s", (entry, url) => {
    expect(proxyOf(url, { all_proxy: proxy, NO_PROXY: entry })).toBe(proxy);
    expect(proxyOf(url, { grpc_proxy: proxy, no_proxy: entry }, "grpc")).toBe(proxy);
  });
});

describe("a proxy that is no HTTP proxy", () => {
  test.each([
    "socks5://proxy.example.com:1080",
    "socks5h://127.0.0.1:9050",
    "pac+http://x",
    "http://:80",
    "a b",
  ])("%s is told in one line, and passed over", (text) => {
    const config = resolve({ endpoint: REMOTE }, { all_proxy: text });
    expect(config.target.value.proxy).toBeUndefined();
    expect(config.problems).toEqual([
      {
        code: "PHX124",
        message: `all_proxy is ${JSON.stringify(text)}, which is no http:// or https:// proxy. None is used for phoenix.example.com. Set it to "http://host:port", or name phoenix.example.com in no_proxy.`,
      },
    ]);
  });

  test("gives way to the next variable that names one", () => {
    const config = resolve({ endpoint: REMOTE }, { https_proxy: "socks5://a", ALL_PROXY: proxy });
    expect(config.target.value.proxy).toEqual({ value: proxy, source: "ALL_PROXY" });
    expect(config.problems[0]?.message).toContain(`Using ${proxy} (ALL_PROXY) for phoenix.example.com.`);
  });

  test("is told once where two destinations meet it, without its password", () => {
    const environment = {
      PHOENIX_COLLECTOR_ENDPOINT: "https://phoenix.example.com",
      https_proxy: "socks5://user:secret@proxy.example.com",
    };
    const config = resolve({}, environment);
    expect(config.target.value.fallback).toBeDefined();
    expect(codes(config)).toEqual(["PHX124"]);
    expect(config.problems[0]?.message).toContain('"socks5://****@proxy.example.com"');
  });

  test("is not told where nothing goes through it", () => {
    const environment = { all_proxy: "socks5://a", no_proxy: "example.com" };
    expect(resolve({ endpoint: REMOTE }, environment).problems).toEqual([]);
    expect(resolve({ endpoint: "http://localhost:6006" }, environment).problems).toEqual([]);
  });
});

describe("the user part of a proxy", () => {
  test.each([
    ["http://user:pass@proxy:3128", "user", "pass"],
    ["http://user:100%@proxy:3128", "user", "100%"],
    ["http://user:a%zz%41@proxy:3128", "user", "a%zz%41"],
    ["http://us%40er:p%3Ass@proxy:3128", "us@er", "p:ss"],
    ["http://user@proxy:3128", "user", ""],
    ["http://user:p#a/s?s@proxy:3128", "user", "p#a/s?s"],
    ["http://user:p@ss@proxy:3128", "user", "p@ss"],
    ["http://dom\\user:50%@proxy:3128/", "dom\\user", "50%"],
    ["user:100%@proxy:3128", "user", "100%"],
    ["https://us:er:x@proxy:3128", "us", "er:x"],
    ['"http://user:pass@proxy:3128"', "user", "pass"],
  ])("%s is read as it was meant, and decodes", (text, user, password) => {
    const url = new URL(proxyOf(REMOTE, { https_proxy: text }) ?? "");
    expect([url.username, url.password].map(decodeURIComponent)).toEqual([user, password]);
    expect(url.host).toBe("proxy:3128");
  });

  test("is in no printed form of the configuration", () => {
    const environment = { https_proxy: "http://user:secret@proxy.example.com:3128" };
    const config = resolve({ endpoint: REMOTE }, environment);
    const printed = [
      JSON.stringify(config),
      inspect(config, { depth: 9 }),
      inspect(config.toJSON(), { depth: 9 }),
    ];
    for (const text of printed) {
      expect(text).not.toMatch(/secret|user:/);
      expect(text).toContain("proxy.example.com:3128");
      expect(text).toContain("https_proxy");
    }
  });
});

test("each destination has its own proxy, with its source", () => {
  const environment = {
    PHOENIX_COLLECTOR_ENDPOINT: "http://phoenix.example.com:6006",
    grpc_proxy: "http://grpc:1",
    http_proxy: "http://http:2",
  };
  const { target } = resolve({}, environment);
  expect(target.value).toEqual({
    protocol: "grpc",
    url: "http://phoenix.example.com:4317",
    proxy: { value: "http://grpc:1", source: "grpc_proxy" },
    fallback: {
      protocol: "http/protobuf",
      url: "http://phoenix.example.com:6006/v1/traces",
      proxy: { value: "http://http:2", source: "http_proxy" },
    },
  });
});
