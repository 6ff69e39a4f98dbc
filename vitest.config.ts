import { defineConfig } from "vitest/config";
import { exitWorker } from "./scripts/exit-worker.ts";
import { PATIENCE_MILLIS, TEST_PATIENCE_MILLIS } from "./test/support/patience.ts";

export default defineConfig({
  plugins: [exitWorker()],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/phoenix/**", "test/projects/**", "test/web/**"],
    testTimeout: TEST_PATIENCE_MILLIS,
    hookTimeout: TEST_PATIENCE_MILLIS,
    expect: { poll: { timeout: PATIENCE_MILLIS } },
    maxWorkers: 2,
    pool: "forks",
  },
});
