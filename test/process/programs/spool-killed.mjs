// Leaves the spans of GENERATION in the folder, or sends what is there until it is killed; says when it begins.
import { register } from "phoenix-otel";

const { ENDPOINT, FOLDER, GENERATION, SPANS, BYTES } = process.env;
const headers = { "x-refuse": GENERATION === undefined ? "no" : "yes" };
const provider = register({ endpoint: ENDPOINT, protocol: "http/protobuf", headers, spool: FOLDER });
if (GENERATION === undefined) {
  setTimeout(() => process.exit(99), 60_000);
  process.stdout.write("ready");
} else {
  const tracer = provider.getTracer("killed");
  const attributes = { "input.value": "x".repeat(Number(BYTES)) };
  for (let index = 0; index < Number(SPANS); index++) {
    tracer.startSpan(`${GENERATION}/${index}`, { attributes }).end();
  }
  process.stdout.write("ready");
  process.exit(0);
}
