// Encoded spans joined under resource and scope headers: one OTLP ExportTraceServiceRequest.
import { writeAttributes } from "./any-value.ts";
import type { EncodedSpan } from "./encode-span.ts";
import type { ProtobufWriter } from "./protobuf-writer.ts";
import type { Slab } from "./slab.ts";
import { giveBack, takeWriter } from "./spare-writers.ts";
import { fieldBytes, putVarint } from "./varint.ts";

type Resource = EncodedSpan["resource"];
type Scope = EncodedSpan["scope"];

/** Builds the bytes of one request from encoded spans, in their order, over a `spare` request that nobody needs. */
export type JoinRequest = (spans: readonly EncodedSpan[], spare?: Uint8Array) => Uint8Array;

/** What stands before and after the parts of a `ResourceSpans` or a `ScopeSpans`. */
interface Header {
  readonly head: Uint8Array;
  readonly tail: Uint8Array;
}

/** Spans that stand one behind the other in memory, so that they are copied in one piece. */
interface Run {
  readonly slab: Slab;
  readonly start: number;
  end: number;
}

interface ScopeGroup extends Header {
  readonly resource: Resource;
  readonly scope: Scope;
  readonly runs: Run[];
  bytes: number;
}

/** Headers that were encoded before, by what stands for the resource or the scope. */
const encodedBefore = new WeakMap<object, Header>();

/** Something that stands for a resource or a scope whose header is there as bytes. */
export function encodedHeader(head: Uint8Array): object {
  const stand = {};
  encodedBefore.set(stand, { head, tail: new Uint8Array() });
  return stand;
}

/** The memory of requests from here on is rounded up to this and used again. */
const REUSED_BYTES = 64 * 1024;

/**
 * Creates the function that joins spans to a request, grouped by the identity of resource and scope as
 * OpenTelemetry's serializer does. Resource attributes are read when the request is built, so those
 * that a detector found late are in it; once they are complete the header is remembered.
 */
export function createRequestJoiner(): JoinRequest {
  const resources = new WeakMap<Resource, Header>();
  const scopes = new WeakMap<Scope, Header>();

  const resourceHeader = (resource: Resource): Header => {
    const known = resources.get(resource) ?? encodedBefore.get(resource);
    if (known !== undefined) return known;
    const header = encodeHeader(resource.schemaUrl, (writer) => {
      writeAttributes(writer, 0x0a, resource.attributes);
      writer.byte(0x10);
      writer.byte(0);
    });
    if (!resource.asyncAttributesPending) resources.set(resource, header);
    return header;
  };

  const scopeHeader = (scope: Scope): Header => {
    let header = scopes.get(scope) ?? encodedBefore.get(scope);
    if (header === undefined) {
      header = encodeHeader(scope.schemaUrl, (writer) => writeScope(writer, scope));
      scopes.set(scope, header);
    }
    return header;
  };

  const newGroup = (resource: Resource, scope: Scope): ScopeGroup => {
    const header = scopeHeader(scope);
    const bytes = header.head.byteLength + header.tail.byteLength;
    return { ...header, resource, scope, runs: [], bytes };
  };

  return (spans, spare) => {
    const groups = new Map<Resource, Map<Scope, ScopeGroup>>();
    let group: ScopeGroup | undefined;
    for (const span of spans) {
      const { resource, scope, slab } = span;
      if (slab === undefined) continue;
      if (group?.resource !== resource || group.scope !== scope) {
        const scopes = computeIfAbsent(groups, resource, () => new Map<Scope, ScopeGroup>());
        group = computeIfAbsent(scopes, scope, () => newGroup(resource, scope));
      }
      group.bytes += span.byteLength;
      const end = span.start + span.byteLength;
      const run = group.runs.at(-1);
      if (run?.slab === slab && run.end === span.start) run.end = end;
      else group.runs.push({ slab, start: span.start, end });
    }
    const parts = Array.from(groups, ([resource, byScope]) => {
      const header = resourceHeader(resource);
      let bytes = header.head.byteLength + header.tail.byteLength;
      for (const { bytes: inside } of byScope.values()) bytes += fieldBytes(inside);
      return { header, scopes: [...byScope.values()], bytes };
    });
    const total = parts.reduce((sum, part) => sum + fieldBytes(part.bytes), 0);
    const request = room(total, spare);
    let at = 0;
    for (const { header, scopes, bytes } of parts) {
      at = putField(request, at, 0x0a, bytes);
      at = put(request, at, header.head);
      for (const { head, runs, tail, bytes: inside } of scopes) {
        at = putField(request, at, 0x12, inside);
        at = put(request, at, head);
        for (const { slab, start, end } of runs) at += slab.buffer.copy(request, at, start, end);
        at = put(request, at, tail);
      }
      at = put(request, at, header.tail);
    }
    return request;
  };
}

/** Fresh memory for every large request keeps the garbage collector busier than the encoding itself. */
function room(bytes: number, spare: Uint8Array | undefined): Buffer {
  if (bytes < REUSED_BYTES) return Buffer.allocUnsafeSlow(bytes);
  if (spare !== undefined && spare.buffer.byteLength >= bytes) return Buffer.from(spare.buffer, 0, bytes);
  return Buffer.allocUnsafeSlow(Math.ceil(bytes / REUSED_BYTES) * REUSED_BYTES).subarray(0, bytes);
}

/** Resolves when the resources of these spans are complete; `undefined` when they are already. Never throws or rejects. */
export function resourcesReady(spans: readonly EncodedSpan[]): Promise<unknown> | undefined {
  let pending: Set<Resource> | undefined;
  for (const { resource } of spans) if (isPending(resource)) (pending ??= new Set()).add(resource);
  return pending && Promise.allSettled(Array.from(pending, async (each) => each.waitForAsyncAttributes?.()));
}

/** One that cannot tell is sent as it is. */
function isPending(resource: Resource): boolean {
  try {
    return resource.asyncAttributesPending === true;
  } catch {
    return false;
  }
}

/** Field 1 holds the resource or the scope, field 3 the schema's URL; what is between comes later. */
function encodeHeader(schemaUrl: string | undefined, writeBody: (writer: ProtobufWriter) => void): Header {
  const writer = takeWriter();
  try {
    writer.begin();
    writer.byte(0x0a);
    const start = writer.open(0);
    writeBody(writer);
    writer.close(start, 0);
    const head = writer.finish();
    writer.begin();
    if (schemaUrl) {
      writer.byte(0x1a);
      writer.string(schemaUrl);
    }
    return { head, tail: writer.finish() };
  } finally {
    giveBack(writer);
  }
}

function writeScope(
  writer: ProtobufWriter,
  scope: Scope & { attributes?: unknown; droppedAttributesCount?: number },
): void {
  writer.byte(0x0a);
  writer.string(scope.name);
  if (scope.version) {
    writer.byte(0x12);
    writer.string(scope.version);
  }
  writeAttributes(writer, 0x1a, scope.attributes);
  if (scope.droppedAttributesCount) {
    writer.byte(0x20);
    writer.varint(scope.droppedAttributesCount);
  }
}

function computeIfAbsent<K, V>(map: Map<K, V>, key: K, compute: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = compute()));
  return value;
}

function putField(target: Buffer, at: number, tag: number, length: number): number {
  target[at] = tag;
  return putVarint(target, at + 1, length);
}

function put(target: Buffer, at: number, bytes: Uint8Array): number {
  target.set(bytes, at);
  return at + bytes.byteLength;
}
