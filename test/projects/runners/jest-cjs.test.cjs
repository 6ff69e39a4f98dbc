const testing = require("phoenix-otel/testing");
const agent = require("./agent.cjs");
const { define } = require("./suite.cjs");

const fakeTimers = () => {
  jest.useFakeTimers();
  return { tick: (millis) => jest.advanceTimersByTimeAsync(millis), restore: () => jest.useRealTimers() };
};
define({ describe, it, beforeEach, fakeTimers }, testing, agent);
