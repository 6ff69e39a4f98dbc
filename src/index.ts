// Every public name of the package, in reading order.
export type { Diagnostic, DiagnosticCode } from "./diagnostics.ts";
export { PhoenixConfigError } from "./config/config-error.ts";
export type { Instrumentation, Live, RegisterOptions, TraceConfigOptions } from "./config/options.ts";
export { PROJECT_NAME } from "./config/project.ts";
export type { Resolved } from "./config/reading.ts";
export type { ResolvedConfig } from "./config/resolve-config.ts";
export { resolveConfig } from "./config/resolve-config.ts";
export type { Destination, Protocol, Target } from "./config/target.ts";
