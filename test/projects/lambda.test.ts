// A Lambda handler, in a process that is frozen as soon as the handler is done.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";
import { installProject, type Project } from "../support/project.ts";

let project: Project;
let receiver: OtlpReceiver;

beforeAll(async () => {
  project = await installProject("lambda");
});
afterAll(() => project.remove());
beforeEach(async () => {
  receiver = await startOtlpReceiver();
});
afterEach(() => receiver.stop());

it.each(["handler.mjs", "streamed.mjs"])("%s: the spans are delivered before it is frozen", async (file) => {
  const endpoint = { PHOENIX_COLLECTOR_ENDPOINT: `${receiver.httpUrl}/v1/traces` };
  const child = project.start(process.execPath, ["runtime.mjs", `./${file}`], endpoint);
  await expect.poll(() => child.stdout, { timeout: 20_000 }).toBe('"You asked: tea"');
  expect(receiver.uniqueSpans.map(({ name }) => name)).toEqual(["answer"]);
  child.process.kill("SIGKILL");
  await child.ended;
  expect(child.stderr).toBe("");
});
