// Projects, sessions and masking of spans that the exit delivers, through the built package.
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { PROJECT_NAME } from "../../src/index.ts";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { checkout, run } from "../support/run-program.ts";

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

const ENDS: Record<string, number | string> = { natural: 0, exit: 3, crash: 1, signal: "SIGTERM" };

it.each(Object.keys(ENDS).flatMap((end) => ["grpc", "http/protobuf"].map((protocol) => ({ end, protocol }))))(
  "go where they are meant to by $protocol when the process ends by $end",
  async ({ end, protocol }) => {
    const ended = await run(
      process.execPath,
      [path.join(checkout, "test/context/programs/ends-with-projects.mjs")],
      {
        END: end,
        PROTOCOL: protocol,
        ENDPOINT: protocol === "grpc" ? receiver.grpcUrl : receiver.httpUrl,
        OPENINFERENCE_HIDE_INPUTS: "true",
      },
    );
    expect(ended.status).toBe(ENDS[end]);
    expect(receiver.spans.map((span) => span.resource[PROJECT_NAME] as string).toSorted()).toEqual([
      "chat",
      "own",
      "rag",
    ]);
    for (const { attributes } of receiver.spans) {
      expect(attributes).toMatchObject({
        "session.id": "s",
        "input.value": "__REDACTED__",
        "output.value": "15",
      });
    }
    const bytes = Buffer.concat(receiver.requests.map((request) => request.body));
    expect(bytes.includes("secret-question")).toBe(false);
  },
);
