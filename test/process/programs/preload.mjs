// Loaded with --import: starts tracing, and ends one span of its own.
import { start } from "#held-spans";

const { provider } = start(process.env);
provider.getTracer("preload").startSpan("preloaded").end();
