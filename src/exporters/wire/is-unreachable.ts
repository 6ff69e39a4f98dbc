// Whether an answer came from nobody.
import { GRPC_STATUS } from "../../delivery/grpc-status.ts";
import type { Answer } from "../../delivery/sender.ts";

/** How the details of an answer begin when there never was a connection, or it was lost, and no server said anything. */
export const NO_SERVER: RegExp =
  /^No connection established|^Name resolution failed|^Connection dropped|^Received RST_STREAM|^read |^write |socket hang up/;

/** Whether no server was there to answer, for whatever reason. */
export function isUnreachable(answer: Answer): boolean {
  return (
    answer.kind === "network" ||
    (answer.kind === "grpc" && answer.code === GRPC_STATUS.UNAVAILABLE && NO_SERVER.test(answer.details))
  );
}
