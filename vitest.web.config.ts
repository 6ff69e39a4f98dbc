// `npm run test:web`: the tests that look at the page of the view in headless Chromium, one file after another.
import { defineConfig } from "vitest/config";
import { PATIENCE_MILLIS, TEST_PATIENCE_MILLIS } from "./test/support/patience.ts";

export default defineConfig({
  test: {
    include: ["test/web/**/*.test.ts"],
    globalSetup: ["test/web/install-chromium.ts"],
    testTimeout: TEST_PATIENCE_MILLIS,
    hookTimeout: TEST_PATIENCE_MILLIS,
    expect: { poll: { timeout: PATIENCE_MILLIS } },
    fileParallelism: false,
    pool: "forks",
  },
});
