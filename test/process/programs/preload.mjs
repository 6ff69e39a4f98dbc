// Loaded with --import: starts tracing, and ends one span of its own.
import { start } from "#start";

start(process.env).getTracer("preload").startSpan("preloaded").end();
