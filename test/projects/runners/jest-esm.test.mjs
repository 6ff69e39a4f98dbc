import { beforeEach, describe, it, jest } from "@jest/globals";
import * as testing from "phoenix-otel/testing";
import * as agent from "./agent.mjs";
import { define } from "./suite.mjs";

const fakeTimers = () => {
  jest.useFakeTimers();
  return { tick: (millis) => jest.advanceTimersByTimeAsync(millis), restore: () => jest.useRealTimers() };
};
define({ describe, it, beforeEach, fakeTimers }, testing, agent);
