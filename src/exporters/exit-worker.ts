// The program of the worker that delivers while the process exits. It is text, started with
// `eval`, so it survives bundlers; it uses Node's built-in modules only and starts in 40 ms.

/**
 * What the worker posts over the port it is started with: an answer of one request, later ones
 * replacing earlier ones, or the end of a round. It counts its messages in a shared flag,
 * for a thread that cannot take events.
 */
export type ExitWorkerMessage<Answer> =
  | { round: number; job: number; request: number; answer: Answer }
  | { round: number; end: true };

/**
 * For every job it takes the first route that can be reached and sends the requests over it, a few
 * at a time. A busy server is asked again until the limit; a cut connection once.
 */
export const EXIT_WORKER_SOURCE: string = String.raw`"use strict";
const builtin = process.getBuiltinModule;
const { flag, port } = builtin("node:worker_threads").workerData;
const EXPORT = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
const LANES = 8, MAX_ANSWER = 65536;
const NETWORK = /^(ECONN|EPIPE|EAI_|ENOTFOUND|ETIMEDOUT|ENET|EHOST|EADDR)/;

const tell = (message) => {
  port.postMessage(message);
  Atomics.add(flag, 0, 1);
  Atomics.notify(flag, 0);
};
const sleep = (millis) => new Promise((done) => setTimeout(done, millis));
const network = (error) => {
  const first = error.errors ? error.errors[0] : error;
  return { kind: "network", code: first.code, message: error.message || first.message, freshConnection: true };
};

function proxyHeaders(proxy) {
  if (!proxy.username) return {};
  const user = decodeURIComponent(proxy.username) + ":" + decodeURIComponent(proxy.password);
  return { "proxy-authorization": "Basic " + Buffer.from(user).toString("base64") };
}

function tunnel(proxyUrl, url) {
  const proxy = new URL(proxyUrl);
  const target = url.hostname + ":" + (url.port || (url.protocol === "https:" ? 443 : 80));
  return new Promise((resolve, reject) => {
    const connecting = builtin("node:http").request({
      host: proxy.hostname, port: proxy.port || 80, method: "CONNECT", path: target,
      headers: { host: target, ...proxyHeaders(proxy) }, agent: false,
    });
    connecting.once("error", reject);
    connecting.once("connect", (response, socket, head) => {
      // An HTTP/2 server speaks first; what it said came along with the proxy's answer.
      if (head.length > 0) socket.unshift(head);
      if (response.statusCode === 200) return resolve(socket);
      socket.destroy();
      const message = "the proxy " + proxy.host + " answered " + response.statusCode + " to CONNECT";
      reject(Object.assign(new Error(message), { code: "ERR_PROXY_TUNNEL" }));
    });
    connecting.end();
  });
}

const overTls = (socket, url, route, ALPNProtocols) => {
  const net = builtin("node:net"), host = url.hostname.replace(/^\[|\]$/g, "");
  const servername = net.isIP(host) ? {} : { servername: host };
  return builtin("node:tls").connect({ ...servername, host, ...route.tls, socket, ALPNProtocols });
};

function httpClient(route) {
  const url = new URL(route.url), secure = url.protocol === "https:";
  const { Agent, request } = builtin(secure ? "node:https" : "node:http");
  const agent = new Agent({ keepAlive: true, ...(secure ? route.tls : {}) });
  if (secure && route.proxy) {
    agent.createConnection = (options, done) => {
      tunnel(route.proxy, url).then((socket) => done(null, overTls(socket, url, route)), done);
    };
  }
  const options = { method: "POST", agent, headers: { ...route.headers } };
  if (!secure && route.proxy) {
    const proxy = new URL(route.proxy);
    Object.assign(options, { host: proxy.hostname, hostname: proxy.hostname, port: proxy.port || 80 });
    options.path = url.origin + url.pathname + url.search;
    Object.assign(options.headers, { host: url.host }, proxyHeaders(proxy));
  }
  const send = (body) => new Promise((resolve) => {
    let answered = false;
    const headers = { ...options.headers, "content-length": body.byteLength };
    const sending = request(url, { ...options, headers }, (response) => {
      answered = true;
      const parts = [];
      let bytes = 0;
      const finish = () => {
        const after = response.headers["retry-after"];
        const retry = /^\d+$/.test(after) ? { retryAfterMillis: after * 1000 } : {};
        resolve({
          kind: "http", status: response.statusCode, contentType: response.headers["content-type"],
          body: new Uint8Array(Buffer.concat(parts).subarray(0, MAX_ANSWER)), ...retry,
        });
        if (!sending.writableFinished || bytes >= MAX_ANSWER) sending.destroy();
      };
      response.on("data", (part) => { parts.push(part); bytes += part.length; if (bytes >= MAX_ANSWER) finish(); });
      response.on("end", finish);
      response.on("error", (error) => response.statusCode >= 400 ? finish() : resolve(network(error)));
    });
    sending.on("error", (error) => answered || resolve(network(error)));
    sending.end(body);
  });
  return { reach: async () => undefined, send };
}

function grpcClient(route, reachMillis) {
  const url = new URL(route.url), secure = url.protocol === "https:";
  const http2 = builtin("node:http2");
  let session;
  const notConnected = (error) => {
    const answer = network(error);
    if (NETWORK.test(answer.code)) return answer;
    return { kind: "grpc", code: 14, details: "No connection established. Last error: " + answer.message };
  };
  const open = async () => {
    const socket = route.proxy && (await tunnel(route.proxy, url));
    const through = socket && { createConnection: () => (secure ? overTls(socket, url, route, ["h2"]) : socket) };
    await new Promise((resolve, reject) => {
      session = http2.connect(url.origin, { ...route.tls, maxSessionMemory: Number.MAX_SAFE_INTEGER, ...through });
      session.once("remoteSettings", resolve);
      session.once("close", () => reject(new Error("Failed to connect")));
      session.on("error", reject);
    });
  };
  const late = async () => {
    await sleep(reachMillis);
    throw Object.assign(new Error("no connection within " + reachMillis + " ms"), { code: "ETIMEDOUT" });
  };
  const reach = async (limited) => {
    try {
      await Promise.race(limited ? [open(), late()] : [open()]);
    } catch (error) {
      if (session) session.destroy();
      session = undefined;
      return notConnected(error);
    }
  };
  const call = (body) => new Promise((resolve) => {
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(body.byteLength, 1);
    const stream = session.request({
      ...route.headers, ":method": "POST", ":path": EXPORT,
      "content-type": "application/grpc", te: "trailers",
    });
    let seen = {}, bytes = 0;
    const parts = [];
    stream.on("response", (headers) => (seen = { ...headers }));
    stream.on("trailers", (trailers) => Object.assign(seen, trailers));
    stream.on("data", (part) => { if (bytes < MAX_ANSWER) parts.push(part); bytes += part.length; });
    stream.on("error", (error) => resolve(network(error)));
    stream.on("close", () => {
      if (seen["grpc-status"] !== undefined) {
        const details = String(seen["grpc-message"] || "");
        let text = details;
        try { text = decodeURIComponent(details); } catch {}
        const answer = { kind: "grpc", code: Number(seen["grpc-status"]), details: text };
        if (answer.code === 0) answer.body = new Uint8Array(Buffer.concat(parts).subarray(5));
        return resolve(answer);
      }
      const status = seen[":status"];
      if (status === undefined) return resolve(network(Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })));
      const code = { 400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14 }[status] || 2;
      resolve({ kind: "grpc", code, details: "Received HTTP status code " + status });
    });
    stream.write(prefix);
    stream.end(body);
  });
  const send = async (body) => {
    if (!session || session.destroyed || session.closed) {
      const whyNot = await reach(false);
      if (whyNot) return whyNot;
    }
    return call(body);
  };
  return { reach, send };
}

const isCut = (answer) => answer.kind === "network" && /^(ECONNRESET|EPIPE)$/.test(answer.code);
const isBusy = (answer) =>
  answer.kind === "http" ? [408, 429, 502, 503, 504].includes(answer.status)
  : answer.kind === "grpc" && !/No connection|larger than|too large|to a size/i.test(answer.details)
    && [1, 4, 8, 10, 11, 14].includes(answer.code);

async function sendUntilSettled(client, body, tellAnswer) {
  let cuts = 0;
  for (let pause = 50; ; pause = Math.min(pause * 2, 400)) {
    const answer = await client.send(body);
    tellAnswer(answer);
    if (isCut(answer) ? ++cuts > 1 : !isBusy(answer)) return;
    await sleep(answer.retryAfterMillis || (cuts ? 0 : pause));
  }
}

async function deliver({ routes, requests }, job, reachMillis, round) {
  let client, whyNot;
  for (const [index, route] of routes.entries()) {
    client = route.protocol === "grpc" ? grpcClient(route, reachMillis) : httpClient(route);
    whyNot = await client.reach(index < routes.length - 1);
    if (!whyNot) break;
  }
  const waiting = [...requests.keys()];
  const lane = async () => {
    for (let request = waiting.shift(); request !== undefined; request = waiting.shift()) {
      const tellAnswer = (answer) => tell({ round, job, request, answer });
      if (whyNot) tellAnswer(whyNot);
      else await sendUntilSettled(client, requests[request], tellAnswer).catch((error) => tellAnswer(network(error)));
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

Atomics.add(flag, 0, 1);
Atomics.notify(flag, 0);
port.on("message", async ({ round, jobs, limitMillis }) => {
  const reachMillis = Math.min(1000, limitMillis / 3);
  await Promise.allSettled(jobs.map((job, index) => deliver(job, index, reachMillis, round)));
  tell({ round, end: true });
});
`;
