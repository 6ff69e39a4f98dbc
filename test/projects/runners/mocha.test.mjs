import { beforeEach, describe, it } from "mocha";
import * as testing from "phoenix-otel/testing";
import * as agent from "./agent.mjs";
import { define } from "./suite.mjs";

// Mocha has none of its own.
const fakeTimers = () => ({ tick: () => {}, restore: () => {} });
define({ describe, it, beforeEach, fakeTimers }, testing, agent);
