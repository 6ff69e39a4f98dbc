import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, expectTypeOf, test } from "vitest";
import { VARIABLES } from "../../src/config/environment.ts";
import type { Diagnostic, RegisterOptions, Resolved, Target } from "../../src/index.ts";
import { resolveConfig } from "../../src/index.ts";
import { resolve, temporaryDirectory, thrownBy, writeEnvFile } from "./surroundings.ts";

const BUILT = fileURLToPath(new URL("../../dist/node.mjs", import.meta.url));

describe("resolveConfig()", () => {
  test("reads the environment and the directory of the process, and prints nothing", () => {
    const root = temporaryDirectory();
    const file = writeEnvFile(root, "PHOENIX_PROJECT=rag");
    const program = path.join(root, "program.mjs");
    writeFileSync(
      program,
      `import { resolveConfig } from ${JSON.stringify(BUILT)};
       const before = process.listenerCount("exit") + process.listenerCount("beforeExit");
       const { target, projectName, problems } = resolveConfig();
       const after = process.listenerCount("exit") + process.listenerCount("beforeExit");
       process.stdout.write(JSON.stringify({ target, projectName, problems: problems.length, listeners: after - before }));`,
    );
    const { stdout, stderr, status } = spawnSync(process.execPath, [program], {
      cwd: root,
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"],
        OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
        PHOENIX_GRPC_PORT: "x",
      },
    });
    expect({ stderr, status }).toEqual({ stderr: "", status: 0 });
    expect(JSON.parse(stdout)).toEqual({
      target: {
        value: { protocol: "http/protobuf", url: "http://collector:4318/v1/traces" },
        source: "OTEL_EXPORTER_OTLP_ENDPOINT",
      },
      projectName: { value: "rag", source: `PHOENIX_PROJECT in ${file}` },
      problems: 1,
      listeners: 0,
    });
  });

  test("names itself in its errors", () => {
    const error = thrownBy(() => resolveConfig({ batch: "yes" as never }));
    expect(error.message).toBe('PHX105 resolveConfig({ batch: "yes" }): batch is true or false.');
  });

  test("changes neither options nor environment", () => {
    const options = Object.freeze({ endpoint: " phoenix ", headers: Object.freeze({ "X-A": "1" }) });
    const environment = Object.freeze({ PHOENIX_API_KEY: " k " });
    expect(resolve(options, environment).headers.value).toEqual({ "x-a": "1", authorization: "Bearer k" });
  });

  test("is typed", () => {
    expectTypeOf(resolveConfig).parameter(0).toEqualTypeOf<RegisterOptions | undefined>();
    expectTypeOf(resolveConfig().target).toEqualTypeOf<Resolved<Target>>();
    expectTypeOf(resolveConfig().problems).toEqualTypeOf<readonly Diagnostic[]>();
    expectTypeOf<{ protocol: "http" }>().not.toExtend<RegisterOptions>();
    expectTypeOf<{ apiKey: () => Promise<string> }>().toExtend<RegisterOptions>();
    expectTypeOf<{ spanProcessors: ["auto"] }>().toExtend<RegisterOptions>();
    expectTypeOf<{ forceFlushTimeoutMillis: number }>().toExtend<RegisterOptions>();
  });
});

describe("secrets", () => {
  // A secret that is told apart from everything else a message may hold.
  const secret = fc
    .string({
      unit: fc.constantFrom(..."abcXYZ019!#$&'()*+-.;<>^_`|~éß".split("")),
      minLength: 3,
      maxLength: 12,
    })
    .map((text) => `SECRET${text}SECRET`);
  const odd = fc.constantFrom("", "\u0000", "\n", "€", ",", "=", '"', "{", "%zz");
  const oddSecret = fc.tuple(secret, odd, secret).map((parts) => parts.join(""));
  const anySecret = fc.oneof(secret, oddSecret);

  const shows = (text: string): boolean => /SECRET/.test(text) || /U0VDUkVU/.test(text);

  const printed = (
    options: Record<string, unknown>,
    environment: Record<string, string>,
    directory?: string,
  ): string => {
    try {
      const config = resolve(options, environment, directory);
      return [JSON.stringify(config), JSON.stringify(config.problems), inspect(config, { depth: 9 })].join(
        "\n",
      );
    } catch (error) {
      return `${(error as Error).message}\n${(error as Error).stack}`;
    }
  };

  const defined = <T>(record: Record<string, T | undefined>): Record<string, T> =>
    Object.fromEntries(
      Object.entries(record).filter((entry): entry is [string, T] => entry[1] !== undefined),
    );
  const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

  const userPart = fc
    .tuple(secret, secret)
    .map(([a, b]) => `${encodeURIComponent(a)}:${encodeURIComponent(b)}@`);
  const endpoint = fc
    .tuple(
      fc.constantFrom("http://", "https://", "", "grpc://", "http//", "ftp://", "http:/", "https:"),
      userPart,
      fc.constantFrom(
        "phoenix",
        "phoenix.example.com",
        "[::1]",
        "app.phoenix.arize.com",
        "",
        "a b",
        "exa<mple",
      ),
      fc.constantFrom("", ":4317", ":6006", ":0", ":99999", ":x"),
      fc.constantFrom("", "/", "/x", "/v1/traces", "?a=b", "/x y"),
    )
    .map((parts) => parts.join(""));
  const headerText = fc.oneof(
    anySecret.map((value) => `authorization=${value},x=${value},${value}`),
    anySecret.map((value) => JSON.stringify({ authorization: value, x: value, n: 1 })),
    anySecret.map((value) => `{"authorization": "${value}`),
  );
  const environment = fc
    .record({
      PHOENIX_COLLECTOR_ENDPOINT: maybe(endpoint),
      PHOENIX_ENDPOINT: maybe(endpoint),
      OTEL_EXPORTER_OTLP_ENDPOINT: maybe(endpoint),
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: maybe(endpoint),
      OTEL_EXPORTER_OTLP_PROTOCOL: maybe(fc.constantFrom("grpc", "http/protobuf", "http")),
      PHOENIX_API_KEY: maybe(anySecret),
      PHOENIX_CLIENT_HEADERS: maybe(headerText),
      OTEL_EXPORTER_OTLP_HEADERS: maybe(headerText),
      OTEL_EXPORTER_OTLP_TRACES_HEADERS: maybe(headerText),
    })
    .map((record) => defined<string>(record));
  const options = fc
    .record({
      endpoint: maybe(endpoint),
      url: fc.option(endpoint, { nil: undefined, freq: 9 }),
      protocol: maybe(fc.constantFrom("grpc", "http/protobuf", "infer")),
      apiKey: maybe(anySecret),
      headers: maybe(anySecret.map((value) => ({ authorization: value, "x-a": value }))),
    })
    .map((record) => defined<unknown>(record));

  test("the key, header values and the user part of a URL are in no printed form, problem or error", () => {
    fc.assert(
      fc.property(options, environment, (given, variables) => {
        expect(shows(printed(given, variables))).toBe(false);
      }),
      { numRuns: 600 },
    );
  });

  test("nor are those of a file", () => {
    const root = temporaryDirectory();
    fc.assert(
      fc.property(environment, anySecret, (variables, value) => {
        const lines = Object.entries(variables).map(([name, text]) => `${name}=${text}`);
        writeEnvFile(root, [...lines, `PHOENIX_API_KEY="${value}`, `PHOENIX_API_KEY ${value}`].join("\n"));
        expect(shows(printed({}, {}, root))).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test("the check above sees a secret where there is one", () => {
    const config = resolve({ apiKey: "SECRETaSECRET", endpoint: "https://SECRET:x@phoenix" });
    expect(shows(JSON.stringify(config.headers.value))).toBe(true);
    expect(shows(Buffer.from("SECRET:x").toString("base64"))).toBe(true);
  });

  test("an endpoint is refused or gives URLs to that very host, whatever it is put together from", () => {
    const part = (...texts: string[]) => fc.constantFrom("", ...texts);
    const text = fc
      .tuple(
        part("http://", "https://", "HTTP://", "grpc://", "constructor://", "//", "http:", "x:"),
        part("u:p@", "u@", "@", "a@b@"),
        part(
          "h",
          "H.example",
          "127.1",
          "[::1]",
          "[::1",
          "::1",
          "app.phoenix.arize.com",
          "ü.example",
          "%41",
          "h%00",
          "*",
        ),
        part(":", ":1", ":65535", ":65536", ":01", ":+1", ":1.5", ":1:2", ": 1"),
        part("/", "//", "/a/../b", "/a//b/", "/v1/traces", "/v1/traces//", "a", "/ü", "/%zz", "\\a"),
        part("?", "?a", "?a=http://x/v1/traces", "??", "?a#b", "#", "#a?b", "&"),
      )
      .map((parts) => parts.join(""));
    let accepted = 0;
    fc.assert(
      fc.property(text, fc.constantFrom("grpc", "http/protobuf", "infer"), (endpoint, protocol) => {
        const { target, problems } = resolve({ protocol }, { PHOENIX_COLLECTOR_ENDPOINT: endpoint });
        if (endpoint === "") return;
        const refused = problems.some(({ code }) => code === "PHX101");
        const refusal = refused ? thrownBy(() => resolve({ endpoint, protocol })).code : undefined;
        expect([refused, refusal]).toEqual(refused ? [true, "PHX101"] : [false, undefined]);
        expect(target.source).toBe(refused ? "default" : "PHOENIX_COLLECTOR_ENDPOINT");
        if (refused) return;
        accepted += 1;
        const byOption = resolve({ endpoint, protocol }).target.value;
        const urls = [target.value, target.value.fallback ?? target.value, byOption].map(({ url }) => url);
        const full = /^\w+:\/\//.test(endpoint) ? endpoint : `http://${endpoint}`;
        const { hostname } = new URL(full.replace(/^grpc:/i, "http:"));
        expect(urls.map((url) => new URL(url).hostname)).toEqual([hostname, hostname, hostname]);
      }),
      { numRuns: 1500 },
    );
    expect(accepted).toBeGreaterThan(100);
  });

  test("whatever the environment holds, nothing throws", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...VARIABLES), fc.string({ unit: "binary" })),
        (variables) => {
          const config = resolve({}, variables);
          expect(() => new URL(config.target.value.url)).not.toThrow();
          for (const { message } of config.problems) expect(message).not.toMatch(/[\n\r]/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
