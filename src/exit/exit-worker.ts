// The program of the worker that delivers while the process exits. It is text, started with
// `eval`, so it survives bundlers; it uses Node's built-in modules only and starts in 40 ms.

/** What the worker is told first in a round: all requests. It sends each of them once. */
export interface ExitRoundStart<Job> {
  round: number;
  jobs: readonly Job[];
  /** How long a route may take to be reached while another one is left. */
  reachMillis: number;
}

/** What the worker tells of every answer: the answer, and the server's words for when to ask again. */
export interface ExitWorkerAnswer<Answer> {
  round: number;
  job: number;
  request: number;
  answer: Answer;
  /** `Retry-After` on HTTP, `grpc-status-details-bin` in base64 on gRPC. */
  retry?: string;
}

/**
 * For every job it takes the first route that can be reached and sends the requests over it, a few
 * at a time. It decides nothing: which request goes again, and when, it is told. It counts its
 * messages in a shared flag, for a thread that cannot take events.
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

const addressOf = (url) => ({
  host: url.hostname.replace(/^\[|\]$/g, ""),
  port: Number(url.port) || (url.protocol === "https:" ? 443 : 80),
});

/** Through the socket of a tunnel, where there is one. */
const overTls = (socket, url, route, ALPNProtocols) => {
  const { host, port } = addressOf(url);
  const servername = builtin("node:net").isIP(host) ? {} : { servername: host };
  const to = socket ? { socket } : { port };
  return builtin("node:tls").connect({ ...servername, host, ...to, ...route.tls, ALPNProtocols });
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
  const encoding = route.gzip ? { "content-encoding": "gzip" } : {};
  const options = { method: "POST", agent, headers: { ...route.headers, ...encoding } };
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
        const { "content-type": contentType, "retry-after": retry } = response.headers;
        const body = new Uint8Array(Buffer.concat(parts).subarray(0, MAX_ANSWER));
        resolve({ answer: { kind: "http", status: response.statusCode, contentType, body }, retry });
        if (!sending.writableFinished || bytes >= MAX_ANSWER) sending.destroy();
      };
      response.on("data", (part) => { parts.push(part); bytes += part.length; if (bytes >= MAX_ANSWER) finish(); });
      response.on("end", finish);
      response.on("error", (error) => response.statusCode >= 400 ? finish() : resolve({ answer: network(error) }));
    });
    sending.on("error", (error) => answered || resolve({ answer: network(error) }));
    sending.end(body);
  });
  return { reach: async () => undefined, send };
}

function grpcClient(route, reachMillis) {
  const url = new URL(route.url), secure = url.protocol === "https:";
  const http2 = builtin("node:http2");
  const encoding = route.gzip ? { "grpc-encoding": "gzip" } : {};
  let session;
  const notConnected = (error) => {
    const answer = network(error);
    if (NETWORK.test(answer.code)) return answer;
    return { kind: "grpc", code: 14, details: "No connection established. Last error: " + answer.message };
  };
  const open = async () => {
    const through = route.proxy && (await tunnel(route.proxy, url));
    await new Promise((resolve, reject) => {
      const socket = secure
        ? overTls(through, url, route, ["h2"])
        : through || builtin("node:net").connect(addressOf(url));
      // After a TLS alert the session waits for a server that says no more.
      socket.on("error", reject);
      session = http2.connect(url.origin, {
        maxSessionMemory: Number.MAX_SAFE_INTEGER,
        createConnection: () => socket,
      });
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
    prefix.writeUInt8(route.gzip ? 1 : 0, 0);
    prefix.writeUInt32BE(body.byteLength, 1);
    const stream = session.request({
      ...route.headers, ...encoding, ":method": "POST", ":path": EXPORT,
      "content-type": "application/grpc", te: "trailers",
    });
    let seen = {}, bytes = 0;
    const parts = [];
    stream.on("response", (headers) => (seen = { ...headers }));
    stream.on("trailers", (trailers) => Object.assign(seen, trailers));
    stream.on("data", (part) => { if (bytes < MAX_ANSWER) parts.push(part); bytes += part.length; });
    stream.on("error", (error) => resolve({ answer: network(error) }));
    stream.on("close", () => {
      if (seen["grpc-status"] !== undefined) {
        const details = String(seen["grpc-message"] || "");
        let text = details;
        try { text = decodeURIComponent(details); } catch {}
        const answer = { kind: "grpc", code: Number(seen["grpc-status"]), details: text };
        if (answer.code === 0) answer.body = new Uint8Array(Buffer.concat(parts).subarray(5));
        return resolve({ answer, retry: seen["grpc-status-details-bin"] });
      }
      const status = seen[":status"];
      if (status === undefined) {
        return resolve({ answer: network(Object.assign(new Error("socket hang up"), { code: "ECONNRESET" })) });
      }
      const code = { 400: 13, 401: 16, 403: 7, 404: 12, 429: 14, 502: 14, 503: 14, 504: 14 }[status] || 2;
      resolve({ answer: { kind: "grpc", code, details: "Received HTTP status code " + status } });
    });
    stream.write(prefix);
    stream.end(body);
  });
  const send = async (body) => {
    if (!session || session.destroyed || session.closed) {
      const whyNot = await reach(false);
      if (whyNot) return { answer: whyNot };
    }
    return call(body);
  };
  return { reach, send };
}

async function connect(routes, reachMillis) {
  let client, whyNot, pack;
  for (const [index, route] of routes.entries()) {
    pack = route.gzip ? (body) => builtin("node:zlib").gzipSync(body, { level: 1 }) : (body) => body;
    client = route.protocol === "grpc" ? grpcClient(route, reachMillis) : httpClient(route);
    whyNot = await client.reach(index < routes.length - 1);
    if (!whyNot) break;
  }
  return { client, whyNot, pack };
}

let current;

/** Sends what it is given, LANES requests at a time, and tells each answer; nothing more once another round began. */
function openJob({ routes, requests }, job, round) {
  const connected = connect(routes, round.reachMillis);
  const waiting = [], packed = [];
  let busy = 0;
  const sendOne = async (request) => {
    const { client, whyNot, pack } = await connected;
    return whyNot ? { answer: whyNot } : client.send((packed[request] ??= pack(requests[request])));
  };
  const sendNext = () => {
    if (busy === LANES || waiting.length === 0 || round !== current) return;
    busy++;
    const request = waiting.shift();
    const done = (outcome) => {
      busy--;
      tell({ round: round.round, job, request, ...outcome });
      sendNext();
    };
    sendOne(request).then(done, (error) => done({ answer: network(error) }));
  };
  return (request) => {
    waiting.push(request);
    sendNext();
  };
}

let send;
port.on("message", (message) => {
  if (message.jobs) {
    current = message;
    send = message.jobs.map((each, job) => openJob(each, job, message));
    message.jobs.forEach(({ requests }, job) => requests.forEach((_, request) => send[job](request)));
  } else if (message.round === current.round) {
    send[message.job](message.request);
  }
});
Atomics.add(flag, 0, 1);
Atomics.notify(flag, 0);
`;
