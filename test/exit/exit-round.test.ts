import { describe, expect, test } from "vitest";
import type { Answer } from "../../src/delivery/sender.ts";
import { EXIT_POLICY } from "../../src/exit/exit-budget.ts";
import { ExitRound } from "../../src/exit/exit-round.ts";
import { grpc, http, network, OK, refused } from "../delivery/simulation.ts";

/** Answers one request the same way each time it goes; gives the pauses between. */
function pausesAfter(answer: Answer, afterDoubts = false): { pauses: number[]; round: ExitRound } {
  const round = new ExitRound([1], EXIT_POLICY, afterDoubts);
  const pauses: number[] = [];
  let nowMillis = 1_000;
  for (let times = 0; times < 12; times++) {
    round.answered({ job: 0, request: 0 }, answer, nowMillis);
    const dueMillis = round.nextDueMillis;
    if (dueMillis === Infinity) break;
    pauses.push(dueMillis - nowMillis);
    nowMillis = dueMillis;
    expect(round.takeDue(nowMillis - 1)).toEqual([]);
    expect(round.takeDue(nowMillis)).toEqual([{ job: 0, request: 0 }]);
  }
  return { pauses, round };
}

describe("a request goes again", () => {
  test.each<[string, Answer]>([
    ["HTTP 503", http(503)],
    ["HTTP 429", http(429)],
    ["HTTP 507", http(507)],
    ["gRPC 8", grpc(8, "Resource exhausted")],
    ["gRPC 14", grpc(14, "Server is at capacity")],
  ])("after pauses that double up to 0.4 s: %s", (_, answer) => {
    expect(pausesAfter(answer).pauses.slice(0, 6)).toEqual([50, 100, 200, 400, 400, 400]);
  });

  test.each<[string, Answer]>([
    ["Retry-After", http(503, { retryAfterMillis: 300 })],
    ["RetryInfo", grpc(14, "not now", { retryAfterMillis: 300 })],
  ])("no sooner than the server asks for: %s", (_, answer) => {
    expect(pausesAfter(answer).pauses.slice(0, 5)).toEqual([300, 300, 300, 400, 400]);
  });

  test.each<[string, Answer]>([
    ["refused", refused],
    ["reset", network("ECONNRESET")],
    ["no connection by gRPC", grpc(14, "No connection established. Last error: Error: x")],
  ])("at once and only once after a connection that broke: %s", (_, answer) => {
    expect(pausesAfter(answer).pauses).toEqual([0]);
  });

  test.each<[string, Answer]>([
    ["HTTP 500", http(500)],
    ["gRPC 2", grpc(2, "broken")],
    ["gRPC 13", grpc(13, "broken")],
  ])(
    "four times after what a broken span may cause, and once if it is part of such a request: %s",
    (_, answer) => {
      const { pauses, round } = pausesAfter(answer);
      expect(pauses).toEqual([50, 100, 200, 400]);
      expect(round.hadDoubts).toBe(true);
      expect(pausesAfter(answer, true).pauses).toEqual([50]);
    },
  );

  test.each<[string, Answer]>([
    ["taken", OK],
    ["refused for good", http(400)],
    ["too large", http(413)],
    ["without the right key", http(401)],
    ["a web page", http(200, { isPage: true })],
    ["another protocol", network("HPE_INVALID_CONSTANT")],
    ["a certificate that is not trusted", network("SELF_SIGNED_CERT_IN_CHAIN")],
  ])("never when it is %s", (_, answer) => {
    const { pauses, round } = pausesAfter(answer);
    expect(pauses).toEqual([]);
    expect(round.hadDoubts).toBe(false);
    expect(round.isOver(Infinity)).toBe(true);
  });
});

describe("a round", () => {
  test("keeps the last answer of each request with its verdict, where one came", () => {
    const round = new ExitRound([2, 1], EXIT_POLICY, false);
    round.answered({ job: 0, request: 1 }, OK, 0);
    round.answered({ job: 1, request: 0 }, http(503), 0);
    round.takeDue(50);
    round.answered({ job: 1, request: 0 }, http(413), 60);
    expect(round.answers).toMatchObject([
      [undefined, { answer: { status: 200 }, verdict: { action: "ack" } }],
      [{ answer: { status: 413 }, verdict: { action: "split" } }],
    ]);
    expect(round.accepted).toBe(1);
  });

  test("is over when nothing is under way and no pause ends in time", () => {
    const round = new ExitRound([1, 1], EXIT_POLICY, false);
    round.answered({ job: 0, request: 0 }, http(503), 0);
    expect(round.isOver(10)).toBe(false);
    round.answered({ job: 1, request: 0 }, OK, 0);
    expect(round.isOver(50)).toBe(true);
    expect(round.isOver(51)).toBe(false);
    round.takeDue(50);
    expect(round.isOver(60)).toBe(false);
  });

  test("does not wait for a job that was not sent", () => {
    const round = new ExitRound([3, 1], EXIT_POLICY, false);
    round.withdraw(0);
    round.answered({ job: 1, request: 0 }, OK, 0);
    expect(round.isOver(Infinity)).toBe(true);
  });
});
