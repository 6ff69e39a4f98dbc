import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { resolveConfigIn } from "../../src/config/resolve-config.ts";
import { codes, resolve, surroundings, temporaryDirectory, writeEnvFile } from "./surroundings.ts";

const MAKE_PIPE = "mkfifo";

const below = (directory: string, ...names: string[]): string => {
  const folder = path.join(directory, ...names);
  mkdirSync(folder, { recursive: true });
  return folder;
};

describe("the search", () => {
  test("starts in the working directory and goes upward", () => {
    const root = temporaryDirectory();
    const file = writeEnvFile(root, "PHOENIX_PROJECT=up");
    const config = resolve({}, {}, below(root, "a", "b"));
    expect(config.projectName).toEqual({ value: "up", source: `PHOENIX_PROJECT in ${file}` });
    expect(config.problems).toEqual([]);
  });

  test("takes the nearest file and no other", () => {
    const root = temporaryDirectory();
    writeEnvFile(root, "PHOENIX_PROJECT=up\nPHOENIX_API_KEY=key");
    const nearest = below(root, "a");
    writeEnvFile(nearest, "PHOENIX_PROJECT=near");
    const config = resolve({}, {}, below(root, "a", "b"));
    expect(config.projectName.value).toBe("near");
    expect(config.headers.value).toEqual({});
  });

  test("finds nothing where there is nothing, or where the directory is gone", () => {
    const root = temporaryDirectory();
    rmSync(root, { recursive: true });
    expect(resolve({}, {}, root).projectName.source).toBe("default");
    expect(resolve({}, {}, undefined).problems).toEqual([]);
  });

  test.each(["false", "FALSE", "0", "no", "No", "off", " off "])(
    "is off with PHOENIX_DISCOVER_CONFIG=%s",
    (off) => {
      const root = temporaryDirectory();
      writeEnvFile(root, "PHOENIX_PROJECT=file");
      expect(resolve({}, { PHOENIX_DISCOVER_CONFIG: off }, root).projectName.value).toBe("default");
    },
  );

  test.each(["true", "1", "yes", "on", ""])("is on with PHOENIX_DISCOVER_CONFIG=%s", (on) => {
    const root = temporaryDirectory();
    writeEnvFile(root, "PHOENIX_PROJECT=file");
    const config = resolve({}, { PHOENIX_DISCOVER_CONFIG: on }, root);
    expect(config.projectName.value).toBe("file");
    expect(config.problems).toEqual([]);
  });
});

describe("a group of settings comes from one tier", () => {
  const FILE = [
    "PHOENIX_COLLECTOR_ENDPOINT=http://file:4317",
    "PHOENIX_GRPC_PORT=5555",
    "PHOENIX_API_KEY=file-key",
    "PHOENIX_CLIENT_HEADERS=x-file=1",
    "PHOENIX_PROJECT=file",
  ].join("\n");
  const root = temporaryDirectory();
  const file = writeEnvFile(root, FILE);

  test("each group alone from the file when the process names none of it", () => {
    const config = resolve({}, {}, root);
    expect(config.target).toEqual({
      value: {
        protocol: "grpc",
        url: "http://file:5555",
        fallback: { protocol: "http/protobuf", url: "http://file:4317/v1/traces" },
      },
      source: `PHOENIX_COLLECTOR_ENDPOINT in ${file}`,
    });
    expect(config.headers.value).toEqual({ authorization: "Bearer file-key", "x-file": "1" });
    expect(config.headers.sources).toEqual({
      authorization: `PHOENIX_API_KEY in ${file}`,
      "x-file": `PHOENIX_CLIENT_HEADERS in ${file}`,
    });
    expect(config.projectName).toEqual({ value: "file", source: `PHOENIX_PROJECT in ${file}` });
    expect(config.problems).toEqual([]);
  });

  test.each([
    "PHOENIX_COLLECTOR_ENDPOINT",
    "PHOENIX_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  ])("%s of the process claims the location, and only that", (variable) => {
    const config = resolve({}, { [variable]: "http://process:6006/x" }, root);
    expect(config.target.value.url).toContain("http://process:6006/x");
    expect(config.headers.value).toHaveProperty("x-file");
    expect(config.projectName.value).toBe("file");
  });

  test("PHOENIX_GRPC_PORT of the process alone claims the location", () => {
    const config = resolve({}, { PHOENIX_GRPC_PORT: "6666" }, root);
    expect(config.target).toMatchObject({ value: { url: "http://localhost:6666" }, source: "default" });
  });

  test("the option endpoint claims the location: the file's gRPC port does not count", () => {
    const config = resolve({ endpoint: "http://option:5555" }, {}, root);
    expect(config.target.value).toEqual({ protocol: "http/protobuf", url: "http://option:5555/v1/traces" });
  });

  test.each([
    ["PHOENIX_API_KEY", "mine"],
    ["PHOENIX_CLIENT_HEADERS", "authorization=Bearer mine"],
    ["OTEL_EXPORTER_OTLP_HEADERS", "authorization=Bearer mine"],
    ["OTEL_EXPORTER_OTLP_TRACES_HEADERS", "authorization=Bearer mine"],
  ])("%s of the process claims the credentials, and only those", (variable, value) => {
    const config = resolve({}, { [variable]: value }, root);
    expect(config.headers.value).toEqual({ authorization: "Bearer mine" });
    expect(config.target.value.url).toBe("http://file:5555");
  });

  test.each(["PHOENIX_PROJECT", "PHOENIX_PROJECT_NAME"])(
    "%s of the process claims the project",
    (variable) => {
      const config = resolve({}, { [variable]: "mine" }, root);
      expect(config.projectName).toEqual({ value: "mine", source: variable });
    },
  );

  test("an option leaves the rest of the file's credentials", () => {
    const config = resolve({ endpoint: "http://localhost:6006", apiKey: "mine" }, {}, root);
    expect(config.headers.value).toEqual({ authorization: "Bearer mine", "x-file": "1" });
  });
});

describe("the text of the file", () => {
  const project = (text: string): string => {
    const root = temporaryDirectory();
    writeEnvFile(root, text);
    return resolve({}, {}, root).projectName.value;
  };

  test.each([
    ["PHOENIX_PROJECT=a", "a"],
    ["\uFEFFPHOENIX_PROJECT=a", "a"],
    ["PHOENIX_PROJECT=a\r\nPHOENIX_API_KEY=k\r\n", "a"],
    ["  export  PHOENIX_PROJECT = a b ", "a b"],
    ["PHOENIX_PROJECT=a # comment", "a"],
    ["PHOENIX_PROJECT=a\t#comment", "a"],
    ["PHOENIX_PROJECT=a#b", "a#b"],
    ["PHOENIX_PROJECT=#a", "default"],
    ["PHOENIX_PROJECT= # nothing", "default"],
    ["PHOENIX_PROJECT=", "default"],
    ["# PHOENIX_PROJECT=a", "default"],
    ["PHOENIX_PROJECT='a # b'", "a # b"],
    ['PHOENIX_PROJECT="a # b" # comment', "a # b"],
    ["PHOENIX_PROJECT='a\\n'", "a\\n"],
    ['PHOENIX_PROJECT="a \\"b\\" \\\\ c"', 'a "b" \\ c'],
    ['PHOENIX_PROJECT="a\\tb"', "a\tb"],
    ["PHOENIX_PROJECT=a=b", "a=b"],
    ["PHOENIX_PROJECT=a\nPHOENIX_PROJECT=b", "b"],
    ["XPHOENIX_PROJECT=a", "default"],
    ["OTEL_RESOURCE_ATTRIBUTES=openinference.project.name=a", "default"],
  ])("%j gives the project %j", (text, expected) => {
    expect(project(text)).toBe(expected);
  });

  test("only PHOENIX_ keys count", () => {
    const root = temporaryDirectory();
    writeEnvFile(
      root,
      "OTEL_EXPORTER_OTLP_ENDPOINT=http://x:4317\nOTEL_EXPORTER_OTLP_HEADERS=a=1\nOTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://x:1\nOTEL_SDK_DISABLED=true",
    );
    const config = resolve({}, {}, root);
    expect(config.target.source).toBe("default");
    expect(config.headers.value).toEqual({});
    expect(config.disabled.value).toBe(false);
    expect(config.problems).toEqual([]);
  });

  test("a PHOENIX_ line that cannot be read is told by number, never by content; the others count", () => {
    const root = temporaryDirectory();
    const file = writeEnvFile(
      root,
      'PHOENIX_PROJECT=a\nPHOENIX_API_KEY: secret\nPHOENIX_API_KEY="secret\nother nonsense\n',
    );
    const config = resolve({}, {}, root);
    expect(config.projectName.value).toBe("a");
    expect(codes(config)).toEqual(["PHX112", "PHX112"]);
    expect(config.problems[0]?.message).toContain(`Line 2 of ${file}`);
    expect(config.problems[1]?.message).toContain("Line 3");
    expect(JSON.stringify(config.problems)).not.toContain("secret");
  });

  test("a wrong value is told with the file as its source", () => {
    const root = temporaryDirectory();
    const file = writeEnvFile(root, "PHOENIX_COLLECTOR_ENDPOINT=http//phoenix\nPHOENIX_GRPC_PORT=abc");
    const config = resolve({}, {}, root);
    expect(config.problems.map(({ message }) => message)).toEqual([
      `PHOENIX_COLLECTOR_ENDPOINT in ${file} is "http//phoenix", which is not a URL. Using http://localhost:6006 (default). Set it to "http://phoenix".`,
      `PHOENIX_GRPC_PORT in ${file} is "abc", which is not a port from 1 to 65535. Using 4317 (default). Set it to the port Phoenix takes gRPC on.`,
    ]);
  });
});

describe("whether the file is trusted", () => {
  /** What is said about the file in `child`, while a good file further up has a project. */
  const distrust = (root: string): string => {
    const child = below(root, "child");
    writeEnvFile(root, "PHOENIX_PROJECT=up");
    const { problems, projectName } = resolve({}, {}, child);
    const [problem, ...more] = problems;
    expect(projectName.value).toBe("default");
    expect(more).toEqual([]);
    expect(problem?.message).toContain(path.join(child, ".env.phoenix"));
    return `${problem?.code} ${problem?.message}`;
  };

  test("a directory of that name is not read, and ends the search", () => {
    const root = temporaryDirectory();
    below(root, "child", ".env.phoenix");
    expect(distrust(root)).toMatch(/^PHX109 /);
    expect(distrust(root)).toContain("not a regular file");
  });

  test("a pipe is not opened", () => {
    const root = temporaryDirectory();
    execFileSync(MAKE_PIPE, [path.join(below(root, "child"), ".env.phoenix")]);
    expect(distrust(root)).toMatch(/^PHX109 /);
    expect(distrust(root)).toContain("not a regular file");
  });

  test("a socket is not opened", async () => {
    const root = temporaryDirectory();
    const server = createServer();
    const listening = new Promise<void>((resolve) => {
      server.listen(path.join(below(root, "child"), ".env.phoenix"), resolve);
    });
    await listening;
    expect(distrust(root)).toContain("not a regular file");
    await new Promise((resolve) => server.close(resolve));
  });

  test.skipIf(process.geteuid?.() === 0)("a file that cannot be read, even one of our own, is told", () => {
    const root = temporaryDirectory();
    chmodSync(writeEnvFile(below(root, "child"), "PHOENIX_PROJECT=mine"), 0o000);
    expect(distrust(root)).toContain("it cannot be read (EACCES)");
  });

  test("a file over 64 KiB is not read, one of exactly 64 KiB is", () => {
    const root = temporaryDirectory();
    const text = "PHOENIX_PROJECT=big\n";
    writeEnvFile(below(root, "child"), text.padEnd(64 * 1024 + 1, "#"));
    expect(distrust(root)).toMatch(/^PHX109 /);
    expect(distrust(root)).toContain("65537 bytes, over the limit of 65536");
    writeEnvFile(below(root, "child"), text.padEnd(64 * 1024, "#"));
    expect(resolve({}, {}, below(root, "child")).projectName.value).toBe("big");
  });

  test("a file of another user is not read", () => {
    const root = temporaryDirectory();
    writeEnvFile(root, "PHOENIX_PROJECT=theirs");
    const userId = (process.geteuid?.() ?? 0) + 1;
    const config = resolveConfigIn({}, { ...surroundings({}, root), userId }, "register");
    expect(config.projectName.value).toBe("default");
    expect(codes(config)).toEqual(["PHX109"]);
    expect(config.problems[0]?.message).toContain(`this process runs as user ${userId}`);
  });

  test("a link counts when its target passes", () => {
    const root = temporaryDirectory();
    const target = path.join(root, "shared.env");
    writeFileSync(target, "PHOENIX_PROJECT=linked", { mode: 0o600 });
    const link = path.join(below(root, "child"), ".env.phoenix");
    symlinkSync(target, link);
    const config = resolve({}, {}, path.dirname(link));
    expect(config.projectName).toEqual({ value: "linked", source: `PHOENIX_PROJECT in ${link}` });
    expect(config.problems).toEqual([]);
  });

  test("a link to a directory or to nothing does not count", () => {
    const root = temporaryDirectory();
    symlinkSync(root, path.join(below(root, "child"), ".env.phoenix"));
    expect(distrust(root)).toMatch(/^PHX109 /);
    expect(distrust(root)).toContain("not a regular file");
    const dangling = temporaryDirectory();
    symlinkSync(path.join(dangling, "nowhere"), path.join(below(dangling, "child"), ".env.phoenix"));
    expect(distrust(dangling)).toMatch(/^PHX109 /);
    expect(distrust(dangling)).toContain("a link to nothing");
  });

  test.each([
    [0o600, undefined],
    [0o400, undefined],
    [0o640, "read"],
    [0o644, "read"],
    [0o604, "read"],
    [0o620, "write"],
    [0o666, "write"],
  ])("mode %o: others may %s", (mode, others) => {
    const root = temporaryDirectory();
    const file = writeEnvFile(root, "PHOENIX_PROJECT=file");
    chmodSync(file, mode);
    const config = resolve({}, {}, root);
    expect(config.projectName.value).toBe("file");
    const message = `Others can ${others} ${file} (mode ${mode.toString(8)}); it was used. Run "chmod 600 ${file}".`;
    expect(config.problems).toEqual(others === undefined ? [] : [{ code: "PHX110", message }]);
  });

  test("a file nothing is needed from is not looked at", () => {
    const root = temporaryDirectory();
    below(root, ".env.phoenix");
    const config = resolve(
      { endpoint: "http://localhost:6006", projectName: "mine" },
      { PHOENIX_API_KEY: "key" },
      root,
    );
    expect(config.problems).toEqual([]);
  });

  test("a file is told once, however many groups want it", () => {
    const root = temporaryDirectory();
    below(root, ".env.phoenix");
    expect(codes(resolve({}, {}, root))).toEqual(["PHX109"]);
  });
});

describe("credentials that go to the endpoint of a file", () => {
  const root = temporaryDirectory();
  const file = writeEnvFile(
    root,
    "PHOENIX_COLLECTOR_ENDPOINT=https://phoenix.example.com\nPHOENIX_PROJECT=p",
  );

  test.each([
    ["PHOENIX_API_KEY", {}, { PHOENIX_API_KEY: "secret" }],
    ["PHOENIX_CLIENT_HEADERS", {}, { PHOENIX_CLIENT_HEADERS: "x=secret" }],
    ["OTEL_EXPORTER_OTLP_HEADERS", {}, { OTEL_EXPORTER_OTLP_HEADERS: "x=secret" }],
    ["option apiKey", { apiKey: "secret" }, {}],
    ["option apiKey", { apiKey: () => "secret" }, {}],
    ["option headers", { headers: { "x-a": "secret" } }, {}],
    ["option headers", { headers: () => ({ "x-a": "secret" }) }, {}],
  ])("%s: one warning", (source, options, environment) => {
    const config = resolve(options, environment, root);
    expect(codes(config)).toEqual(["PHX111"]);
    expect(config.problems[0]?.message).toMatch(new RegExp(`^${source} goes to phoenix\\.example\\.com`));
    expect(config.problems[0]?.message).toContain(`PHOENIX_COLLECTOR_ENDPOINT in ${file}`);
    expect(config.problems[0]?.message).not.toContain("secret");
  });

  test("no warning when the endpoint is the process's, or the key the file's", () => {
    const environment = { PHOENIX_API_KEY: "k", PHOENIX_COLLECTOR_ENDPOINT: "https://mine.example.com" };
    expect(resolve({}, environment, root).problems).toEqual([]);
    expect(resolve({ endpoint: "https://mine.example.com", apiKey: "k" }, {}, root).problems).toEqual([]);
    const whole = temporaryDirectory();
    writeEnvFile(whole, "PHOENIX_COLLECTOR_ENDPOINT=https://phoenix.example.com\nPHOENIX_API_KEY=k");
    expect(resolve({}, {}, whole).problems).toEqual([]);
  });
});
