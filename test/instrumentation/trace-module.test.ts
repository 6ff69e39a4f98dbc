// Whole SDKs, by the prototypes of their classes: each loaded copy, clients made before and after.
import { createRequire } from "node:module";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { catalogue } from "../../src/instrumentation/catalogue.ts";
import { traceModule, untraceModules } from "../../src/instrumentation/trace-module.ts";
import { traceClient } from "../../src/index.ts";
import { recordSpans, type RecordedSpans } from "../decorators/support/recorded-spans.ts";
import { startModelServer, type ModelServer } from "../support/model-server.ts";
import { SDKS, type Client } from "./sdk-clients.ts";

const require = createRequire(import.meta.url);
let server: ModelServer;
let recorded: RecordedSpans;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());
beforeEach(() => {
  recorded = recordSpans();
});
afterEach(async () => {
  untraceModules();
  await recorded.stop();
});

const COPIES = {
  "ES module": (name: string): Promise<Client> => import(name),
  CommonJS: (name: string): Promise<Client> => Promise.resolve(require(name)),
};

test("every SDK of the catalogue is tested, and no other", () => {
  expect(new Set(SDKS.map(({ sdk }) => sdk))).toEqual(new Set(catalogue.map(({ sdk }) => sdk)));
});

describe.each(SDKS)("$installed $sdk", ({ installed, sdk, make, calls }) => {
  // The CommonJS build of this version cannot be loaded by anybody.
  const copies = Object.entries(COPIES).filter(([name]) => installed !== "genai0" || name === "ES module");
  describe.each(copies)("%s", (_name, load) => {
    let exports: Client;
    beforeAll(async () => {
      exports = await load(installed);
    });

    test.each(calls)(
      "$name is one span for each call, of a client made before and of one made after",
      async (call) => {
        const { run, span, calls: count = 1 } = call;
        const before = make(exports, server.url);
        expect(traceModule(sdk, exports)).toBe(true);
        expect(traceModule(sdk, exports)).toBe(true);
        await run(before);
        await run(make(exports, server.url));
        // A client that is traced for itself, too, has no second span.
        await run(traceClient(make(exports, server.url)));
        const all = 3 * count;
        await expect.poll(() => recorded.spans.length).toBeGreaterThanOrEqual(all);
        expect(recorded.spans.map(({ name }) => name)).toEqual(Array.from({ length: all }, () => span));
      },
    );

    test("untraced, it is as it was", async () => {
      const [call] = calls;
      traceModule(sdk, exports);
      untraceModules(sdk);
      await call?.run(make(exports, server.url));
      expect(recorded.spans).toEqual([]);
    });
  });
});

const fail = (): never => {
  throw new Error("hostile");
};

test.each<[what: string, sdk: string, exports: () => unknown]>([
  ["nothing", "openai", () => undefined],
  ["null", "openai", () => null],
  ["no classes", "openai", () => ({})],
  ["a text", "openai", () => "exports"],
  ["another class of the name", "openai", () => ({ OpenAI: Map })],
  ["what throws at every look", "openai", () => new Proxy({}, { get: fail })],
  ["a package that is not known", "unknown", () => ({ OpenAI: Map })],
  ["no classes of cohere-ai", "cohere-ai", () => ({})],
  ["a class that throws", "@mistralai/mistralai", () => ({ Mistral: fail })],
])("given %s, it traces nothing and throws nothing", (_what, sdk, exports) => {
  expect(traceModule(sdk, exports())).toBe(false);
});
