// The folder, what is in its files, and who gets them: by providers of this process, against a real receiver.
import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  BatchSpanProcessor,
  HTTPSpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from "../../src/index.ts";
import { sumOf } from "../delivery/simulation.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { comeAfter, endSpans, leave, listen, namesIn, newFolder, spooling } from "./support.ts";

let receiver: OtlpReceiver;
let folder: string;
let said: string[];
beforeAll(async () => {
  receiver = await startOtlpReceiver();
});
afterAll(() => receiver.stop());
beforeEach(() => {
  receiver.forget();
  folder = newFolder();
  said = listen();
});

const only = (): string => path.join(folder, namesIn(folder, ".spool")[0]!);
const codes = (): string[] => said.map((line) => line.slice(0, 6));

describe("a file of the spool", () => {
  test("has the masked bytes and the destination, and no key, header value or user part", async () => {
    await leave(receiver, folder, {
      endpoint: receiver.httpUrl.replace("://", "://name:secret-user@"),
      headers: { "x-tenant": "secret-header" },
      apiKey: "secret-key",
      traceConfig: { hideInputs: true },
      prefix: "kept",
    });
    const text = readFileSync(only(), "latin1");
    expect(text).toContain(receiver.httpUrl);
    expect(text).toContain("kept-9");
    expect(text).toContain("__REDACTED__");
    expect(text).not.toMatch(/secret|xxxxx/);
    for (const secret of ["secret-user", "secret-key", "secret-header", "name:secret-user"]) {
      expect(text).not.toContain(Buffer.from(secret).toString("base64"));
    }
  });

  test("is there once for a process with several processors, whatever has its turn when", async () => {
    receiver.respond(() => ({ kind: "http", status: 404, body: "no" }));
    const own = { endpoint: receiver.httpUrl, protocol: "http/protobuf", flushOnExit: false } as const;
    const provider = spooling(receiver, folder, {
      spanProcessors: ["auto", new BatchSpanProcessor(own), new SimpleSpanProcessor(own)],
    });
    endSpans(provider, 5);
    await provider.shutdown({ timeoutMillis: 2_000 });
    receiver.forget();
    expect(namesIn(folder)).toHaveLength(1);
    const stats = await comeAfter(receiver, folder);
    expect(receiver.spanIds).toHaveLength(15);
    expect(stats.fromSpool).toBe(15);
    expect(namesIn(folder)).toEqual([]);
  });
});

describe("the counters", () => {
  test("know what is kept, and the sum holds", async () => {
    const stats = await leave(receiver, folder, { count: 7 });
    expect(stats).toMatchObject({ emitted: 7, spooled: 7, queued: 0, inFlight: 0, delivered: 0 });
    expect(stats.dropped.shutdown).toBe(0);
    expect(sumOf(stats) + stats.spooled!).toBe(7);
    expect(codes()).toEqual(["PHX407"]);
    expect(said[0]).toMatch(/^PHX407 7 spans were not delivered before shutdown\(\) ended and are kept in /);
    expect(said[0]).toContain("answered 401");
  });

  test("of the next process tell what came from the spool beside the sum", async () => {
    await leave(receiver, folder, { count: 7 });
    const provider = spooling(receiver, folder);
    endSpans(provider, 2);
    expect(await provider.flush()).toEqual({ delivered: 2, pending: 0, dropped: 0 });
    expect(provider.stats()).toMatchObject({ emitted: 2, delivered: 2, fromSpool: 7 });
    await provider.shutdown();
    expect(receiver.uniqueSpanCount).toBe(9);
  });

  test("have no new names where there is no spool", async () => {
    const provider = spooling(receiver, undefined);
    endSpans(provider, 1);
    await provider.shutdown();
    expect(Object.keys(provider.stats())).toEqual([
      "emitted",
      "delivered",
      "queued",
      "inFlight",
      "filtered",
      "dropped",
      "heldBytes",
    ]);
  });
});

describe("the next process", () => {
  test("sends with its own key and without being asked", async () => {
    await leave(receiver, folder, { apiKey: "old" });
    const provider = spooling(receiver, folder, { apiKey: "new" });
    await receiver.waitForSpans(10);
    await expect.poll(() => namesIn(folder)).toEqual([]);
    await provider.shutdown();
    expect(receiver.requests.map(({ headers }) => headers["authorization"])).toEqual(["Bearer new"]);
  });

  test.each([
    ["another project", { projectName: "other" }],
    ["our exporter", { spanProcessors: "exporter" }],
    ["the simple processor", { batch: false }],
  ])("with %s is the same destination", async (_name, options) => {
    await leave(receiver, folder);
    const exporter = (): HTTPSpanExporter => new HTTPSpanExporter({ endpoint: receiver.httpUrl });
    await comeAfter(receiver, folder, {
      ...options,
      spanProcessors:
        "spanProcessors" in options
          ? [new BatchSpanProcessor({ exporter: exporter(), flushOnExit: false })]
          : ["auto"],
    } as never);
    expect(receiver.uniqueSpanCount).toBe(10);
    expect(receiver.uniqueSpans[0]?.resource["openinference.project.name"]).toBe("default");
  });

  test.each([
    ["another path", (url: string) => `${url}/tenant-b`],
    ["another host name", (url: string) => url.replace("127.0.0.1", "localhost")],
    ["a query", (url: string) => `${url}/?a=b`],
  ])("at %s leaves the file as it is", async (_name, elsewhere) => {
    await leave(receiver, folder);
    const before = readFileSync(only());
    const names = namesIn(folder);
    await comeAfter(receiver, folder, { endpoint: elsewhere(receiver.httpUrl) });
    expect(receiver.requests).toEqual([]);
    expect(namesIn(folder)).toEqual(names);
    expect(readFileSync(only()).equals(before)).toBe(true);
    await comeAfter(receiver, folder);
    expect(receiver.uniqueSpanCount).toBe(10);
  });

  test("that mends a wrong protocol gets what was kept for it", async () => {
    const left = spooling(receiver, folder, { protocol: "grpc" });
    endSpans(left, 3);
    await left.shutdown({ timeoutMillis: 2_000 });
    expect(namesIn(folder)).toHaveLength(1);
    await comeAfter(receiver, folder);
    expect(receiver.uniqueSpanCount).toBe(3);
  });

  test("finds the guilty span of a file, delivers the others and removes the file", async () => {
    await leave(receiver, folder, { count: 20 });
    receiver.respond(({ spans }) =>
      spans.some(({ name }) => name === "left-13") ? { kind: "http", status: 400, body: "bad" } : undefined,
    );
    const stats = await comeAfter(receiver, folder);
    expect(stats.fromSpool).toBe(19);
    expect(codes().filter((code) => code !== "PHX407")).toEqual(["PHX312"]);
    expect(namesIn(folder)).toEqual([]);
  });

  test("halves what the server finds too large, and cuts a span that is", async () => {
    await leave(receiver, folder, { count: 3, bytes: 90_000 });
    await leave(receiver, folder, { count: 1, bytes: 300_000, prefix: "giant" });
    receiver.maxBytes(200_000);
    onTestFinished(() => receiver.maxBytes(Infinity));
    await comeAfter(receiver, folder);
    expect(receiver.uniqueSpans.map(({ name }) => name).toSorted()).toEqual([
      "giant-0",
      "left-0",
      "left-1",
      "left-2",
    ]);
    expect(codes()).toContain("PHX303");
  });

  test("goes on behind the requests that the last one got through", async () => {
    await leave(receiver, folder, { count: 30, bytes: 100_000 });
    const all = namesIn(folder);
    let requests = 0;
    receiver.respond(() => (++requests <= 2 ? undefined : { kind: "http", status: 401, body: "no" }));
    await comeAfter(receiver, folder);
    const first = receiver.uniqueSpanCount;
    expect(first).toBeGreaterThan(0);
    expect(first).toBeLessThan(30);
    expect(namesIn(folder)).toHaveLength(1);
    expect(namesIn(folder)[0]).toMatch(new RegExp(`^${path.parse(all[0]!).name}~2\\.spool$`));
    receiver.respond(undefined);
    await comeAfter(receiver, folder);
    expect(receiver.uniqueSpanCount).toBe(30);
    expect(receiver.spanIds).toHaveLength(30);
    expect(namesIn(folder)).toEqual([]);
  });

  test("says why nothing is taken, once, and leaves the file to others under its name", async () => {
    await leave(receiver, folder);
    const names = namesIn(folder);
    said.splice(0);
    receiver.respond(() => ({ kind: "http", status: 401, body: "no" }));
    const provider = spooling(receiver, folder);
    await provider.forceFlush();
    await expect.poll(() => codes()).toEqual(["PHX305"]);
    await provider.shutdown();
    expect(codes()).toEqual(["PHX305"]);
    expect(namesIn(folder)).toEqual(names);
  });
});

/** What somebody may have done to a whole file. */
const DAMAGES: Record<string, (file: string) => void> = {
  emptied: (file) => truncateSync(file),
  "cut by a byte": (file) => truncateSync(file, statSync(file).size - 1),
  "cut within the first line": (file) => truncateSync(file, 40),
  "cut behind the first line": (file) => truncateSync(file, readFileSync(file).indexOf("\n") + 1),
  "made longer": (file) => writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.from([0])])),
  "put into words": (file) => writeFileSync(file, "somebody's notes\n"),
  "of another version": (file) =>
    writeFileSync(file, readFileSync(file, "latin1").replace("spool 1 ", "spool 2 "), "latin1"),
  "given other addresses": (file) =>
    writeFileSync(file, readFileSync(file, "latin1").replace("127.0.0.1", "127.0.0.2"), "latin1"),
};

describe("a file that is not whole", () => {
  test.each(Object.entries(DAMAGES))("%s is set aside, told once and never sent", async (_name, damage) => {
    await leave(receiver, folder);
    const name = path.parse(only()).name;
    damage(only());
    said.splice(0);
    await comeAfter(receiver, folder);
    await comeAfter(receiver, folder);
    expect(receiver.requests).toEqual([]);
    expect(namesIn(folder)).toEqual([`${name}.bad`]);
    expect(codes()).toEqual(["PHX410"]);
    expect(said[0]).toContain(`${name}.spool`);
  });

  test("is known by any one byte that differs, and by any length", async () => {
    await leave(receiver, folder, { count: 3 });
    const whole = readFileSync(only());
    renameSync(only(), path.join(path.dirname(folder), "whole"));
    const file = path.join(folder, "damaged.spool");
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.oneof(fc.constant("cut" as const), fc.integer({ min: 1, max: 255 })),
        async (at, change) => {
          const bytes = Buffer.from(change === "cut" ? whole.subarray(0, at) : whole);
          if (change !== "cut") bytes[at]! ^= change;
          writeFileSync(file, bytes);
          await comeAfter(receiver, folder);
          expect(receiver.requests).toEqual([]);
          expect(namesIn(folder, ".spool")).toEqual([]);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("does not take the name of another one that was set aside", async () => {
    mkdirSync(folder);
    for (const content of ["one", "two"]) {
      writeFileSync(path.join(folder, "x.spool"), content);
      await comeAfter(receiver, folder);
    }
    expect(namesIn(folder)).toEqual(["x.1.bad", "x.bad"]);
    expect(readFileSync(path.join(folder, "x.bad"), "utf8")).toBe("one");
  });
});

test("other files, folders and links in the folder are left alone", async () => {
  await leave(receiver, folder);
  const elsewhere = path.join(path.dirname(folder), "elsewhere.spool");
  renameSync(only(), elsewhere);
  mkdirSync(path.join(folder, "folder.spool"));
  symlinkSync(elsewhere, path.join(folder, "link.spool"));
  symlinkSync("nowhere", path.join(folder, "dangling.spool"));
  writeFileSync(path.join(folder, "notes.txt"), "notes");
  copyFileSync(elsewhere, path.join(folder, "x.spool.bak"));
  copyFileSync(elsewhere, path.join(folder, "x.bad"));
  const before = namesIn(folder);
  said.splice(0);
  await comeAfter(receiver, folder);
  expect(receiver.requests).toEqual([]);
  expect(namesIn(folder)).toEqual(before);
  expect(lstatSync(path.join(folder, "link.spool")).isSymbolicLink()).toBe(true);
  expect(said).toEqual([]);
});

describe("maxBytes", () => {
  const sizeOf = (): number =>
    namesIn(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);

  test("bounds the folder: the oldest are kept, the others are counted and told", async () => {
    const stats = await leave(receiver, { dir: folder, maxBytes: 20_000 }, { count: 100, bytes: 1_000 });
    expect(sizeOf()).toBeLessThanOrEqual(20_000);
    expect(sizeOf()).toBeGreaterThan(15_000);
    expect(stats.spooled).toBeGreaterThan(10);
    expect(stats.spooled! + stats.dropped.shutdown).toBe(100);
    expect(codes().toSorted()).toEqual(["PHX318", "PHX407", "PHX408"]);
    expect(said.find((line) => line.startsWith("PHX408"))).toContain(`${stats.dropped.shutdown} spans`);
    await comeAfter(receiver, folder);
    expect(receiver.uniqueSpans.map(({ name }) => name)).toEqual(
      Array.from({ length: stats.spooled! }, (_, index) => `left-${index}`),
    );
  });

  test("counts what is there already, files that are set aside included", async () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, "x.bad"), Buffer.alloc(15_000));
    const stats = await leave(receiver, { dir: folder, maxBytes: 20_000 }, { count: 100, bytes: 1_000 });
    expect(sizeOf()).toBeLessThanOrEqual(20_000);
    expect(stats.spooled).toBeLessThan(5);
    const none = await leave(receiver, { dir: folder, maxBytes: 15_100 }, { count: 100, bytes: 1_000 });
    expect(none.spooled).toBeUndefined();
    expect(none.dropped.shutdown).toBe(100);
  });

  test("lets several requests in", async () => {
    const stats = await leave(receiver, folder, { count: 40, bytes: 100_000 });
    expect(stats.spooled).toBe(40);
    const { length } = readFileSync(only());
    expect(length).toBeGreaterThan(4_000_000);
    await comeAfter(receiver, folder);
    expect(receiver.spanIds).toHaveLength(40);
  });
});

describe("a folder that cannot be used", () => {
  test.each(["a file", "below a file", "nowhere"])(
    "%s is named once, and nothing else changes",
    async (kind) => {
      const file = path.join(path.dirname(folder), "file");
      writeFileSync(file, "");
      const dir = { "a file": file, "below a file": path.join(file, "x/y"), nowhere: "/proc/nowhere/spool" }[
        kind
      ]!;
      const stats = await leave(receiver, dir);
      expect(stats.dropped.shutdown).toBe(10);
      expect(codes()[0]).toBe("PHX409");
      expect(said[0]).toContain(dir);
      await leave(receiver, dir);
      expect(codes().filter((code) => code === "PHX409")).toHaveLength(1);
    },
  );
});

describe("who has a spool", () => {
  test("a processor of ours in the list of a provider that has one", async () => {
    receiver.respond(() => ({ kind: "http", status: 401, body: "no" }));
    const processor = new BatchSpanProcessor({
      endpoint: receiver.httpUrl,
      protocol: "http/protobuf",
      flushOnExit: false,
    });
    const provider = new TracerProvider({ spool: folder, spanProcessors: [processor] });
    endSpans(provider, 4);
    await provider.shutdown({ timeoutMillis: 2_000 });
    expect(namesIn(folder)).toHaveLength(1);
  });

  test("a processor that stands alone", async () => {
    receiver.respond(() => ({ kind: "http", status: 401, body: "no" }));
    const processor = new BatchSpanProcessor({
      endpoint: receiver.httpUrl,
      protocol: "http/protobuf",
      flushOnExit: false,
      spool: { dir: folder },
    });
    const provider = new TracerProvider({ spanProcessors: [processor] });
    endSpans(provider, 4);
    await processor.shutdown(2_000);
    expect(processor.stats().spooled).toBe(4);
    receiver.forget();
    await comeAfter(receiver, folder);
    expect(receiver.uniqueSpanCount).toBe(4);
  });

  test("nobody where tracing is off: what is stored stays", async () => {
    await leave(receiver, folder);
    vi.stubEnv("OTEL_SDK_DISABLED", "true");
    onTestFinished(() => void vi.unstubAllEnvs());
    const processor = new BatchSpanProcessor({
      endpoint: receiver.httpUrl,
      protocol: "http/protobuf",
      flushOnExit: false,
      spool: folder,
    });
    await processor.shutdown();
    expect(receiver.requests).toEqual([]);
    expect(namesIn(folder)).toHaveLength(1);
  });

  test("not one with an exporter of somebody else", () => {
    const exporter = { export: () => {}, shutdown: () => Promise.resolve() };
    expect(() => new BatchSpanProcessor({ exporter, spool: true })).toThrow(/^PHX105 .*spool/);
  });
});
