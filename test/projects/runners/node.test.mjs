import { beforeEach, describe, it, mock } from "node:test";
import * as testing from "phoenix-otel/testing";
import * as agent from "./agent.mjs";
import { define } from "./suite.mjs";

const fakeTimers = () => {
  mock.timers.enable();
  const tick = async (millis) => {
    await Promise.resolve();
    mock.timers.tick(millis);
  };
  return { tick, restore: () => mock.timers.reset() };
};
define({ describe, it, beforeEach, fakeTimers }, testing, agent);
