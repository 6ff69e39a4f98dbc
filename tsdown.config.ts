import { defineConfig } from "tsdown";

export default defineConfig([
  {
    entry: { index: "src/index.ts" },
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
