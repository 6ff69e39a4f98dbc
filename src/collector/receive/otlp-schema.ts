// The part of OpenTelemetry's trace protocol that a receiver reads, as a protobuf descriptor. Field
// numbers and types are those of opentelemetry-proto 1.x (trace/v1, common/v1, resource/v1, collector/trace/v1).
import protobuf from "protobufjs/light.js";

type Field = { id: number; type: string; rule?: "repeated" };

const one = (id: number, type: string): Field => ({ id, type });
const many = (id: number, type: string): Field => ({ id, type, rule: "repeated" });

const root = protobuf.Root.fromJSON({
  nested: {
    ExportTraceServiceRequest: { fields: { resourceSpans: many(1, "ResourceSpans") } },
    ResourceSpans: {
      fields: {
        resource: one(1, "Resource"),
        scopeSpans: many(2, "ScopeSpans"),
        schemaUrl: one(3, "string"),
      },
    },
    Resource: { fields: { attributes: many(1, "KeyValue") } },
    ScopeSpans: {
      fields: {
        scope: one(1, "InstrumentationScope"),
        spans: many(2, "Span"),
        schemaUrl: one(3, "string"),
      },
    },
    InstrumentationScope: {
      fields: { name: one(1, "string"), version: one(2, "string"), attributes: many(3, "KeyValue") },
    },
    Span: {
      fields: {
        traceId: one(1, "bytes"),
        spanId: one(2, "bytes"),
        traceState: one(3, "string"),
        parentSpanId: one(4, "bytes"),
        name: one(5, "string"),
        kind: one(6, "uint32"),
        startTimeUnixNano: one(7, "fixed64"),
        endTimeUnixNano: one(8, "fixed64"),
        attributes: many(9, "KeyValue"),
        droppedAttributesCount: one(10, "uint32"),
        events: many(11, "Event"),
        droppedEventsCount: one(12, "uint32"),
        links: many(13, "Link"),
        droppedLinksCount: one(14, "uint32"),
        status: one(15, "Status"),
        flags: one(16, "fixed32"),
      },
    },
    Event: {
      fields: {
        timeUnixNano: one(1, "fixed64"),
        name: one(2, "string"),
        attributes: many(3, "KeyValue"),
        droppedAttributesCount: one(4, "uint32"),
      },
    },
    Link: {
      fields: {
        traceId: one(1, "bytes"),
        spanId: one(2, "bytes"),
        traceState: one(3, "string"),
        attributes: many(4, "KeyValue"),
        droppedAttributesCount: one(5, "uint32"),
        flags: one(6, "fixed32"),
      },
    },
    Status: { fields: { message: one(2, "string"), code: one(3, "uint32") } },
    KeyValue: { fields: { key: one(1, "string"), value: one(2, "AnyValue") } },
    AnyValue: {
      oneofs: {
        value: {
          oneof: [
            "stringValue",
            "boolValue",
            "intValue",
            "doubleValue",
            "arrayValue",
            "kvlistValue",
            "bytesValue",
          ],
        },
      },
      fields: {
        stringValue: one(1, "string"),
        boolValue: one(2, "bool"),
        intValue: one(3, "int64"),
        doubleValue: one(4, "double"),
        arrayValue: one(5, "ArrayValue"),
        kvlistValue: one(6, "KeyValueList"),
        bytesValue: one(7, "bytes"),
      },
    },
    ArrayValue: { fields: { values: many(1, "AnyValue") } },
    KeyValueList: { fields: { values: many(1, "KeyValue") } },
  },
});

/** A 64-bit integer as protobufjs hands it out. */
export interface WireLong {
  readonly low: number;
  readonly high: number;
  readonly unsigned: boolean;
}

/** `opentelemetry.proto.common.v1.AnyValue`; `value` names the field that is set. */
export type WireAnyValue =
  | { value: "stringValue"; stringValue: string }
  | { value: "boolValue"; boolValue: boolean }
  | { value: "intValue"; intValue: WireLong }
  | { value: "doubleValue"; doubleValue: number }
  | { value: "arrayValue"; arrayValue: { values: WireAnyValue[] } }
  | { value: "kvlistValue"; kvlistValue: { values: WireKeyValue[] } }
  | { value: "bytesValue"; bytesValue: Uint8Array }
  | { value: undefined };

/** `opentelemetry.proto.common.v1.KeyValue`. */
export interface WireKeyValue {
  key: string;
  value?: WireAnyValue | null;
}

/** `opentelemetry.proto.trace.v1.Span`. */
export interface WireSpan {
  traceId: Uint8Array;
  spanId: Uint8Array;
  traceState: string;
  parentSpanId: Uint8Array;
  name: string;
  kind: number;
  startTimeUnixNano: WireLong;
  endTimeUnixNano: WireLong;
  attributes: WireKeyValue[];
  droppedAttributesCount: number;
  events: {
    timeUnixNano: WireLong;
    name: string;
    attributes: WireKeyValue[];
    droppedAttributesCount: number;
  }[];
  droppedEventsCount: number;
  links: {
    traceId: Uint8Array;
    spanId: Uint8Array;
    traceState: string;
    attributes: WireKeyValue[];
    droppedAttributesCount: number;
    flags: number;
  }[];
  droppedLinksCount: number;
  status?: { message: string; code: number } | null;
  flags: number;
}

/** `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`. */
export interface WireTraceRequest {
  resourceSpans: {
    resource?: { attributes: WireKeyValue[] } | null;
    scopeSpans: {
      scope?: { name: string; version: string; attributes: WireKeyValue[] } | null;
      spans: WireSpan[];
    }[];
  }[];
}

const traceRequest = root.lookupType("ExportTraceServiceRequest");

/** Reads a request. Throws on bytes that are not one. */
export function decodeRequest(bytes: Uint8Array): WireTraceRequest {
  return traceRequest.decode(bytes) as unknown as WireTraceRequest;
}

/** An `ExportTraceServiceResponse` that took everything: the empty message. */
export const TOOK_ALL: Uint8Array = new Uint8Array();
