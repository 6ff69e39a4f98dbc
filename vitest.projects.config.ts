// `npm run test:projects`: the package in real projects that are installed and built, one after another.
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/projects/**/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    pool: "forks",
  },
});
