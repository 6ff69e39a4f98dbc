import { describe, expect, it } from "vitest";
import type { DeliveryOptions } from "../../src/delivery/delivery-options.ts";
import type { Answer } from "../../src/delivery/sender.ts";
import { grpc, http, network, OK, refused, Simulation, span, type TestSpan } from "./simulation.ts";

const SECOND = 1000;
const HTTP_URL = "http://localhost:6006/v1/traces";
const GRPC_URL = "http://localhost:4317";

interface Case {
  readonly url?: string;
  readonly answer: Answer;
  readonly describe?: DeliveryOptions<TestSpan>["describe"];
  readonly line: string;
}

const key = { keySource: "PHOENIX_API_KEY", keyLength: 36 };
const env = { endpointSource: "PHOENIX_COLLECTOR_ENDPOINT" };

const CASES: Record<string, Case> = {
  "nothing listens": {
    answer: refused,
    line: `PHX302 Phoenix cannot be reached at ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT): it refused the connection; 512 spans wait. Is Phoenix running? Check PHOENIX_COLLECTOR_ENDPOINT.`,
  },
  "nothing listens at the default": {
    url: GRPC_URL,
    answer: grpc(14, "No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:4317"),
    describe: { endpointSource: "default" },
    line: `PHX302 Phoenix cannot be reached at ${GRPC_URL} (the default): it refused the connection; 512 spans wait. Is Phoenix running? Set PHOENIX_COLLECTOR_ENDPOINT to where Phoenix is.`,
  },
  "an unknown host": {
    answer: network("ENOTFOUND", "getaddrinfo ENOTFOUND nowhere.example"),
    line: `PHX302 Phoenix cannot be reached at ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT): getaddrinfo ENOTFOUND nowhere.example; 512 spans wait. Check PHOENIX_COLLECTOR_ENDPOINT.`,
  },
  "http spoken to an https port": {
    answer: network("ECONNRESET", "socket hang up"),
    line: `PHX302 Phoenix cannot be reached at ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT): socket hang up (ECONNRESET); 512 spans wait. If this is an https port, the endpoint must start with https://. Check PHOENIX_COLLECTOR_ENDPOINT.`,
  },
  "gRPC without TLS spoken to a TLS port": {
    url: GRPC_URL,
    answer: grpc(14, "No connection established. Last error: Failed to connect"),
    line: `PHX302 Phoenix cannot be reached at ${GRPC_URL} (from PHOENIX_COLLECTOR_ENDPOINT): Failed to connect; 512 spans wait. If this is an https port, the endpoint must start with https://. Check PHOENIX_COLLECTOR_ENDPOINT.`,
  },
  "https spoken to an http port": {
    url: "https://localhost:6006/v1/traces",
    answer: network(
      "EPROTO",
      "write EPROTO 40:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/ssl3_record.c:354:\n",
    ),
    line: "PHX308 The TLS connection to https://localhost:6006/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT) failed: wrong version number (EPROTO); 512 spans wait. If this is an http port, the endpoint must start with http://. Check PHOENIX_COLLECTOR_ENDPOINT.",
  },
  "an untrusted certificate": {
    url: "https://phoenix.example.com/v1/traces",
    answer: network("DEPTH_ZERO_SELF_SIGNED_CERT", "self-signed certificate"),
    describe: { endpointSource: "option endpoint" },
    line: "PHX308 The TLS connection to https://phoenix.example.com/v1/traces (from option endpoint) failed: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT); 512 spans wait. Set OTEL_EXPORTER_OTLP_CERTIFICATE to the authority's certificate, or check option endpoint.",
  },
  "http where https is spoken, by an answer": {
    url: "http://phoenix:6006/v1/traces",
    answer: http(400, { text: "The plain HTTP request was sent to HTTPS port", wantsTls: true }),
    line: 'PHX308 http://phoenix:6006/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT) answered 400 and asks for https: "The plain HTTP request was sent to HTTPS port"; 512 spans wait. The endpoint must start with https://: set PHOENIX_COLLECTOR_ENDPOINT to https://phoenix:6006/v1/traces.',
  },
  "http where https is spoken, by an alert": {
    url: "http://phoenix:6006/v1/traces",
    answer: network("ERR_TLS_PORT", "the port speaks TLS"),
    line: "PHX308 http://phoenix:6006/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT) speaks TLS; 512 spans wait. The endpoint must start with https://: set PHOENIX_COLLECTOR_ENDPOINT to https://phoenix:6006/v1/traces.",
  },
  "a redirect": {
    url: "http://phoenix:6006/v1/traces",
    answer: http(302, { location: "https://login.example.com/start" }),
    line: "PHX306 Phoenix answered 302 at http://phoenix:6006/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT), which leads to https://login.example.com/start; 512 spans wait. No redirect is followed. Set PHOENIX_COLLECTOR_ENDPOINT to where Phoenix is itself.",
  },
  "an account that has not paid": {
    url: "http://phoenix:6006/v1/traces",
    answer: http(402, { text: "quota exceeded" }),
    line: 'PHX325 Phoenix at http://phoenix:6006/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT) refuses what it is sent with 402: "quota exceeded"; 512 spans wait. Look at the account that the key belongs to. Check PHOENIX_COLLECTOR_ENDPOINT.',
  },
  "a refusal of everything": {
    url: "http://phoenix:6006/v1/traces",
    answer: http(400, { text: "no such tenant" }),
    line: 'PHX325 Phoenix at http://phoenix:6006/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT) refuses what it is sent with 400: "no such tenant"; 512 spans wait. Check PHOENIX_COLLECTOR_ENDPOINT.',
  },
  "headers without end": {
    url: "http://phoenix:6006/v1/traces",
    answer: network("HPE_HEADER_OVERFLOW", "its headers are larger than 256 KB"),
    line: "PHX324 What http://phoenix:6006/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT) answers cannot be read: its headers are larger than 256 KB (HPE_HEADER_OVERFLOW); 512 spans wait. Whether it took the spans is not known. Look at what stands between, as a proxy. Check PHOENIX_COLLECTOR_ENDPOINT.",
  },
  "a proxy that is away": {
    url: "https://phoenix.example.com/v1/traces",
    answer: network(
      "ECONNREFUSED",
      "the proxy proxy:3128 cannot be reached: connect ECONNREFUSED 10.0.0.1:3128",
    ),
    line: "PHX302 Phoenix cannot be reached at https://phoenix.example.com/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT): the proxy proxy:3128 cannot be reached: connect ECONNREFUSED 10.0.0.1:3128; 512 spans wait. Check the proxy's variable (https_proxy, http_proxy or the like), or name the host in no_proxy.",
  },
  "HTTP spoken to a gRPC port": {
    url: "http://localhost:4317/v1/traces",
    answer: network("HPE_INVALID_CONSTANT", "Parse Error: Expected HTTP/"),
    line: "PHX309 HTTP was spoken to http://localhost:4317/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT), but this is a gRPC port, not an HTTP one; 512 spans wait. Set PHOENIX_COLLECTOR_ENDPOINT to the HTTP port, or OTEL_EXPORTER_OTLP_PROTOCOL to grpc.",
  },
  "gRPC spoken to an HTTP port, the protocol named": {
    url: "http://localhost:6006",
    answer: grpc(14, "No connection established. Last error: Protocol error"),
    describe: { ...env, protocolSource: "OTEL_EXPORTER_OTLP_PROTOCOL" },
    line: "PHX309 gRPC was spoken to http://localhost:6006 (from PHOENIX_COLLECTOR_ENDPOINT), but this is an HTTP port, not a gRPC one; 512 spans wait. The protocol came from OTEL_EXPORTER_OTLP_PROTOCOL: set it to http/protobuf, or PHOENIX_COLLECTOR_ENDPOINT to the gRPC port.",
  },
  "a wrong key": {
    url: "https://phoenix.example.com/v1/traces",
    answer: http(401, { text: "Unauthorized" }),
    describe: { ...env, ...key },
    line: "PHX301 Phoenix answered 401 at https://phoenix.example.com/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT); 512 spans wait. The key came from PHOENIX_API_KEY (36 characters). Check it.",
  },
  "a wrong key by gRPC, from a function": {
    url: GRPC_URL,
    answer: grpc(16),
    describe: { ...env, keySource: "option apiKey" },
    line: `PHX301 Phoenix answered gRPC status 16 at ${GRPC_URL} (from PHOENIX_COLLECTOR_ENDPOINT); 512 spans wait. The key came from option apiKey. Check it.`,
  },
  "a missing key": {
    answer: http(403),
    line: `PHX305 Phoenix answered 403 at ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT); 512 spans wait. No API key was sent. Set PHOENIX_API_KEY.`,
  },
  "a wrong path": {
    url: "http://localhost:6006/phoenix/v1/traces",
    answer: http(404),
    line: "PHX306 Phoenix answered 404 at http://localhost:6006/phoenix/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT); 512 spans wait. Traces are taken on a path that ends in /v1/traces. Check PHOENIX_COLLECTOR_ENDPOINT.",
  },
  "a port without a trace service": {
    url: GRPC_URL,
    answer: grpc(12, "unknown service"),
    line: `PHX306 Phoenix answered gRPC status 12 at ${GRPC_URL} (from PHOENIX_COLLECTOR_ENDPOINT); 512 spans wait. No trace service is there. Check PHOENIX_COLLECTOR_ENDPOINT.`,
  },
  "a proxy that answers 200 with a page": {
    answer: http(200, { isPage: true }),
    line: `PHX307 ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT) answered 200 with a web page, as a proxy or a login page does, and took no span; 512 spans wait. Check PHOENIX_COLLECTOR_ENDPOINT.`,
  },
  "a header that cannot be sent": {
    answer: network("ERR_INVALID_CHAR", 'Invalid character in header content ["authorization"]'),
    line: `PHX317 No request can be made to ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT): Invalid character in header content ["authorization"] (ERR_INVALID_CHAR); 512 spans wait. Check PHOENIX_COLLECTOR_ENDPOINT.`,
  },
  "a full server": {
    answer: http(503, { text: "Server is at capacity and cannot process more requests" }),
    line: `PHX310 Phoenix at ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT) is full (503); 512 spans wait. It takes more as it makes room. Give it more time, or a faster database.`,
  },
  "a server in trouble": {
    answer: http(500),
    line: `PHX319 Phoenix at ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT) answers 500; 512 spans wait. Look at the server's log if this stays.`,
  },
  "an exporter that does not say where it failed": {
    url: "MyExporter",
    answer: grpc(2, "disk full"),
    describe: { endpointSource: "option exporter", isExporter: true },
    line: 'PHX321 The exporter MyExporter (from option exporter) failed: "disk full"; 512 spans wait. Check option exporter.',
  },
  "an exporter that fails over gRPC": {
    url: "OTLPTraceExporter",
    answer: grpc(14, "No connection established"),
    describe: { endpointSource: "option exporter", isExporter: true },
    line: 'PHX321 The exporter OTLPTraceExporter (from option exporter) failed: "No connection established" (code 14); 512 spans wait. Check option exporter.',
  },
  "an exporter that was refused": {
    url: "OTLPTraceExporter",
    answer: http(401),
    describe: { endpointSource: "option exporter", isExporter: true },
    line: "PHX321 The exporter OTLPTraceExporter (from option exporter) failed: status 401; 512 spans wait. Check option exporter.",
  },
  "an exporter that finds nobody": {
    url: "OTLPTraceExporter",
    answer: refused,
    describe: { endpointSource: "option exporter", isExporter: true },
    line: 'PHX321 The exporter OTLPTraceExporter (from option exporter) failed: "connect ECONNREFUSED 127.0.0.1:6006"; 512 spans wait. Check option exporter.',
  },
  "a silent server": {
    answer: network("ETIMEDOUT", "no answer within 10 s"),
    line: `PHX302 Phoenix cannot be reached at ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT): no answer within 10 s (ETIMEDOUT); 512 spans wait. Check PHOENIX_COLLECTOR_ENDPOINT.`,
  },
};

describe("delivery says in one line what is wrong and what to change", () => {
  it.each(Object.entries(CASES))("%s", async (_, { url, answer, describe: settings, line }) => {
    const world = new Simulation({ describe: settings ?? env });
    world.url = url ?? HTTP_URL;
    world.rule = () => answer;
    world.add(0, 512);
    await world.clock.advance(5 * SECOND);
    expect(world.said).toEqual([line]);
    await world.clock.advance(600 * SECOND);
    expect(world.said).toEqual([line]);
    world.rule = () => OK;
    await world.clock.advance(300 * SECOND);
    // A full server is a normal thing: nothing is said when it has made room.
    const restored = world.said.slice(1).map((said) => said.replace(/; \d+ spans? more waits?\.$/, "."));
    const again = `PHX304 Spans are delivered to ${world.url} again.`;
    expect(restored).toEqual(line.startsWith("PHX310") ? [] : [again]);
  });
});

describe("delivery's messages", () => {
  it("hold a failure back for a moment: one that passes is never told", async () => {
    const world = new Simulation();
    world.rule = () => refused;
    world.add(0, 10);
    await world.clock.advance(SECOND);
    expect(world.said).toEqual([]);
    world.rule = () => OK;
    await world.clock.advance(60 * SECOND);
    expect(world.arrived).toHaveLength(10);
    expect(world.said).toEqual([]);
  });

  it("say no number when nothing more waits after an outage", async () => {
    const world = new Simulation();
    world.rule = () => refused;
    world.add(0, 1);
    await world.clock.advance(10 * SECOND);
    world.rule = () => OK;
    await world.clock.advance(10 * SECOND);
    expect(world.said.at(-1)).toBe(`PHX304 Spans are delivered to ${world.url} again.`);
  });

  it("quote what a gRPC server says beside a failure", async () => {
    const world = new Simulation();
    world.rule = () => grpc(13, "the database\nis locked");
    world.add(0, 1);
    await world.clock.advance(5 * SECOND);
    expect(world.said[0]).toContain('answers gRPC status 13 ("the database is locked"); 1 span waits.');
  });

  it("are one line when shutdown() comes before the failure is told", async () => {
    const world = new Simulation({ describe: env });
    world.rule = () => refused;
    world.add(0, 2);
    const done = world.delivery.shutdown();
    await world.clock.advance(60 * SECOND);
    await done;
    expect(world.said).toEqual([
      `PHX318 2 spans were not delivered before shutdown() ended: Phoenix cannot be reached at ${HTTP_URL} (from PHOENIX_COLLECTOR_ENDPOINT): it refused the connection. Is Phoenix running? Check PHOENIX_COLLECTOR_ENDPOINT.`,
    ]);
  });

  it("are told again in the next episode", async () => {
    const world = new Simulation();
    const rearmed: string[] = [];
    const episodes: string[] = [];
    const told = new Simulation({
      report: ({ code }, episode) => void episodes.push(`${code} ${episode === `${code} ${world.url}`}`),
      rearm: (episode) => void rearmed.push(episode.slice(0, 6)),
    });
    for (let outage = 0; outage < 3; outage++) {
      told.rule = () => refused;
      told.add(outage, 1);
      await told.clock.advance(10 * SECOND);
      told.rule = () => OK;
      await told.clock.advance(10 * SECOND);
    }
    expect(episodes).toEqual(Array.from({ length: 3 }, () => ["PHX302 true", "PHX304 true"]).flat());
    expect(rearmed).toEqual(Array.from({ length: 3 }, () => ["PHX304", "PHX302"]).flat());
  });

  it("name each trouble of an outage once, and its end once", async () => {
    const world = new Simulation();
    const troubles = [refused, http(500), http(401), refused, http(500), http(401)];
    world.add(0, 10);
    for (const trouble of troubles) {
      world.rule = () => trouble;
      await world.clock.advance(61 * SECOND);
    }
    world.rule = () => OK;
    await world.clock.advance(61 * SECOND);
    expect(world.codes).toEqual(["PHX302", "PHX319", "PHX305", "PHX304"]);
  });

  it("say a full server once while it takes some and refuses some, and again after all was sent", async () => {
    const world = new Simulation();
    const full = grpc(14, "Server is at capacity and cannot process more requests");
    for (let burst = 0; burst < 2; burst++) {
      let turn = 0;
      world.rule = () => (turn++ % 2 === 0 ? full : OK);
      world.add(burst * 3000, 3000, 1000);
      await world.clock.advance(300 * SECOND);
    }
    expect(world.codes).toEqual(["PHX310", "PHX310"]);
    expect(world.arrived).toHaveLength(6000);
  });

  it("never show the user part of the URL", async () => {
    for (const answer of [refused, http(401), http(404), http(503), http(500), grpc(16), network("EPROTO")]) {
      const world = new Simulation({ maxQueueBytes: 3000 });
      world.url = "https://user:pa%40ss@phoenix.example.com/v1/traces";
      world.rule = () => answer;
      world.add(0, 20);
      await world.clock.advance(5 * SECOND);
      void world.delivery.shutdown(100);
      await world.clock.advance(SECOND);
      world.add(20, 1);
      expect(world.said.length).toBeGreaterThanOrEqual(3);
      for (const line of world.said) {
        expect(line).not.toMatch(/user|pa%40ss|@/);
        expect(line).not.toContain("\n");
      }
    }
  });

  it("put a server's words on one line and cut them short", async () => {
    const world = new Simulation();
    world.rule = () => grpc(3, `bad\r\n\u001b[31mspan${"!".repeat(5000)}`);
    world.add(0, 1);
    await world.clock.advance(5 * SECOND);
    expect(world.said).toHaveLength(1);
    expect(world.said.at(0)).toMatch(/^PHX325 .*"bad \[31mspan!{20,}/);
    expect(world.said.at(0)!.length).toBeLessThan(500);
  });

  it("tell of a full queue again after it was empty", async () => {
    const world = new Simulation({ maxQueueBytes: 3000 });
    for (let overflow = 0; overflow < 2; overflow++) {
      world.rule = () => refused;
      world.add(overflow * 40, 20);
      await world.clock.advance(SECOND);
      world.add(overflow * 40 + 20, 20);
      world.rule = () => OK;
      await world.clock.advance(5 * SECOND);
    }
    expect(world.codes).toEqual(["PHX314", "PHX314"]);
  });

  const remarks: Record<string, Pick<Simulation, "rule"> & { size?: number; options?: object }> = {
    PHX303: {
      rule: ({ bytes }) => (bytes > 70_000 ? http(413) : OK),
      size: 130_000,
      options: {
        shrink: (item: TestSpan, maxBytes: number) => ({
          item: { name: item.name, bytes: item.bytes.subarray(0, maxBytes), byteLength: maxBytes },
          cuts: [{ key: "input.value", bytes: item.byteLength }],
        }),
      },
    },
    PHX312: { rule: ({ hasBroken }) => (hasBroken ? http(400) : OK) },
    PHX313: { rule: () => http(200, { partialSuccess: { rejectedSpans: 1, text: "" } }) },
    PHX316: { rule: () => http(413) },
  };

  it.each(Object.entries(remarks))(
    "tell of %s once while it goes on, and again after a minute without",
    async (code, { rule, size = 100, options }) => {
      const world = new Simulation(options);
      const trouble = async (): Promise<void> => {
        // Every other span is taken as it is: a fault among good spans is one episode, too.
        for (let id = 0; id < 200; id += 2) {
          world.rule = rule;
          world.delivery.add(span(id, size, code === "PHX312"));
          await world.clock.advance(SECOND);
          // A span that is refused is so until the end, and it ends when another one is taken.
          if (code !== "PHX312") world.rule = () => OK;
          world.add(id + 1, 1);
          await world.clock.advance(SECOND);
        }
      };
      await trouble();
      expect(world.codes.filter((said) => said === code)).toHaveLength(1);
      await world.clock.advance(61 * SECOND);
      world.add(1000, 1);
      await world.clock.advance(SECOND);
      await trouble();
      expect(world.codes.filter((said) => said === code)).toHaveLength(2);
    },
  );

  it("tell of each lower limit that a server turns out to have, once a minute at most", async () => {
    const world = new Simulation();
    const limited = async (limit: number, first: number): Promise<void> => {
      world.rule = ({ bytes }) => (bytes > limit ? http(413) : OK);
      world.add(first, 500, 1000);
      await world.clock.advance(30 * SECOND);
    };
    await limited(400_000, 0);
    await limited(200_000, 500);
    expect(world.codes).toEqual(["PHX311"]);
    await world.clock.advance(61 * SECOND);
    world.add(1000, 1);
    await world.clock.advance(SECOND);
    await limited(80_000, 1001);
    expect(world.codes).toEqual(["PHX311", "PHX311"]);
  });

  it("name the queue's bound and the reason when spans are refused", async () => {
    const world = new Simulation({ maxQueueBytes: 3000 });
    world.rule = () => refused;
    world.add(0, 5);
    await world.clock.advance(SECOND);
    world.add(5, 20);
    expect(world.said.at(-1)).toBe(
      "PHX314 The queue is full (10 spans, 2.9 KB): Phoenix cannot be reached at http://localhost:6006/v1/traces (from PHOENIX_COLLECTOR_ENDPOINT): it refused the connection. New spans are dropped and counted until there is room. Check PHOENIX_COLLECTOR_ENDPOINT.",
    );
  });

  it("are one line each for many broken spans, with the count in the statistics", async () => {
    const world = new Simulation();
    world.rule = ({ hasBroken }) => (hasBroken ? http(422) : OK);
    for (let id = 0; id < 100; id++) world.delivery.add(span(id, 100, id % 2 === 0));
    await world.clock.advance(5 * SECOND);
    expect(world.codes).toEqual(["PHX312"]);
    expect(world.delivery.stats().dropped).toMatchObject({ rejected: 50 });
  });

  it("are silent when all is well", async () => {
    const world = new Simulation();
    world.add(0, 5000, 1000);
    await world.clock.advance(5 * SECOND);
    const done = world.delivery.shutdown();
    await world.clock.advance(SECOND);
    await done;
    expect(world.said).toEqual([]);
  });
});
