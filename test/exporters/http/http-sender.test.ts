import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent, createServer, get, type IncomingMessage, type Server } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { connect, createServer as createTcpServer, type Socket } from "node:net";
import { randomBytes } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HttpSender, type HttpSenderOptions } from "../../../src/exporters/http/http-sender.ts";
import { type ConnectProxy, startConnectProxy } from "../../support/connect-proxy.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../../support/otlp-receiver.ts";
import { startStopwatch } from "../../support/stopwatch.ts";
import { encodeSpans } from "../encode-spans.ts";
import { listenOnOwnPort } from "../../support/own-ports.ts";

const closers: (() => unknown)[] = [];
let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  await receiver.stop();
});

const REQUEST = encodeSpans(3);

const senderFor = (options: Partial<HttpSenderOptions> = {}): HttpSender => {
  const sender = new HttpSender({ url: `${receiver.httpUrl}/v1/traces`, ...options });
  closers.push(() => sender.close());
  return sender;
};

/** A TCP server for answers that no HTTP server gives. */
const rawServer = async (onConnection: (socket: Socket, index: number) => void): Promise<string> => {
  let connections = 0;
  const server = createTcpServer((socket) => {
    socket.on("error", () => undefined);
    closers.push(() => socket.destroy());
    onConnection(socket, connections++);
  });
  closers.push(() => server.close());
  return listen(server);
};

const listen = async (server: Server | ReturnType<typeof createTcpServer>): Promise<string> =>
  `http://127.0.0.1:${await listenOnOwnPort(server)}/v1/traces`;

describe("a delivered request", () => {
  test("arrives whole, with protobuf content type and the given headers", async () => {
    const sender = senderFor({ headers: { authorization: "Bearer key" }, userAgent: "my-app" });
    const answer = await sender.send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "http", status: 200 });
    expect(receiver.spans).toHaveLength(3);
    expect(receiver.requests[0]?.headers).toMatchObject({
      authorization: "Bearer key",
      "content-type": "application/x-protobuf",
      "user-agent": "my-app phoenix-otel",
    });
  });

  test("uses the connection of the one before", async () => {
    const ports = new Set<number | undefined>();
    const server = createServer((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume().on("end", () => response.end());
    });
    closers.push(() => server.close());
    const sender = senderFor({ url: await listen(server) });
    for (let index = 0; index < 3; index++) await sender.send(REQUEST, 5000);
    expect(ports.size).toBe(1);
    sender.close();
  });

  test("opens a connection each time with keepAlive: false", async () => {
    const ports = new Set<number | undefined>();
    const server = createServer((request, response) => {
      ports.add(request.socket.remotePort);
      request.resume().on("end", () => response.end());
    });
    closers.push(() => server.close());
    const sender = senderFor({ url: await listen(server), keepAlive: false });
    for (let index = 0; index < 3; index++) await sender.send(REQUEST, 5000);
    expect(ports.size).toBe(3);
  });

  test("keeps the query string of its URL and shows no user part", async () => {
    const url = `${receiver.httpUrl.replace("//", "//user:secret@")}/v1/traces?team=a`;
    const sender = senderFor({ url });
    await sender.send(REQUEST, 5000);
    expect(receiver.requests[0]?.path).toBe("/v1/traces?team=a");
    expect(receiver.requests[0]?.headers["authorization"]).toBe(`Basic ${btoa("user:secret")}`);
    expect(sender.url).toBe(`${receiver.httpUrl}/v1/traces?team=a`);
  });
});

describe("an answer", () => {
  test.each([301, 400, 401, 403, 404, 413, 422, 429, 500, 502, 503, 504])(
    "of %i comes back after one request",
    async (status) => {
      receiver.answer(status);
      const answer = await senderFor().send(REQUEST, 5000);
      expect(answer).toMatchObject({ kind: "http", status });
      expect(receiver.requests).toHaveLength(1);
    },
  );

  test.each([
    ["7", 7000],
    ["0", 0],
    ["Wed, 21 Oct 2015 07:28:00 GMT", 0],
  ])("with Retry-After %s says when to come again", async (value, millis) => {
    const url = await rawServer((socket) => {
      socket.once("data", () =>
        socket.end(`HTTP/1.1 503 Busy\r\nretry-after: ${value}\r\ncontent-length: 0\r\n\r\n`),
      );
    });
    expect(await senderFor({ url }).send(REQUEST, 5000)).toMatchObject({ retryAfterMillis: millis });
  });

  test("with a date as Retry-After says how long it is until then", async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    receiver.answer(503, { retryAfter: date });
    const beforeMillis = Date.now();
    const answer = await senderFor().send(REQUEST, 5000);
    const afterMillis = Date.now();
    const millis = "retryAfterMillis" in answer ? answer.retryAfterMillis : undefined;
    expect(millis).toBeGreaterThanOrEqual(Date.parse(date) - afterMillis);
    expect(millis).toBeLessThanOrEqual(Date.parse(date) - beforeMillis);
  });

  test.each(["soon", "-5", ""])("with Retry-After %j has none", async (value) => {
    const url = await rawServer((socket) => {
      socket.once("data", () =>
        socket.end(`HTTP/1.1 503 Busy\r\nretry-after: ${value}\r\ncontent-length: 0\r\n\r\n`),
      );
    });
    expect(await senderFor({ url }).send(REQUEST, 5000)).not.toHaveProperty("retryAfterMillis");
  });

  const answerTo = async (status: number, contentType: string, body: string | Uint8Array) => {
    const server = createServer((request, response) => {
      request.resume();
      response.writeHead(status, contentType === "" ? {} : { "content-type": contentType }).end(body);
    });
    closers.push(() => server.close());
    return senderFor({ url: await listen(server) }).send(REQUEST, 5000);
  };

  test.each([
    [200, "text/html", "<h1>Sign in</h1>"],
    [200, "text/html; charset=utf-8", "Sign in"],
    [200, "", "\n <!DOCTYPE html><p>Sign in"],
    [403, "text/plain", "<html>no</html>"],
  ])("of %i with a web page is told as one: %s %j", async (status, contentType, body) => {
    expect(await answerTo(status, contentType, body)).toMatchObject({ kind: "http", status, isPage: true });
  });

  test.each([
    ["text/html", ""],
    ["application/json", "{}"],
    ["application/x-protobuf", Uint8Array.of(0x0a, 7, 0x08)],
    ["application/x-protobuf", Uint8Array.of(0xff, 0xff)],
    ["text/plain", "ok, thanks"],
  ])("of 200 with %s %j is a plain success", async (contentType, body) => {
    expect(await answerTo(200, contentType, body)).toEqual({ kind: "http", status: 200 });
  });

  test("shows a partial success", async () => {
    receiver.partial(2, "two were bad");
    expect(await senderFor().send(REQUEST, 5000)).toEqual({
      kind: "http",
      status: 200,
      partialSuccess: { rejectedSpans: 2, text: "two were bad" },
    });
  });

  test("of a refusal has its first words, on one line", async () => {
    const words = `bad\r\n\u001b[31mspan${"!".repeat(5000)}`;
    expect(await answerTo(400, "text/plain", words)).toEqual({
      kind: "http",
      status: 400,
      text: `bad [31mspan${"!".repeat(188)}`,
    });
  });

  test("of a refusal as google.rpc.Status has the message in it", async () => {
    const status = Buffer.concat([Buffer.from([0x08, 3, 0x12, 8]), Buffer.from("bad span")]);
    expect(await answerTo(400, "application/x-protobuf", status)).toMatchObject({ text: "bad span" });
    expect(await answerTo(400, "application/x-protobuf", "no status")).toMatchObject({ text: "no status" });
  });

  test("without end is cut at 64 KiB", async () => {
    const server = createServer((request, response) => {
      request.resume();
      const more = (): void =>
        void (response.write(Buffer.alloc(16_384)) ? setImmediate(more) : response.once("drain", more));
      response.on("close", () => response.destroy());
      more();
    });
    closers.push(
      () => server.closeAllConnections(),
      () => server.close(),
    );
    const answer = await senderFor({ url: await listen(server) }).send(REQUEST, 5000);
    expect(answer).toEqual({ kind: "http", status: 200 });
  });

  test.each(["closes", "keeps"])(
    "of 413 in the middle of an upload is read when the server then %s the connection",
    async (then) => {
      const url = await rawServer((socket) => {
        socket.once("data", () => {
          socket.pause();
          socket.write("HTTP/1.1 413 Too Large\r\ncontent-length: 9\r\n\r\ntoo large");
          if (then === "closes") socket.end();
        });
      });
      const sender = senderFor({ url });
      for (let index = 0; index < 5; index++) {
        const answer = await sender.send(randomBytes(8 * 1024 * 1024), 5000);
        expect(answer).toMatchObject({ kind: "http", status: 413 });
      }
    },
  );

  test("that breaks off in a success is a network fault, in a refusal the refusal", async () => {
    const broken = (status: string) => (socket: Socket) => {
      socket.once("data", () => socket.end(`HTTP/1.1 ${status}\r\ncontent-length: 100\r\n\r\nhalf`));
    };
    const success = await senderFor({ url: await rawServer(broken("200 OK")) }).send(REQUEST, 5000);
    const refusal = await senderFor({ url: await rawServer(broken("401 No")) }).send(REQUEST, 5000);
    expect(success).toMatchObject({ kind: "network", code: "ECONNRESET" });
    expect(refusal).toMatchObject({ kind: "http", status: 401 });
  });
});

describe("the deadline", () => {
  test("ends an attempt on a silent server", async () => {
    receiver.hang();
    const startMillis = performance.now();
    const stopwatch = startStopwatch();
    expect(await senderFor().send(REQUEST, 300)).toMatchObject({ kind: "network", code: "ETIMEDOUT" });
    expect(performance.now() - startMillis).toBeGreaterThan(250);
    expect(stopwatch.millis()).toBeLessThan(3000);
  });

  test("is total: an answer that drips does not stretch it", async () => {
    const url = await rawServer((socket) => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n");
      const drip = setInterval(() => socket.write("x"), 50);
      socket.on("close", () => clearInterval(drip));
    });
    const stopwatch = startStopwatch();
    expect(await senderFor({ url }).send(REQUEST, 400)).toMatchObject({ kind: "network", code: "ETIMEDOUT" });
    expect(stopwatch.millis()).toBeLessThan(3000);
  });

  test("covers a headers function that never answers", async () => {
    const sender = senderFor({ headers: () => new Promise(() => undefined) });
    expect(await sender.send(REQUEST, 100)).toMatchObject({ kind: "network", code: "ETIMEDOUT" });
    expect(receiver.requests).toHaveLength(0);
  });
});

describe("a connection", () => {
  test("refused says so, as a fresh connection", async () => {
    const url = `${receiver.httpUrl}/v1/traces`;
    await receiver.stop();
    const answer = await senderFor({ url }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "ECONNREFUSED", freshConnection: true });
    await receiver.start();
  });

  test("to a host that does not exist says so", async () => {
    const answer = await senderFor({ url: "http://no-such-host.invalid/v1/traces" }).send(REQUEST, 5000);
    expect(answer.kind).toBe("network");
    expect("code" in answer && answer.code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  test("reset on first use comes back as a reset and is not tried again", async () => {
    receiver.reset();
    expect(await senderFor().send(REQUEST, 5000)).toMatchObject({
      kind: "network",
      code: "ECONNRESET",
      freshConnection: true,
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test("that was kept and has died meanwhile is replaced within the same attempt", async () => {
    let served = 0;
    const url = await rawServer((socket, index) => {
      socket.on("data", () => {
        // The first connection serves one request and dies with the second, like a restarted server.
        if (index === 0 && served > 0) {
          socket.resetAndDestroy();
          return;
        }
        served++;
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      });
    });
    const sender = senderFor({ url });
    const small = REQUEST.subarray(0, 100);
    expect(await sender.send(small, 5000)).toMatchObject({ kind: "http", status: 200 });
    expect(await sender.send(small, 5000)).toMatchObject({ kind: "http", status: 200 });
    expect(served).toBe(2);
  });

  test("survives an outage of the server", async () => {
    const sender = senderFor();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    await receiver.stop();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ code: "ECONNREFUSED" });
    await receiver.start();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ status: 200 });
  });

  test("to a gRPC port, and of plain HTTP to a TLS port, are network faults with a code", async () => {
    const secure = await startOtlpReceiver({ tls: true });
    closers.push(() => secure.stop());
    const toGrpc = await senderFor({ url: `${receiver.grpcUrl}/v1/traces` }).send(REQUEST, 5000);
    const plain = secure.httpUrl.replace("https", "http");
    const toTls = await senderFor({ url: `${plain}/v1/traces` }).send(REQUEST, 5000);
    expect(toGrpc).toMatchObject({ kind: "network", code: "HPE_INVALID_CONSTANT" });
    expect(toTls).toMatchObject({ kind: "network", code: "ECONNRESET" });
  });
});

describe("headers", () => {
  test("of a function are asked for with every request", async () => {
    let asked = 0;
    const sender = senderFor({ headers: async () => ({ authorization: `Bearer ${++asked}` }) });
    await sender.send(REQUEST, 5000);
    await sender.send(REQUEST, 5000);
    const seen = receiver.requests.map(({ headers }) => headers["authorization"]);
    expect(seen).toEqual(["Bearer 1", "Bearer 2"]);
  });

  test.each([
    [
      "throws",
      () => {
        throw new TypeError("Bearer secret");
      },
    ],
    ["rejects", () => Promise.reject(new TypeError("Bearer secret"))],
  ])("of a function that %s are an answer without the secret", async (_, headers) => {
    const answer = await senderFor({ headers }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "ERR_HEADERS_FUNCTION" });
    expect(JSON.stringify(answer)).toContain("TypeError");
    expect(JSON.stringify(answer)).not.toContain("secret");
  });

  test("that cannot be sent are an answer without the value", async () => {
    const answer = await senderFor({ headers: { authorization: "Bearer\nsecret" } }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "ERR_INVALID_CHAR" });
    expect(JSON.stringify(answer)).not.toContain("secret");
  });
});

describe("TLS", () => {
  const secureUrl = async (
    mtls = false,
  ): Promise<{
    url: string;
    secure: OtlpReceiver;
    file: (name: "authority" | "client", part: "certFile" | "keyFile") => { path: string; source: string };
  }> => {
    const secure = await startOtlpReceiver(mtls ? { mtls } : { tls: true });
    closers.push(() => secure.stop());
    return {
      url: `${secure.httpUrl}/v1/traces`,
      secure,
      file: (name, part) => ({
        path: secure.certificates?.[name][part] ?? "",
        source: "OTEL_EXPORTER_OTLP_CERTIFICATE",
      }),
    };
  };

  test("trusts the certificate file it is given", async () => {
    const { url, secure, file } = await secureUrl();
    const answer = await senderFor({ url, tls: { certificate: file("authority", "certFile") } }).send(
      REQUEST,
      5000,
    );
    expect(answer).toMatchObject({ kind: "http", status: 200 });
    expect(secure.spans).toHaveLength(3);
  });

  test("trusts nobody it does not know", async () => {
    const { url } = await secureUrl();
    const answer = await senderFor({ url }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
  });

  test("shows the client certificate", async () => {
    const { url, secure, file } = await secureUrl(true);
    const tls = {
      certificate: file("authority", "certFile"),
      clientKey: file("client", "keyFile"),
      clientCertificate: file("client", "certFile"),
    };
    expect(await senderFor({ url, tls }).send(REQUEST, 5000)).toMatchObject({ status: 200 });
    expect((await senderFor({ url, tls: { certificate: tls.certificate } }).send(REQUEST, 5000)).kind).toBe(
      "network",
    );
    expect(secure.spans).toHaveLength(3);
  });

  test.each([
    [
      "a file that is not there",
      { certificate: { path: "/no/such.pem", source: "OTEL_EXPORTER_OTLP_CERTIFICATE" } },
      /OTEL_EXPORTER_OTLP_CERTIFICATE is "\/no\/such.pem", which cannot be read \(ENOENT\)/,
    ],
    [
      "half a client identity",
      { clientKey: { path: "/a.pem", source: "OTEL_EXPORTER_OTLP_CLIENT_KEY" } },
      /OTEL_EXPORTER_OTLP_CLIENT_KEY is set, but the client certificate/,
    ],
  ])("says what is wrong with %s", async (_, tls, message) => {
    const { url } = await secureUrl();
    const answer = await senderFor({ url, tls }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "ERR_TLS_FILE" });
    expect("message" in answer && answer.message).toMatch(message);
  });

  test("takes agent options and agent factories as the stock exporter does", async () => {
    const { url, secure, file } = await secureUrl();
    const ca = readFileSync(file("authority", "certFile").path, "utf8");
    const byOptions = senderFor({ url, httpAgentOptions: { ca } });
    const byFactory = senderFor({
      url,
      httpAgentOptions: (protocol) => (protocol === "https:" ? new SecureAgent({ ca }) : new Agent()),
    });
    expect(await byOptions.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    expect(await byFactory.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    expect(secure.requests).toHaveLength(2);
    expect(byOptions.exitRoutes()[0]?.tls?.ca).toBe(ca);
    expect(byFactory.exitRoutes()[0]?.tls?.ca).toBe(ca);
  });
});

describe("an agent of the program", () => {
  /** Answers every request, and keeps those to `/slow` until they are told to go on. */
  const patientServer = async () => {
    const waiting: (() => void)[] = [];
    const sockets = new Set<Socket>();
    const server = createServer((request, response) => {
      const answer = (): void => void response.end("done");
      if (request.url === "/slow") waiting.push(answer);
      else request.resume().on("end", answer);
    });
    server.on("connection", (socket) => sockets.add(socket));
    closers.push(() => (server.closeAllConnections(), server.close()));
    const url = await listen(server);
    return { url, sockets, goOn: () => waiting.splice(0).forEach((answer) => answer()), waiting };
  };

  const keepAlive = (): Agent => {
    const agent = new Agent({ keepAlive: true });
    closers.push(() => agent.destroy());
    return agent;
  };

  test("is used, and its other request goes on when the sender closes", async () => {
    const { url, waiting, goOn } = await patientServer();
    const agent = keepAlive();
    const own = get(new URL("/slow", url), { agent });
    const answered = once(own, "response");
    await expect.poll(() => waiting.length).toBe(1);
    const sender = senderFor({ url, httpAgentOptions: () => agent });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    const idle = Object.values(agent.freeSockets).flat();
    sender.close();
    await setImmediate();
    expect(idle.map((socket) => socket?.destroyed)).toEqual([false]);
    goOn();
    await expect(answered).resolves.toBeDefined();
  });

  test("keeps its other idle connections when one of them turns out to be dead", async () => {
    const { url: otherUrl } = await patientServer();
    let requests = 0;
    const url = await rawServer((socket, index) => {
      let served = false;
      socket.on("data", () => {
        // Kept connections die with the next request; the fourth one lives.
        if (served && index < 3) {
          socket.resetAndDestroy();
          return;
        }
        served = true;
        requests++;
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      });
    });
    const agent = keepAlive();
    const ask = async (target: string): Promise<void> => {
      const [response] = (await once(get(target, { agent }), "response")) as [IncomingMessage];
      await once(response.resume(), "end");
    };
    await Promise.all([ask(otherUrl), ask(url), ask(url), ask(url)]);
    await setImmediate();
    const others = Object.entries(agent.freeSockets).find(([name]) =>
      name.includes(new URL(otherUrl).port),
    )?.[1];
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(4);
    const sender = senderFor({ url, httpAgentOptions: () => agent });
    expect(await sender.send(REQUEST.subarray(0, 100), 5000)).toMatchObject({ kind: "http", status: 200 });
    expect(requests).toBe(4);
    expect(others?.map((socket) => socket.destroyed)).toEqual([false]);
  });
});

describe("closing", () => {
  test("while the connection is being opened leaves none behind", async () => {
    let opened = 0;
    const url = await rawServer((socket) => {
      opened++;
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"));
    });
    const sender = senderFor({ url });
    const sent = sender.send(REQUEST.subarray(0, 100), 5000);
    sender.close();
    expect(await sent).toMatchObject({ kind: "network", code: "ECONNRESET" });
    expect(opened).toBe(0);
    expect(await sender.send(REQUEST.subarray(0, 100), 5000)).toMatchObject({ status: 200 });
    expect(opened).toBe(1);
  });

  test("closes what is kept, and a later request opens a connection again", async () => {
    const sender = senderFor();
    await sender.send(REQUEST, 5000);
    sender.close();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    expect(receiver.requests).toHaveLength(2);
  });

  test("an attempt to open that fails late leaves the connection of now alone", async () => {
    const agents: Agent[] = [];
    let fail: ((error: Error) => void) | undefined;
    const sender = senderFor({
      httpAgentOptions: async () => {
        if (fail === undefined) await new Promise((_, reject) => (fail = reject));
        const agent = new Agent({ keepAlive: true });
        agents.push(agent);
        return agent;
      },
    });
    const first = sender.send(REQUEST, 5000);
    await expect.poll(() => fail).toBeDefined();
    sender.close();
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    fail?.(new Error("late"));
    expect(await first).toMatchObject({ kind: "network", message: "late" });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    expect(agents).toHaveLength(1);
    for (const agent of agents) agent.destroy();
  });

  test("two attempts whose connection cannot be opened both say so, and the next one opens it", async () => {
    let asked = 0;
    const sender = senderFor({
      httpAgentOptions: async () => {
        if (asked++ === 0) throw new Error("not yet");
        return new Agent();
      },
    });
    const answers = await Promise.all([sender.send(REQUEST, 5000), sender.send(REQUEST, 5000)]);
    expect(answers.map(({ kind }) => kind)).toEqual(["network", "network"]);
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    expect(asked).toBe(2);
  });
});

describe("compression", () => {
  const BIG = encodeSpans(20);

  test("auto leaves requests to this machine as they are", async () => {
    await senderFor().send(BIG, 5000);
    expect(receiver.requests[0]).toMatchObject({ encoding: "identity", byteLength: BIG.byteLength });
  });

  test("gzip by name packs even small ones to this machine", async () => {
    await senderFor({ compression: "gzip" }).send(REQUEST, 5000);
    expect(receiver.requests[0]?.encoding).toBe("gzip");
    expect(receiver.spans).toHaveLength(3);
  });

  /** A host that is far away by name and is the receiver by its agent. */
  const far = (options: Partial<HttpSenderOptions> = {}): HttpSender =>
    senderFor({
      url: "http://phoenix.example.com/v1/traces",
      httpAgentOptions: () => {
        const agent = new Agent();
        return Object.assign(agent, {
          createConnection: () => connect(Number(new URL(receiver.httpUrl).port), "127.0.0.1"),
        });
      },
      ...options,
    });

  test.each(["10.1.2.3", "172.20.0.5", "192.168.7.7", "[fd00::7]", "phoenix", "phoenix.internal"])(
    "auto leaves requests to the private host %s as they are",
    async (host) => {
      await far({ url: `http://${host}/v1/traces` }).send(BIG, 5000);
      expect(receiver.requests[0]).toMatchObject({ encoding: "identity", byteLength: BIG.byteLength });
    },
  );

  test("auto packs requests to another host", async () => {
    await far().send(BIG, 5000);
    expect(receiver.requests[0]?.encoding).toBe("gzip");
    expect(receiver.requests[0]?.byteLength).toBeLessThan(BIG.byteLength / 2);
    expect(receiver.spans).toHaveLength(20);
  });

  test("auto does not bother with small requests, nor with what does not shrink", async () => {
    await far().send(REQUEST.subarray(0, 2000), 5000);
    await far().send(randomBytes(50_000), 5000);
    expect(receiver.requests.map(({ encoding }) => encoding)).toEqual(["identity", "identity"]);
  });

  test("none by name packs nothing", async () => {
    await far({ compression: "none" }).send(BIG, 5000);
    expect(receiver.requests[0]?.encoding).toBe("identity");
  });

  test("auto stops when the server cannot read it, and nothing is lost", async () => {
    receiver.answer(415);
    const sender = far();
    expect(await sender.send(BIG, 5000)).toMatchObject({ status: 200 });
    await sender.send(BIG, 5000);
    expect(receiver.requests.map(({ encoding }) => encoding)).toEqual(["gzip", "identity", "identity"]);
  });
});

describe("a proxy", () => {
  const startProxy = async (status?: number, secure?: boolean): Promise<ConnectProxy> => {
    const proxy = await startConnectProxy(status, secure);
    closers.push(() => proxy.close());
    return proxy;
  };
  const credentials = `Basic ${btoa("user:pass")}`;

  test("is asked for an http URL", async () => {
    const { url: proxy, seen } = await startProxy();
    const sender = senderFor({ url: "http://phoenix.example.com/v1/traces?a=1", proxy });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    expect(seen).toEqual([`POST http://phoenix.example.com/v1/traces?a=1 ${credentials}`]);
  });

  test.each([200, 201, 204])("is tunnelled through to an https URL, with %i", async (status) => {
    const { url: proxy, seen } = await startProxy(status);
    const secure = await startOtlpReceiver({ tls: true });
    closers.push(() => secure.stop());
    const { port } = new URL(secure.httpUrl);
    const certificate = { path: secure.certificates?.authority.certFile ?? "", source: "CA" };
    const sender = senderFor({ url: `https://localhost:${port}/v1/traces`, proxy, tls: { certificate } });
    expect(await sender.send(REQUEST, 5000)).toMatchObject({ status: 200 });
    expect(seen).toEqual([`CONNECT localhost:${port} ${credentials}`]);
    expect(secure.spans).toHaveLength(3);
  });

  test.each(["http", "https"])(
    "of TLS that nobody vouches for is told as the proxy's fault, for %s",
    async (scheme) => {
      const { url } = await startProxy(200, true);
      const sender = senderFor({ url: `${scheme}://phoenix.test/v1/traces`, proxy: url });
      const answer = await sender.send(REQUEST, 5000);
      expect(answer).toMatchObject({
        kind: "network",
        code: "ERR_PROXY_TUNNEL",
        message: `no TLS connection to the proxy ${new URL(url).host} (UNABLE_TO_VERIFY_LEAF_SIGNATURE)`,
      });
    },
  );

  test.each([100, 302, 403, 503])(
    "that answers %i to CONNECT is told as the proxy's fault",
    async (status) => {
      const { url: proxy } = await startProxy(status);
      const answer = await senderFor({ url: "https://phoenix.example.com/", proxy }).send(REQUEST, 5000);
      expect(answer).toMatchObject({
        kind: "network",
        code: "ERR_PROXY_TUNNEL",
        message: `the proxy ${new URL(proxy).host} answered ${status} to CONNECT`,
      });
    },
  );

  test.each(["http", "https"])("that nobody listens at is named, for %s", async (scheme) => {
    const proxy = (await rawServer(() => undefined)).replace(/\/v1.*/, "");
    for (const close of closers.splice(0).toReversed()) await close();
    const answer = await senderFor({ url: `${scheme}://phoenix.example.com/v1/traces`, proxy }).send(
      REQUEST,
      5000,
    );
    expect(answer).toMatchObject({ kind: "network", code: "ECONNREFUSED" });
    expect("message" in answer && answer.message).toContain(
      `the proxy ${new URL(proxy).host} cannot be reached`,
    );
  });

  test("that refuses the tunnel for want of a login says so", async () => {
    const { url: proxy } = await startProxy(407);
    const answer = await senderFor({ url: "https://phoenix.example.com/", proxy }).send(REQUEST, 5000);
    expect(answer).toMatchObject({ kind: "network", code: "ERR_PROXY_LOGIN" });
    expect("message" in answer && answer.message).toContain("407");
  });
});
