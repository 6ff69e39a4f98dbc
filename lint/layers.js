// The house rules of src/ as lint rules: who may import whom, and which file alone may touch a
// process-wide thing. test/package/layers.test.ts plants one violation of each.
import path from "node:path";

/** What stands under every room: it says things, waits, and keeps what the process shares. */
const GROUND = new Set(["diagnostics", "deadline", "own-calls", "process-slot", "real-time", "test-mode"]);

/**
 * Every room of src/ and every file at its top: what it may import from the others, the ground aside, and the sentence
 * for what it may not.
 */
export const ROOMS = {
  diagnostics: [
    ["process-slot", "stderr", "test-mode"],
    "diagnostics stands under everything and knows only process-slot, stderr and test-mode",
  ],
  stderr: [["deadline"], "stderr knows only deadline"],
  deadline: [["real-time"], "deadline knows only real-time"],
  "real-time": [["process-slot"], "real-time knows only process-slot"],
  "own-calls": [[], "own-calls knows nothing of the package"],
  "process-slot": [[], "process-slot knows nothing of the package"],
  "test-mode": [["process-slot"], "test-mode knows only process-slot"],
  parts: [["diagnostics"], "parts knows only diagnostics"],
  globals: [[], "globals knows only OpenTelemetry"],
  "other-api": [["globals"], "other-api knows only globals"],
  "open-spans": [[], "open-spans knows only process-slot"],

  capture: [[], "capture makes text of any value and knows nothing else"],
  config: [["parts"], "config knows only diagnostics, parts and OpenTelemetry's API types"],
  context: [["capture", "parts"], "context knows only capture, parts and OpenTelemetry's API"],
  openinference: [
    ["capture", "parts"],
    "openinference is the vocabulary: it knows capture, parts and OpenTelemetry's API",
  ],
  decorators: [
    ["openinference", "capture", "config", "context", "masking", "globals", "open-spans", "parts"],
    "decorators may use openinference, capture, config, context, masking and OpenTelemetry's API only, so a library can trace with us without our SDK",
  ],
  instrumentation: [
    ["config", "context", "decorators", "openinference", "capture", "globals", "parts"],
    "instrumentation traces SDKs by the decorators and knows nothing of delivery",
  ],

  spans: [[], "spans says what leaves of a span and knows only OpenTelemetry's types"],
  translation: [
    ["spans", "openinference", "capture", "parts"],
    "translation rewrites outgoing spans by the vocabulary of openinference",
  ],
  masking: [
    ["spans", "openinference", "capture", "config", "parts"],
    "masking rewrites outgoing spans by the settings that config resolved",
  ],
  otlp: [["spans"], "otlp makes bytes of outgoing spans and knows nothing else"],
  delivery: [[], "delivery knows only diagnostics: neither OpenTelemetry nor protobuf"],
  exporters: [
    ["config", "otlp", "spans", "masking", "delivery"],
    "exporters may use config, otlp, spans and masking, and implement delivery's Sender",
  ],
  exit: [
    ["exporters", "delivery", "config", "open-spans", "parts"],
    "exit delivers by the clients of exporters",
  ],
  spool: [
    ["exit", "exporters", "delivery", "config", "otlp"],
    "spool keeps requests on disk and sends them by exporters",
  ],
  serverless: [[], "serverless knows the flushes that processors give it, not the processors"],
  processors: [
    [
      "config",
      "context",
      "delivery",
      "exit",
      "exporters",
      "globals",
      "masking",
      "otlp",
      "parts",
      "serverless",
      "spans",
      "spool",
      "translation",
    ],
    "processors may use config, context, globals, spans, translation, masking, otlp, delivery, exporters, exit, spool and serverless",
  ],

  tracer: [["decorators", "openinference", "context"], "tracer adds the wrappers to OpenTelemetry's tracer"],
  "random-ids": [[], "random-ids gives ids and knows nothing else"],
  "start-beside": [["context", "globals"], "start-beside knows only context and globals"],
  "replaceable-tracer": [
    ["context", "start-beside"],
    "replaceable-tracer knows only context and start-beside",
  ],
  report: [["config"], "report prints what config resolved"],
  "provider-resource": [["config"], "provider-resource knows only config"],
  "tracer-provider": [
    [
      "config",
      "delivery",
      "exit",
      "exporters",
      "openinference",
      "processors",
      "tracer",
      "random-ids",
      "replaceable-tracer",
      "start-beside",
      "context",
      "provider-resource",
      "report",
      "globals",
    ],
    "tracer-provider puts processors and tracers together",
  ],
  registration: [["config", "tracer-provider"], "registration remembers providers"],
  register: [
    [
      "attached-providers",
      "config",
      "decorators",
      "globals",
      "instrumentation",
      "masking",
      "other-api",
      "parts",
      "preloading",
      "registration",
      "report",
      "tracer-provider",
    ],
    "register resolves, makes the provider, installs it and reports",
  ],
  preloading: [[], "preloading knows only process-slot"],
  preload: [
    ["config", "index", "instrumentation", "preloading"],
    "preload calls register of the built package",
  ],
  "attached-providers": [
    ["globals", "registration"],
    "attached-providers mounts and unmounts what globals installs",
  ],
  edge: [
    [
      "attached-providers",
      "capture",
      "config",
      "context",
      "decorators",
      "delivery",
      "instrumentation",
      "masking",
      "openinference",
      "serverless",
      "spans",
      "tracer",
    ],
    "edge is for pages and edge runtimes: it knows what needs nothing of Node",
  ],
  index: ["all", "index lists the public names"],

  collector: [[], "collector stands on top: it shares nothing with the sending side"],
  web: [[], "web is the page: it knows only the data that the view serves"],
  testing: [
    ["config", "spans", "globals", "tracer-provider", "processors", "registration"],
    "testing stands on top: it sees spans, and knows nothing of their delivery",
  ],
  cli: ["all", "cli stands on top"],
};

/** Rooms within a room: what each may import from its siblings, and the sentence for what it may not. */
const ROOMS_WITHIN = {
  collector: {
    receive: [["trace"], "collector/receive makes spans of what comes in and knows only trace's TraceSpan"],
    trace: [[], "collector/trace knows only TraceSpan, not where spans come from or how they are drawn"],
    draw: [["trace"], "collector/draw draws what trace gives and knows nothing of receiving"],
  },
};

/** Rooms whose only OpenTelemetry at run time is the API; types of the SDK are fine. */
const API_ONLY = new Set([
  "config",
  "capture",
  "context",
  "decorators",
  "delivery",
  "globals",
  "instrumentation",
  "masking",
  "openinference",
  "otlp",
  "spans",
  "translation",
]);

const srcPath = (filename) => {
  const parts = filename.split(path.sep);
  const at = parts.lastIndexOf("src");
  return at === -1 ? undefined : parts.slice(at + 1);
};

const room = (parts) => parts[0]?.replace(/\.[cm]?[jt]s$/, "");

const importedPath = (context, specifier) => srcPath(path.resolve(path.dirname(context.filename), specifier));

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

/** Reports an import from a room within `own` into a sibling that it may not know. */
const checkWithin = (context, node, parts, imported, specifier) => {
  const [own, from] = parts;
  const [, to] = imported;
  const row = ROOMS_WITHIN[own]?.[from];
  if (row === undefined || to === from) return;
  const [allowed, sentence] = row;
  if (!allowed.includes(to)) context.report({ node, message: `${sentence}; this imports "${specifier}".` });
};

const layers = {
  meta: { type: "problem" },
  create: onImports((context, node, specifier) => {
    const parts = srcPath(context.filename);
    if (parts === undefined) return;
    const own = room(parts);
    const row = Object.hasOwn(ROOMS, own) ? ROOMS[own] : undefined;
    if (row === undefined) {
      context.report({ node, message: `"${own}" has no row in lint/layers.js.` });
      return;
    }
    if (!specifier.startsWith(".")) return;
    const imported = importedPath(context, specifier);
    const other = imported && room(imported);
    if (other === own) checkWithin(context, node, parts, imported, specifier);
    const [allowed, sentence] = row;
    const isGround = GROUND.has(other) && own !== "capture" && !GROUND.has(own);
    if (other === undefined || other === own || allowed === "all" || isGround) return;
    if (!allowed.includes(other)) {
      context.report({ node, message: `${sentence}; this imports "${specifier}".` });
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
      context.report({ node, message: `${ROOMS[own][1]}; this loads "${specifier}".` });
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
    ["config/environment.ts", "edge/stand-ins/environment.ts"],
    "process.env is read in one file, src/config/environment.ts.",
    (node) => member(node, "process", "env"),
  ),
  "console-at-the-edge": onlyIn(
    ["diagnostics.ts", "cli"],
    "console appears in diagnostics and cli only.",
    (node) => member(node, "console"),
  ),
  "process-listeners-in-one-file": onlyIn(
    ["exit", "cli"],
    "the process is listened to in exit/ only.",
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
