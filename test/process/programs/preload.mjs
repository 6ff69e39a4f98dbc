// Loaded with --import: starts tracing, and ends one span of its own.
import { start } from "../start.mjs";

start(process.env).getTracer("preload").startSpan("preloaded").end();
