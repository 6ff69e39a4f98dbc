// register() where nothing is traced: it says so.
import type { RegisterOptions } from "../config/options.ts";
import { sayOnce } from "../diagnostics.ts";
import { TracerProvider } from "./tracer-provider.ts";

/** Says once that nothing is traced here, and gives a provider that records nothing. Never throws. */
export function register(_options?: RegisterOptions): TracerProvider {
  sayOnce("edge", {
    code: "PHX213",
    message:
      'register() was called in an edge runtime or a browser, where phoenix-otel traces nothing: its functions pass through. Call it where Node.js runs; in the instrumentation.ts of Next.js, where process.env.NEXT_RUNTIME is "nodejs".',
  });
  return new TracerProvider();
}
