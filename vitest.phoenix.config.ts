// `npm run test:phoenix`: the tests that start a real Phoenix server, one after another.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/phoenix/**/*.test.ts"],
    globalSetup: ["test/phoenix/install.ts"],
    testTimeout: 120_000,
    hookTimeout: 240_000,
    fileParallelism: false,
    pool: "forks",
  },
});
