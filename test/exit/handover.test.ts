// What delivery hands over at the end, where one of its spans is broken.
import { expect, test } from "vitest";
import { judge } from "../../src/delivery/classify.ts";
import { Delivery } from "../../src/delivery/delivery.ts";
import { OK, SimulatedClock, span, type TestSpan } from "../delivery/simulation.ts";

const start = () => {
  const said: string[] = [];
  const delivery = new Delivery<TestSpan>({
    sender: {
      url: "http://phoenix",
      maxRequestBytes: 1e6,
      send: () => new Promise(() => undefined),
      close: () => undefined,
    },
    join: (spans) => {
      if (spans.some(({ bytes }) => bytes[4] === 1)) throw new TypeError("no bytes");
      return Buffer.from(spans.map(({ name }) => name).join(" "));
    },
    describe: { endpointSource: "default" },
    clock: new SimulatedClock(),
    report: ({ code, message }) => void said.push(`${code} ${message}`),
  });
  return { delivery, said };
};

test("a span that cannot be made part of a request costs no other", () => {
  const { delivery, said } = start();
  for (let id = 0; id < 9; id++) delivery.add(span(id, 100, id === 4));
  const requests = delivery.takeForExit();
  const names = requests.flatMap((request) => new TextDecoder().decode(request).split(" "));
  expect(names).toEqual([0, 1, 2, 3, 5, 6, 7, 8].map((id) => `span-${id}`));
  delivery.settleExit(requests.map(() => judge(OK)));
  expect(delivery.stats()).toMatchObject({
    emitted: 9,
    delivered: 8,
    queued: 0,
    inFlight: 0,
    dropped: { unreadable: 1 },
  });
  expect(said).toHaveLength(1);
  expect(said[0]).toContain('"span-4"');
});
