import { defineConfig } from "vitest/config";
import { exitWorker } from "./scripts/exit-worker.ts";
import { PATIENCE_MILLIS, TEST_PATIENCE_MILLIS } from "./test/support/patience.ts";

export default defineConfig({
  plugins: [exitWorker()],
  test: {
    include: ["test/**/*.test.ts"],
<<<<<<< HEAD
    exclude: ["test/phoenix/**", "test/projects/**"],
    testTimeout: TEST_PATIENCE_MILLIS,
    hookTimeout: TEST_PATIENCE_MILLIS,
    expect: { poll: { timeout: PATIENCE_MILLIS } },
=======
    exclude: ["test/phoenix/**", "test/web/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
>>>>>>> 962fef1 (A page in the browser for phoenix-otel view: live traces, their trees and spans, sessions)
    maxWorkers: 2,
    pool: "forks",
  },
});
