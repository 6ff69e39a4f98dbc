import { beforeEach, describe, it, vi } from "vitest";
import * as testing from "phoenix-otel/testing";
import * as agent from "./agent.mjs";
import { define } from "./suite.mjs";

const fakeTimers = () => {
  vi.useFakeTimers();
  return { tick: (millis) => vi.advanceTimersByTimeAsync(millis), restore: () => vi.useRealTimers() };
};
define({ describe, it, beforeEach, fakeTimers }, testing, agent);
