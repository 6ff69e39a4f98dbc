// Writers to take and give back: one is enough, but for what is written while something is being written.
import { ProtobufWriter } from "./protobuf-writer.ts";

const spare: ProtobufWriter[] = [];

/**
 * A writer for whoever gives it back with {@link giveBack}. Foreign code runs meanwhile, as a getter among a span's
 * attributes: what that makes this package write goes to another writer.
 */
export function takeWriter(): ProtobufWriter {
  return spare.pop() ?? new ProtobufWriter();
}

/** Says that the writer's message is finished, or never will be. */
export function giveBack(writer: ProtobufWriter): void {
  spare.push(writer);
}
