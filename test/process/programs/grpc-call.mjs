// Makes one gRPC call and says what came of it, and whether grpc-js was loaded for it. It waits for nothing else.
import { createRequire } from "node:module";
import { GrpcSender } from "../../../src/exporters/grpc/grpc-sender.ts";

const { GRPC_URL, HOLDS_PROCESS, PROXY: proxy } = process.env;
const sender = new GrpcSender({
  url: GRPC_URL,
  holdsProcess: HOLDS_PROCESS !== "false",
  ...(proxy && { proxy }),
});
const answer = await sender.send(new Uint8Array(), 5000);
const loaded = Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes("grpc-js"));
process.stdout.write(JSON.stringify({ code: answer.code, loaded }));
