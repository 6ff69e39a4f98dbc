// Ends a span, delivers it as END says, and prints what stderr is not for: nothing.
import { register } from "phoenix-otel";

const { ENDPOINT, PROTOCOL, END } = process.env;
const provider = register({ endpoint: ENDPOINT, protocol: PROTOCOL });
provider.getTracer("proxied").startSpan("span").end();
if (END === "exit") process.exit(0);
await provider.flush();
