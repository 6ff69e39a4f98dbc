// What a Delivery is made of: how it sends, how it names things, and its bounds.
import type { Item } from "./batch.ts";
import type { Clock } from "./clock.ts";
import type { Report } from "./delivery-messages.ts";
import type { DeliveryDescription } from "./failure-words.ts";
import type { Sender } from "./sender.ts";
import type { Shrink } from "./shrink.ts";

/** Builds the bytes of one request, in the memory of `spare` where that is of use. May throw: then a span is unreadable. */
export type Join<T extends Item> = (items: readonly T[], spare?: Uint8Array) => Uint8Array;

/** A promise when something that a request needs, as async resource attributes, is not there yet. */
export type Ready<T extends Item> = (items: readonly T[]) => Promise<unknown> | undefined;

/** Options of `Delivery`. */
export interface DeliveryOptions<T extends Item> {
  readonly sender: Sender;
  /** Called once per attempt. */
  readonly join: Join<T>;
  readonly ready?: Ready<T>;
  readonly shrink?: Shrink<T>;
  /** Told once of each span that delivery does not need any more. */
  readonly discard?: (item: T) => void;
  /** Told when the time of `Delivery.shutdown()` is over, before what is left is given up; `Delivery.keep()` may save it. */
  readonly leaving?: () => void;
  /** What settings are called in messages. */
  readonly describe: DeliveryDescription;
  /** Sends each span at once, with one request under way at a time. For `SimpleSpanProcessor`. */
  readonly immediate?: boolean;
  /** Sends a span within `Delivery.add()` where nothing is on its way. With `immediate`. */
  readonly sendsWithin?: boolean;
  /** Most bytes in memory, in-flight spans included. 64 MiB. */
  readonly maxQueueBytes?: number;
  /** Most spans in memory (`OTEL_BSP_MAX_QUEUE_SIZE`). Not bounded: bytes are. */
  readonly maxQueueItems?: number;
  /** Bytes a request is filled up to. 512 KiB. */
  readonly batchBytes?: number;
  /** Most spans of a request (`OTEL_BSP_MAX_EXPORT_BATCH_SIZE`). Not bounded: bytes are. */
  readonly maxBatchItems?: number;
  /** How long a span waits for others (`OTEL_BSP_SCHEDULE_DELAY`). 500 ms. */
  readonly delayMillis?: number;
  /** Deadline of one attempt (`OTEL_EXPORTER_OTLP_TIMEOUT`). 10 s. */
  readonly attemptTimeoutMillis?: number;
  /** Upper bound of the attempt's deadline (`OTEL_BSP_EXPORT_TIMEOUT`). */
  readonly exportTimeoutMillis?: number;
  /** Prints a message once per episode. */
  readonly report?: Report;
  /** Ends an episode, so that it is told again next time. */
  readonly rearm?: (episode: string) => void;
  readonly clock?: Clock;
  /** Gives numbers from 0 up to 1. */
  readonly random?: () => number;
}
