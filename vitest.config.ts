import { defineConfig } from "vitest/config";
import { PATIENCE_MILLIS, TEST_PATIENCE_MILLIS } from "./test/support/patience.ts";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/phoenix/**", "test/projects/**", "test/web/**"],
    globalSetup: ["scripts/exit-worker.ts"],
    testTimeout: TEST_PATIENCE_MILLIS,
    hookTimeout: TEST_PATIENCE_MILLIS,
    expect: { poll: { timeout: PATIENCE_MILLIS } },
    maxWorkers: 2,
    pool: "forks",
  },
});
