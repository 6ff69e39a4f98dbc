import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { LiveHeaders } from "../../src/config/live-headers.ts";
import type { RegisterOptions } from "../../src/index.ts";
import { codes, resolve } from "./surroundings.ts";

const CLIENT = "PHOENIX_CLIENT_HEADERS";

describe("the two formats", () => {
  test.each([
    ["api_key=abc", { api_key: "abc" }],
    ["a=1,b=2", { a: "1", b: "2" }],
    ["a=1,b=2,", { a: "1", b: "2" }],
    ["a=1,b=2, ,", { a: "1", b: "2" }],
    [" A = 1 , B = 2 ", { a: "1", b: "2" }],
    ["a=b=c", { a: "b=c" }],
    ["a=", { a: "" }],
    ["a=1,A=2", { a: "2" }],
    ["authorization=Bearer%20tok", { authorization: "Bearer tok" }],
    ["authorization=Bearer tok", { authorization: "Bearer tok" }],
    ["a=100%", { a: "100%" }],
    ["a=%41%zz%42", { a: "A%zzB" }],
    ["a=%ff%41", { a: "%ff%41" }],
    ["a=%C3%A9", { a: "é" }],
    ["a=x%2Cy", { a: "x,y" }],
    ["a=x+y", { a: "x+y" }],
    ['{"a": "1", "X-B": "x%20y"}', { a: "1", "x-b": "x%20y" }],
    [' {"a": "1"} ', { a: "1" }],
    ["{}", {}],
  ])("%s", (text, expected) => {
    const config = resolve({}, { [CLIENT]: text });
    expect(config.headers.value).toEqual(expected);
    expect(config.problems).toEqual([]);
  });

  test.each([
    ["a=1,broken,c=3", { a: "1", c: "3" }, ['part 2 of 3 (it has no "=")']],
    ["=1,b=2", { b: "2" }, ["part 1 of 2 (its name is no header name)"]],
    ["%20=x", {}, ["part 1 of 1 (its name is no header name)"]],
    ["a b=1,c=2", { c: "2" }, ["part 1 of 2 (its name is no header name)"]],
    ["a=%E2%82%AC,b=2", { b: "2" }, ["part 1 of 2 (its value has characters a header cannot hold)"]],
    ["a=x%0d%0aevil:1,b=2", { b: "2" }, ["part 1 of 2 (its value has characters a header cannot hold)"]],
    ["a=x%0A", {}, ["part 1 of 1 (its value has characters a header cannot hold)"]],
    ["a=%00,b,c=%7f", {}, ["part 1 of 3", 'part 2 of 3 (it has no "=")', "part 3 of 3"]],
    ['{"a": "1", "b": 2, "c": null}', { a: "1" }, ["part 2 of 3 (its value is not text)", "part 3 of 3"]],
    ['{"a": "1"', {}, ["the whole value (it is not valid JSON)"]],
  ])("%s: the broken parts are told by position, the good ones hold", (text, expected, parts) => {
    const config = resolve({}, { [CLIENT]: text });
    expect(config.headers.value).toEqual(expected);
    expect(codes(config)).toEqual(["PHX106"]);
    for (const part of parts) expect(config.problems[0]?.message).toContain(part);
  });

  test("the names that JavaScript objects reserve are names like others", () => {
    const { value } = resolve({}, { [CLIENT]: "__proto__=1,constructor=2,toString=3" }).headers;
    expect(Object.entries(value)).toEqual([
      ["__proto__", "1"],
      ["constructor", "2"],
      ["tostring", "3"],
    ]);
  });
});

describe("who wins, key by key", () => {
  const environment = {
    PHOENIX_API_KEY: "from-key",
    [CLIENT]: "authorization=from-client,a=from-client,b=from-client",
    OTEL_EXPORTER_OTLP_TRACES_HEADERS: "authorization=from-traces,b=from-traces,c=from-traces",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=from-otlp,c=from-otlp,d=from-otlp",
  };

  test("option headers, apiKey, PHOENIX_API_KEY, PHOENIX_CLIENT_HEADERS, OTEL…TRACES_HEADERS, OTEL…HEADERS", () => {
    const config = resolve({ headers: { A: "from-option" } }, environment);
    expect(config.headers.value).toEqual({
      a: "from-option",
      authorization: "Bearer from-key",
      b: "from-client",
      c: "from-traces",
      d: "from-otlp",
    });
    expect(config.headers.sources).toEqual({
      a: "option headers",
      authorization: "PHOENIX_API_KEY",
      b: CLIENT,
      c: "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
      d: "OTEL_EXPORTER_OTLP_HEADERS",
    });
    expect(config.headers.source).toBe(
      "option headers, PHOENIX_API_KEY, PHOENIX_CLIENT_HEADERS, OTEL_EXPORTER_OTLP_TRACES_HEADERS, OTEL_EXPORTER_OTLP_HEADERS",
    );
  });

  test.each([
    [{ headers: { Authorization: "mine" }, apiKey: "k" }, environment, "mine", "option headers"],
    [{ apiKey: " k " }, environment, "Bearer k", "option apiKey"],
    [{ apiKey: " " }, environment, "Bearer from-key", "PHOENIX_API_KEY"],
    [{}, { ...environment, PHOENIX_API_KEY: " k\n" }, "Bearer k", "PHOENIX_API_KEY"],
    [{}, { ...environment, PHOENIX_API_KEY: "" }, "from-client", CLIENT],
    [{}, { OTEL_EXPORTER_OTLP_HEADERS: "authorization=x" }, "x", "OTEL_EXPORTER_OTLP_HEADERS"],
  ])("%j", (options, variables, value, source) => {
    const { headers } = resolve(options, variables);
    expect(headers.value["authorization"]).toBe(value);
    expect(headers.sources["authorization"]).toBe(source);
  });

  test("nothing set sends nothing", () => {
    expect(resolve().headers).toMatchObject({ value: {}, sources: {}, source: "default" });
  });

  test("the user part of an endpoint is sent as a header, after all the others, and is in no URL", () => {
    const endpoint = "https://na%40me:pass%3Aword@phoenix.example.com:6006/x";
    const config = resolve({ endpoint });
    expect(config.target.value.url).toBe("https://phoenix.example.com:6006/x/v1/traces");
    expect(config.headers.value).toEqual({
      authorization: `Basic ${Buffer.from("na@me:pass:word").toString("base64")}`,
    });
    expect(config.headers.sources).toEqual({ authorization: "user part of option endpoint" });
    expect(resolve({ endpoint, apiKey: "k" }).headers.value["authorization"]).toBe("Bearer k");
    expect(resolve({ endpoint: "http://name@phoenix:4317" }).headers.value["authorization"]).toBe(
      `Basic ${Buffer.from("name:").toString("base64")}`,
    );
  });
});

describe("functions", () => {
  const never = (): never => {
    throw new Error("A function was called.");
  };

  test("are not called by resolveConfig", () => {
    const config = resolve({ apiKey: never, headers: never }, { PHOENIX_API_KEY: "k", [CLIENT]: "a=1" });
    expect(config.headers.value).toEqual({ a: "1" });
    expect(config.headers.sources).toEqual({ a: CLIENT, authorization: "option apiKey" });
    expect(config.headers.source).toBe("option headers, option apiKey, PHOENIX_CLIENT_HEADERS");
  });

  /** What gives the headers of each request. */
  const provider = (options: RegisterOptions, environment = {}): LiveHeaders => {
    const { live } = resolve({ ...options }, environment).headers;
    if (live === undefined) throw new Error("No function gives headers.");
    return live;
  };

  /** What asking for headers throws or rejects with. */
  const failure = async (headers: ReturnType<typeof provider>): Promise<unknown> => {
    try {
      return await headers();
    } catch (error) {
      return error;
    }
  };

  test("are asked before every request, sync or async", async () => {
    let count = 0;
    const headers = provider(
      {
        apiKey: async () => {
          count += 1;
          return `key-${count}`;
        },
        headers: () => ({ "X-Count": String(count) }),
      },
      { PHOENIX_API_KEY: "old", [CLIENT]: "x-count=0,a=1" },
    );
    expect(count).toBe(0);
    expect(await headers()).toEqual({ authorization: "Bearer key-1", "x-count": "1", a: "1" });
    expect(await headers()).toEqual({ authorization: "Bearer key-2", "x-count": "2", a: "1" });
  });

  test("that are synchronous make nobody wait, not even the exit flush", () => {
    const headers = provider({ apiKey: () => "k", headers: () => ({ A: "1" }) });
    expect(headers()).toEqual({ authorization: "Bearer k", a: "1" });
  });

  test("without any, nothing is asked", () => {
    expect(resolve({ headers: { A: "1" }, apiKey: "k" }).headers.live).toBeUndefined();
  });

  test("give a fresh object each time, and the headers that need no asking stand beside them", async () => {
    const headers = provider({ headers: { A: "1" }, apiKey: () => "k" });
    const first = await headers();
    expect(first).toEqual({ a: "1", authorization: "Bearer k" });
    first["a"] = "changed";
    expect(await headers()).toEqual({ a: "1", authorization: "Bearer k" });
    expect(headers.fixed).toEqual({ a: "1" });
  });

  test("headers() wins over apiKey(), and apiKey() loses to an authorization among the headers", async () => {
    expect(await provider({ apiKey: () => "k", headers: async () => ({ Authorization: "mine" }) })()).toEqual(
      { authorization: "mine" },
    );
    expect(await provider({ apiKey: never, headers: { Authorization: "mine" } })()).toEqual({
      authorization: "mine",
    });
  });

  test("a blank key from apiKey() means none", async () => {
    expect(await provider({ apiKey: () => " " }, { PHOENIX_API_KEY: "old" })()).toEqual({});
  });

  test.each<[string, RegisterOptions, string]>([
    [
      "apiKey() throws",
      {
        apiKey: () => {
          throw new TypeError("secret");
        },
      },
      "PHX121",
    ],
    ["apiKey() rejects", { apiKey: () => Promise.reject(new Error("secret")) }, "PHX121"],
    [
      "headers() throws what is no error",
      {
        headers: () => {
          throw "secret";
        },
      },
      "PHX121",
    ],
    ["apiKey() gives a key that cannot be sent", { apiKey: () => "sec\nret" }, "PHX108"],
    ["apiKey() gives no text", { apiKey: () => undefined as never }, "PHX108"],
    ["headers() gives a header that cannot be sent", { headers: () => ({ a: "sec\nret" }) }, "PHX107"],
    ["headers() gives no object", { headers: () => "a=secret" as never }, "PHX107"],
    ["headers() gives a Headers object", { headers: () => new Headers({ a: "secret" }) as never }, "PHX107"],
  ])("%s: the request fails, and no secret is shown", async (_, options, code) => {
    const error = await failure(provider(options));
    expect(error).toMatchObject({ name: "PhoenixConfigError", code });
    expect((error as Error).message).toMatch(/apiKey|headers/);
    expect((error as Error).message).not.toMatch(/secret|sec\nret/);
  });

  test("a failed function keeps its error as the cause, and may succeed the next time", async () => {
    let fails = true;
    const headers = provider({
      apiKey: () => {
        if (fails) throw new RangeError("no vault");
        return "k";
      },
    });
    const error = await failure(headers);
    expect(error).toMatchObject({ cause: new RangeError("no vault") });
    expect((error as Error).message).toContain("RangeError");
    fails = false;
    expect(await headers()).toEqual({ authorization: "Bearer k" });
  });
});

test("no printed form shows a header's value", () => {
  const config = resolve({ headers: { "x-a": "secret-1" }, apiKey: "secret-2" });
  for (const text of [JSON.stringify(config), inspect(config, { depth: 9 }), inspect(config.headers)]) {
    expect(text).not.toContain("secret");
    expect(text).toContain("x-a");
    expect(text).toContain("****");
  }
  expect(config.toJSON()["headers"]).toMatchObject({ value: { "x-a": "****", authorization: "****" } });
});
