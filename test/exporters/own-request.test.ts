// Tests and instrumentations take node:http over for the program's requests; a delivery is none of them.
import http from "node:http";
import { afterEach, beforeEach, expect, it } from "vitest";
import { HttpSender } from "../../src/exporters/http/http-sender.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { encodeSpans } from "./encode-spans.ts";

const { request, get, ClientRequest } = http;
let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  Object.assign(http, { request, get, ClientRequest });
  await receiver.stop();
});

const refuse = (): never => {
  throw new Error("an unexpected request");
};

class Refusing extends ClientRequest {
  constructor() {
    refuse();
    super("");
  }
}

it.each([
  ["functions", { request: refuse, get: refuse }],
  ["a class that inherits", { ClientRequest: Refusing }],
  ["a proxy", { ClientRequest: new Proxy(ClientRequest, { construct: refuse }) }],
  [
    "a proxy of a class that inherits",
    { ClientRequest: new Proxy(Refusing, { construct: refuse }), request: refuse },
  ],
])("a delivery goes past %s in the place of what makes requests", async (_, replaced) => {
  Object.assign(http, replaced);
  const sender = new HttpSender({ url: `${receiver.httpUrl}/v1/traces` });
  expect(await sender.send(encodeSpans(2), 5_000)).toMatchObject({ kind: "http", status: 200 });
  expect(receiver.uniqueSpanCount).toBe(2);
  sender.close();
});
