// Makes one gRPC call and says what came of it, and whether grpc-js was loaded for it. It waits for nothing else.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { GrpcSender } from "../../../src/exporters/grpc/grpc-sender.ts";

const { AUTHORITY, GRPC_URL, HOLDS_PROCESS, PROXY: proxy, WORK_MILLIS } = process.env;
/** Of a program that made credentials of grpc-js itself. */
const credentials =
  AUTHORITY && (await import("@grpc/grpc-js")).credentials.createSsl(readFileSync(AUTHORITY));
const sender = new GrpcSender({
  url: GRPC_URL,
  holdsProcess: HOLDS_PROCESS !== "false",
  ...(proxy && { proxy }),
  ...(credentials && { credentials }),
});
// Something else the program does meanwhile.
if (WORK_MILLIS) setTimeout(() => {}, Number(WORK_MILLIS));
const answer = await sender.send(new Uint8Array(), 5000);
const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes("grpc-js"));
process.stdout.write(JSON.stringify({ code: answer.code, loaded }));
