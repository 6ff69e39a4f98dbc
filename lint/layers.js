// The house rules of src/ as lint rules: who may import whom, and which file alone may touch a
// process-wide thing. test/package/layers.test.ts plants one violation of each.
import path from "node:path";

/** What each room of src/ may import from the other rooms; every room may import `diagnostics`. */
const ROOMS = {
  config: [],
  otlp: [],
  delivery: [],
  context: [],
  masking: [],
  exporters: ["config", "otlp", "delivery"],
  processors: [
    "config",
    "delivery",
    "exporters",
    "masking",
    "context",
    "otlp",
    "serverless",
    "exit-flush",
    "exit-sources",
    "load-part",
  ],
  serverless: [],
  decorators: ["context", "load-part"],
  collector: [],
};

const SENTENCES = {
  config: "config knows only diagnostics and OpenTelemetry's API types",
  otlp: "otlp knows only diagnostics and OpenTelemetry's API types",
  delivery: "delivery knows only diagnostics and OpenTelemetry's API types",
  context: "context knows only diagnostics and OpenTelemetry's API types",
  masking: "masking knows only diagnostics and OpenTelemetry's API types",
  exporters: "exporters may use config and otlp, and implement delivery's Sender",
  processors:
    "processors may use config, delivery, exporters, masking, context, otlp, serverless and the exit flush",
  serverless: "serverless knows the flushes that processors give it, not the processors",
  decorators:
    "decorators may use context and OpenTelemetry's API only, so a library can trace with us without our SDK",
  collector: "collector stands on top: it shares nothing with the sending side",
};

/** Rooms whose only OpenTelemetry at run time is the API; types of the SDK are fine. */
const API_ONLY = new Set(["config", "otlp", "delivery", "context", "masking", "decorators"]);

const srcPath = (filename) => {
  const parts = filename.split(path.sep);
  const at = parts.lastIndexOf("src");
  return at === -1 ? undefined : parts.slice(at + 1);
};

const room = (parts) => (parts.length > 1 ? parts[0] : undefined);

const importedRoom = (context, specifier) => {
  const target = path.resolve(path.dirname(context.filename), specifier);
  const parts = srcPath(target);
  if (parts === undefined) return undefined;
  return parts.length > 1 ? parts[0] : parts[0]?.replace(/\.[cm]?[jt]s$/, "");
};

const onImports = (check) => (context) => {
  const visit = (node) => {
    if (typeof node.source?.value === "string") check(context, node, node.source.value);
  };
  return {
    ImportDeclaration: visit,
    ExportNamedDeclaration: visit,
    ExportAllDeclaration: visit,
    ImportExpression: visit,
  };
};

const isTypeOnly = (node) => node.importKind === "type" || node.exportKind === "type";

const layers = {
  meta: { type: "problem" },
  create: onImports((context, node, specifier) => {
    const parts = srcPath(context.filename);
    const own = parts && room(parts);
    if (own === undefined || !(own in ROOMS) || !specifier.startsWith(".")) return;
    const other = importedRoom(context, specifier);
    if (other === undefined || other === own || other === "diagnostics") return;
    if (!ROOMS[own].includes(other)) {
      context.report({ node, message: `${SENTENCES[own]}; this imports "${specifier}".` });
    }
  }),
};

const apiOnly = {
  meta: { type: "problem" },
  create: onImports((context, node, specifier) => {
    const parts = srcPath(context.filename);
    const own = parts && room(parts);
    if (own === undefined || !API_ONLY.has(own) || isTypeOnly(node)) return;
    if (specifier.startsWith("@opentelemetry/") && specifier !== "@opentelemetry/api") {
      context.report({ node, message: `${SENTENCES[own]}; this loads "${specifier}".` });
    }
  }),
};

/** A rule that forbids `matches(node)` everywhere in src/ but in the named files or rooms. */
const onlyIn = (allowed, message, matches) => ({
  meta: { type: "problem" },
  create(context) {
    const parts = srcPath(context.filename);
    if (parts === undefined) return {};
    if (allowed.includes(parts.join("/")) || allowed.includes(parts[0])) return {};
    return {
      MemberExpression(node) {
        if (matches(node)) context.report({ node, message });
      },
    };
  },
});

const member = (node, object, ...names) =>
  node.object.type === "Identifier" &&
  node.object.name === object &&
  !node.computed &&
  (names.length === 0 || names.includes(node.property.name));

const rules = {
  layers,
  "api-only": apiOnly,
  "environment-in-one-file": onlyIn(
    ["config/environment.ts"],
    "process.env is read in one file, src/config/environment.ts.",
    (node) => member(node, "process", "env"),
  ),
  "console-at-the-edge": onlyIn(
    ["diagnostics.ts", "cli"],
    "console appears in diagnostics and cli only.",
    (node) => member(node, "console"),
  ),
  "process-listeners-in-one-file": onlyIn(
    ["exit-flush.ts", "cli"],
    "exit-flush.ts is the only file that listens to the process.",
    (node) =>
      member(
        node,
        "process",
        "on",
        "once",
        "addListener",
        "prependListener",
        "prependOnceListener",
        "removeListener",
        "off",
      ),
  ),
  "globals-in-one-file": onlyIn(
    ["globals.ts"],
    "globals.ts is the only file that touches OpenTelemetry's globals.",
    (node) =>
      member(node, "trace", "setGlobalTracerProvider", "disable") ||
      member(node, "context", "setGlobalContextManager", "disable") ||
      member(node, "propagation", "setGlobalPropagator", "disable"),
  ),
};

export default { meta: { name: "house" }, rules };
