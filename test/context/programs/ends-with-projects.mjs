// Records a span in each of three projects, with an input, and ends as END says.
import { createRequire } from "node:module";

const { register, traceTool, usingProject, usingSession } = createRequire(import.meta.url)(
  "../../../dist/index.cjs",
);

register({ endpoint: process.env.ENDPOINT, protocol: process.env.PROTOCOL, projectName: "own" });
const step = traceTool((question) => question.length, { name: "step" });
usingSession("s", () => {
  usingProject("rag", () => step("secret-question"));
  usingProject("chat", () => step("secret-question"));
  step("secret-question");
});
if (process.env.END === "exit") process.exit(3);
if (process.env.END === "crash")
  setImmediate(() => {
    throw new Error("crash");
  });
if (process.env.END === "signal") {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => undefined, 10_000);
}
