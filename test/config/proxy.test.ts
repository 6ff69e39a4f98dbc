import { expect, test } from "vitest";
import { proxyFor } from "../../src/config/proxy.ts";

const REMOTE = "https://phoenix.example.com:8443/v1/traces";
const proxy = "http://proxy.example.com:3128";

test.each([
  ["https_proxy", { https_proxy: proxy }, REMOTE, proxy],
  ["HTTPS_PROXY", { HTTPS_PROXY: proxy }, REMOTE, proxy],
  ["lower case before upper", { https_proxy: proxy, HTTPS_PROXY: "http://other" }, REMOTE, proxy],
  ["http_proxy only for http", { http_proxy: proxy }, REMOTE, undefined],
  ["http_proxy", { http_proxy: proxy }, "http://phoenix.example.com/", proxy],
  ["all_proxy", { all_proxy: proxy }, REMOTE, proxy],
  ["without a scheme", { https_proxy: "proxy.example.com:3128" }, REMOTE, proxy],
  ["blank", { https_proxy: "" }, REMOTE, undefined],
  ["a socks proxy", { all_proxy: "socks5://proxy.example.com" }, REMOTE, undefined],
  ["nothing set", {}, REMOTE, undefined],
  ["localhost", { http_proxy: proxy }, "http://localhost:6006/", undefined],
  ["127.0.0.1", { http_proxy: proxy }, "http://127.0.0.1:6006/", undefined],
  ["[::1]", { http_proxy: proxy }, "http://[::1]:6006/", undefined],
  ["a container's name", { http_proxy: proxy }, "http://phoenix:6006/", undefined],
  ["no_proxy of the host", { https_proxy: proxy, no_proxy: "a.b, phoenix.example.com" }, REMOTE, undefined],
  ["NO_PROXY of the domain", { https_proxy: proxy, NO_PROXY: ".example.com" }, REMOTE, undefined],
  ["no_proxy with a star domain", { https_proxy: proxy, no_proxy: "*.example.com" }, REMOTE, undefined],
  ["no_proxy of everything", { https_proxy: proxy, no_proxy: "*" }, REMOTE, undefined],
  ["no_proxy with the port", { https_proxy: proxy, no_proxy: "example.com:8443" }, REMOTE, undefined],
  ["no_proxy with another port", { https_proxy: proxy, no_proxy: "example.com:443" }, REMOTE, proxy],
  ["no_proxy of a block", { http_proxy: proxy, no_proxy: "10.0.0.0/8" }, "http://10.1.2.3:6006/", undefined],
  [
    "no_proxy of another block",
    { http_proxy: proxy, no_proxy: "10.0.0.0/16" },
    "http://10.1.2.3:6006/",
    proxy,
  ],
  ["no_proxy of no block", { http_proxy: proxy, no_proxy: "10.0.0.0/x" }, "http://10.1.2.3:6006/", proxy],
  ["no_proxy of half a name", { https_proxy: proxy, no_proxy: "ample.com" }, REMOTE, proxy],
])("proxyFor over HTTP: %s", (_, environment, url, expected) => {
  expect(proxyFor(url, environment)).toBe(expected);
});

test.each([
  ["grpc_proxy before the others", { grpc_proxy: proxy, https_proxy: "http://other" }, proxy],
  ["https_proxy, also for http", { https_proxy: proxy }, proxy],
  ["http_proxy, also for https", { http_proxy: proxy }, proxy],
  ["upper case", { HTTPS_PROXY: proxy }, undefined],
  ["all_proxy", { all_proxy: proxy }, undefined],
  ["no_proxy", { https_proxy: proxy, no_proxy: "example.com" }, undefined],
  [
    "no_grpc_proxy before no_proxy",
    { https_proxy: proxy, no_grpc_proxy: "other.com", no_proxy: "example.com" },
    proxy,
  ],
])("proxyFor over gRPC, as grpc-js has it: %s", (_, environment, expected) => {
  expect(proxyFor(REMOTE, environment, "grpc")).toBe(expected);
});
