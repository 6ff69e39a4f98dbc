// The part of OpenTelemetry's trace protocol that a receiver reads, as a table of messages. Field
// numbers and types are those of opentelemetry-proto 1.x (trace/v1, common/v1, resource/v1, collector/trace/v1).
import { type MessageField, type MessageTable, readMessage } from "./protobuf-message.ts";

const one = (name: string, type: string): MessageField => ({ name, type, isRepeated: false });
const many = (name: string, type: string): MessageField => ({ name, type, isRepeated: true });

const MESSAGES: Readonly<Record<string, MessageTable>> = {
  ExportTraceServiceRequest: {
    fields: {
      1: many("resourceSpans", "ResourceSpans"),
    },
  },
  ResourceSpans: {
    fields: {
      1: one("resource", "Resource"),
      2: many("scopeSpans", "ScopeSpans"),
      3: one("schemaUrl", "string"),
    },
  },
  Resource: {
    fields: {
      1: many("attributes", "KeyValue"),
    },
  },
  ScopeSpans: {
    fields: {
      1: one("scope", "InstrumentationScope"),
      2: many("spans", "Span"),
      3: one("schemaUrl", "string"),
    },
  },
  InstrumentationScope: {
    fields: {
      1: one("name", "string"),
      2: one("version", "string"),
      3: many("attributes", "KeyValue"),
    },
  },
  Span: {
    fields: {
      1: one("traceId", "bytes"),
      2: one("spanId", "bytes"),
      3: one("traceState", "string"),
      4: one("parentSpanId", "bytes"),
      5: one("name", "string"),
      6: one("kind", "uint32"),
      7: one("startTimeUnixNano", "fixed64"),
      8: one("endTimeUnixNano", "fixed64"),
      9: many("attributes", "KeyValue"),
      10: one("droppedAttributesCount", "uint32"),
      11: many("events", "Event"),
      12: one("droppedEventsCount", "uint32"),
      13: many("links", "Link"),
      14: one("droppedLinksCount", "uint32"),
      15: one("status", "Status"),
      16: one("flags", "fixed32"),
    },
  },
  Event: {
    fields: {
      1: one("timeUnixNano", "fixed64"),
      2: one("name", "string"),
      3: many("attributes", "KeyValue"),
      4: one("droppedAttributesCount", "uint32"),
    },
  },
  Link: {
    fields: {
      1: one("traceId", "bytes"),
      2: one("spanId", "bytes"),
      3: one("traceState", "string"),
      4: many("attributes", "KeyValue"),
      5: one("droppedAttributesCount", "uint32"),
      6: one("flags", "fixed32"),
    },
  },
  Status: {
    fields: {
      2: one("message", "string"),
      3: one("code", "uint32"),
    },
  },
  KeyValue: {
    fields: {
      1: one("key", "string"),
      2: one("value", "AnyValue"),
    },
  },
  AnyValue: {
    oneof: "value",
    fields: {
      1: one("stringValue", "string"),
      2: one("boolValue", "bool"),
      3: one("intValue", "int64"),
      4: one("doubleValue", "double"),
      5: one("arrayValue", "ArrayValue"),
      6: one("kvlistValue", "KeyValueList"),
      7: one("bytesValue", "bytes"),
    },
  },
  ArrayValue: {
    fields: {
      1: many("values", "AnyValue"),
    },
  },
  KeyValueList: {
    fields: {
      1: many("values", "KeyValue"),
    },
  },
};

/** `opentelemetry.proto.common.v1.AnyValue`; `value` names the field that is set. */
export type WireAnyValue =
  | { value: "stringValue"; stringValue: string }
  | { value: "boolValue"; boolValue: boolean }
  | { value: "intValue"; intValue: bigint }
  | { value: "doubleValue"; doubleValue: number }
  | { value: "arrayValue"; arrayValue: { values: WireAnyValue[] } }
  | { value: "kvlistValue"; kvlistValue: { values: WireKeyValue[] } }
  | { value: "bytesValue"; bytesValue: Uint8Array }
  | { value: undefined };

/** `opentelemetry.proto.common.v1.KeyValue`. */
export interface WireKeyValue {
  key: string;
  value?: WireAnyValue | undefined;
}

/** `opentelemetry.proto.trace.v1.Span`. */
export interface WireSpan {
  traceId: Uint8Array;
  spanId: Uint8Array;
  traceState: string;
  parentSpanId: Uint8Array;
  name: string;
  kind: number;
  startTimeUnixNano: bigint;
  endTimeUnixNano: bigint;
  attributes: WireKeyValue[];
  droppedAttributesCount: number;
  events: {
    timeUnixNano: bigint;
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
  status?: { message: string; code: number } | undefined;
  flags: number;
}

/** `opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest`. */
export interface WireTraceRequest {
  resourceSpans: {
    resource?: { attributes: WireKeyValue[] } | undefined;
    scopeSpans: {
      scope?: { name: string; version: string; attributes: WireKeyValue[] } | undefined;
      spans: WireSpan[];
    }[];
  }[];
}

/** Reads a request. Throws on bytes that are not one. */
export function decodeRequest(bytes: Uint8Array): WireTraceRequest {
  return readMessage(MESSAGES, "ExportTraceServiceRequest", bytes) as WireTraceRequest;
}

/** An `ExportTraceServiceResponse` that took everything: the empty message. */
export const TOOK_ALL: Uint8Array = new Uint8Array();
