import { createClient } from "@arizeai/phoenix-client";
import { runExperiment } from "@arizeai/phoenix-client/experiments";
import { register } from "phoenix-otel";
import { chain } from "./application.mjs";

register({ projectName: "support-bot" });

await runExperiment({
  client: createClient({ options: { baseUrl: process.env.PHOENIX_HOST } }),
  dataset: { datasetId: "d" },
  task: chain,
});
