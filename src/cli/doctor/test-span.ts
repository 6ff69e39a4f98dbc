// The one span that the doctor sends, as a request.
import { randomBytes } from "node:crypto";
import { SpanKind, SpanStatusCode, TraceFlags } from "@opentelemetry/api";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { SEMRESATTRS_PROJECT_NAME, SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import { encodeSpan } from "../../otlp/encode-span.ts";
import { createRequestJoiner } from "../../otlp/join-request.ts";

/** The request, and by what the span is found again. */
export interface TestSpan {
  readonly request: Uint8Array;
  readonly name: string;
  readonly spanId: string;
  readonly project: string;
  /** Milliseconds since 1970. */
  readonly startMillis: number;
}

/** Makes a span of the kind CHAIN in the project. */
export function createTestSpan(project: string): TestSpan {
  const startMillis = Date.now();
  const time = (millis: number): [number, number] => [Math.floor(millis / 1_000), (millis % 1_000) * 1e6];
  const context = {
    traceId: randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    traceFlags: TraceFlags.SAMPLED,
  };
  const name = "phoenix-otel doctor";
  const encoded = encodeSpan({
    name,
    kind: SpanKind.INTERNAL,
    spanContext: () => context,
    startTime: time(startMillis),
    endTime: time(startMillis + 1),
    duration: [0, 1e6],
    ended: true,
    status: { code: SpanStatusCode.OK },
    attributes: {
      [SemanticConventions.OPENINFERENCE_SPAN_KIND]: "CHAIN",
      [SemanticConventions.INPUT_VALUE]: "Do traces arrive?",
      [SemanticConventions.OUTPUT_VALUE]: "This one did.",
    },
    events: [],
    links: [],
    resource: resourceFromAttributes({ [SEMRESATTRS_PROJECT_NAME]: project, "service.name": "phoenix-otel" }),
    instrumentationScope: { name: "phoenix-otel" },
    droppedAttributesCount: 0,
    droppedEventsCount: 0,
    droppedLinksCount: 0,
  });
  return { request: createRequestJoiner()([encoded]), name, spanId: context.spanId, project, startMillis };
}
