// What belongs to a machine and not to the question never stands in a recorded value.
import Anthropic from "@anthropic-ai/sdk";
import { createOpenAI } from "@ai-sdk/openai";
import { GoogleGenAI } from "@google/genai";
import { jsonSchema } from "ai";
import { CohereClient } from "cohere-ai";
import http from "node:http";
import { PassThrough } from "node:stream";
import OpenAI, { AzureOpenAI } from "openai";
import OpenAI4 from "openai4";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { capture } from "../../src/capture/capture.ts";
import { listenOnOwnPort } from "../support/own-ports.ts";

const secret = "sk-live-very-secret-0123456789";
const written = (value: unknown): string => capture(value, 1_000_000)?.value ?? "";

describe("an SDK's client is recorded by its name", () => {
  const openai = new OpenAI({ apiKey: secret });
  test.each<[string, object, string]>([
    ["openai", openai, '"[OpenAI]"'],
    ["openai4", new OpenAI4({ apiKey: secret }), '"[OpenAI]"'],
    ["Azure", new AzureOpenAI({ apiKey: secret, endpoint: "http://x", apiVersion: "1" }), '"[AzureOpenAI]"'],
    ["anthropic", new Anthropic({ apiKey: secret }), '"[Anthropic]"'],
    ["anthropic by token", new Anthropic({ authToken: secret, apiKey: null }), '"[Anthropic]"'],
    ["by a header", new OpenAI({ apiKey: "k", defaultHeaders: { "x-api-key": secret } }), '"[OpenAI]"'],
    ["google", new GoogleGenAI({ apiKey: secret }), '"[GoogleGenAI]"'],
    ["cohere", new CohereClient({ token: secret }), '"[CustomClient]"'],
  ])("%s", (_sdk, client, name) => {
    expect(written(client)).toBe(name);
    expect(written({ deps: [new Map([["client", client]])] })).not.toContain(secret);
  });

  test("where a part of it holds it", () => {
    expect(written(openai.chat.completions)).toContain('"_client":"[OpenAI]"');
    expect(written(new GoogleGenAI({ apiKey: secret }).models)).not.toContain(secret);
  });

  test("of AWS's kind, which has its keys in its settings", () => {
    class BedrockRuntimeClient {
      readonly config = { region: "eu", credentials: { secretAccessKey: secret } };
      readonly middlewareStack = {};
      send(): void {}
    }
    expect(written(new BedrockRuntimeClient())).toBe('"[BedrockRuntimeClient]"');
  });
});

describe("a program's own class is recorded as before", () => {
  test.each<[string, object, string]>([
    [
      "with a client",
      new (class Deps {
        llm = new OpenAI({ apiKey: secret });
        retries = 3;
      })(),
      '{"llm":"[OpenAI]","retries":3}',
    ],
    [
      "named like one of Node's",
      new (class Agent {
        goal = "find";
      })(),
      '{"goal":"find"}',
    ],
    [
      "with a token of its own",
      new (class Page {
        token = "next";
        url = "/a";
      })(),
      '{"token":"next","url":"/a"}',
    ],
    [
      "but for a key in it",
      new (class Settings {
        apiKey = secret;
        model = "m";
      })(),
      '{"apiKey":"[redacted]","model":"m"}',
    ],
    [
      "with options",
      new (class Search {
        options = { depth: 2 };
      })(),
      '{"options":{"depth":2}}',
    ],
  ])("%s", (_what, value, json) => {
    expect(written(value)).toBe(json);
  });

  test("and plain data is never touched", () => {
    const data = { token: "a", headers: ["name", "age"], cookies: "chocolate", header: "Title" };
    expect(written(data)).toBe(JSON.stringify(data));
  });
});

describe("a request", () => {
  test.each<[string, unknown]>([
    [
      "of fetch",
      new Request("http://x/?key=" + secret, { headers: { authorization: secret, cookie: secret } }),
    ],
    ["as fetch's settings", { method: "POST", headers: { Authorization: secret, "X-Api-Key": secret } }],
    [
      "with headers in pairs",
      {
        headers: [
          ["Authorization", secret],
          ["accept", "*/*"],
        ],
      },
    ],
    ["with a Headers object", { headers: new Headers({ "set-cookie": secret }) }],
    ["with raw headers", { rawHeaders: ["Cookie", secret, "accept", "*/*"] }],
    [
      "of axios",
      {
        url: "/",
        auth: { password: secret },
        headers: { Authorization: secret },
        adapter: "http",
        validateStatus() {},
      },
    ],
  ])("%s has no credentials", (_kind, request) => {
    expect(written(request)).not.toContain(secret);
    expect(written(request)).toMatch(/redacted|x-|accept|url/i);
  });

  test("keeps the headers that are none", () => {
    expect(written({ headers: { authorization: secret, accept: "text/html", "x-request-id": "7" } })).toBe(
      '{"headers":{"authorization":"[redacted]","accept":"text/html","x-request-id":"7"}}',
    );
  });
});

describe("Node's own", () => {
  let server: http.Server;
  const seen: string[] = [];
  beforeAll(async () => {
    server = http.createServer((request, response) => {
      Object.assign(request, { body: { q: "moss" } });
      response.setHeader("set-cookie", secret);
      response.end();
      seen.push(written(request), written(response));
    });
    await listenOnOwnPort(server);
  });
  afterAll(() => void server.close());

  test("requests and responses are what they ask and answer", async () => {
    const { port } = server.address() as { port: number };
    const headers = { authorization: secret, cookie: secret };
    const [request, response] = await new Promise<[http.ClientRequest, http.IncomingMessage]>((resolve) => {
      const sent = http.get({ port, host: "127.0.0.1", path: "/ask", headers }, (answer) => {
        answer.resume().on("end", () => resolve([sent, answer]));
      });
    });
    expect(JSON.parse(seen[0] ?? "")).toMatchObject({ method: "GET", url: "/ask", body: { q: "moss" } });
    expect(JSON.parse(seen[1] ?? "")).toMatchObject({ statusCode: 200 });
    expect(JSON.parse(written(response))).toMatchObject({ statusCode: 200 });
    expect(JSON.parse(written(request))).toMatchObject({ method: "GET", path: "/ask" });
    for (const text of [...seen, written(request), written(response)]) {
      expect(text).not.toContain(secret);
      expect(text.length).toBeLessThan(1_000);
    }
  });

  test("sockets, streams and the process are named", () => {
    expect(written([new http.Agent(), new PassThrough(), process, server])).toBe(
      '["[Agent]","[PassThrough]","[process]","[Server]"]',
    );
  });
});

test("a response of axios is its status and its data", () => {
  const response = {
    status: 200,
    statusText: "OK",
    headers: { "set-cookie": [secret], etag: "1" },
    config: { headers: { Authorization: secret } },
    request: {},
    data: { id: 1 },
  };
  expect(JSON.parse(written(response))).toEqual({
    status: 200,
    statusText: "OK",
    headers: { "set-cookie": "[redacted]", etag: "1" },
    data: { id: 1 },
  });
});

describe("what SDKs are told", () => {
  test("a model of the AI SDK is its provider and its id", () => {
    const model = createOpenAI({ apiKey: secret, headers: { "x-api-key": secret } }).chat("gpt-4o");
    expect(written({ model })).toBe('{"model":{"provider":"openai.chat","modelId":"gpt-4o"}}');
  });

  test("a schema is JSON schema", () => {
    const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] };
    expect(JSON.parse(written(z.object({ a: z.string() })))).toMatchObject(schema);
    expect(JSON.parse(written({ inputSchema: jsonSchema(schema as never) }))).toEqual({
      inputSchema: { jsonSchema: schema },
    });
  });

  test("a schema that cannot be written is named", () => {
    class Schema {
      readonly "~standard" = { version: 1, vendor: "mine", validate: () => ({}) };
      readonly _def = { deep: { deeper: 1 } };
    }
    expect(written(new Schema())).toBe('"[Schema]"');
  });
});

describe("a data URL over the limit", () => {
  const image = `data:image/png;base64,${Buffer.alloc(3_000).toString("base64")}`;

  test("is named with its type and size, and what follows it stays", () => {
    expect(capture(image, 500)?.value).toBe("[image/png: 3000 bytes]");
    expect(capture({ before: 1, url: image, after: 2 }, 500)?.value).toBe(
      '{"before":1,"url":"[image/png: 3000 bytes]","after":2}',
    );
  });

  test("within it stands as it is", () => {
    expect(capture({ url: image }, 10_000)?.value).toBe(JSON.stringify({ url: image }));
  });
});
