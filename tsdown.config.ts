import { defineConfig } from "tsdown";

export default defineConfig([
  {
    entry: { index: "src/index.ts" },
    // Constants: in the bundle they cost nothing, loading them from their package takes 10 ms.
    noExternal: ["@arizeai/openinference-semantic-conventions"],
    format: ["esm", "cjs"],
    platform: "node",
    target: "node20",
    dts: true,
    tsconfig: "tsconfig.src.json",
    sourcemap: true,
    clean: true,
  },
  {
    entry: { "cli/phoenix-otel": "src/cli/phoenix-otel.ts" },
    format: ["esm"],
    platform: "node",
    target: "node20",
    dts: false,
    tsconfig: "tsconfig.src.json",
    sourcemap: true,
    clean: false,
  },
]);
