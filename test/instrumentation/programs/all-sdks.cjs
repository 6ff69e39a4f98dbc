// Calls the SDKs in SDKS, whose clients are made WHEN: "before" register(), "after" it, or "preloaded" where nobody calls it.
const { CLIENTS, callAll } = require("./sdk-calls.cjs");

const { SDKS, WHEN } = process.env;
const make = () => SDKS.split(",").map((name) => [name, CLIENTS[name](require(name))]);
const register = () => require("phoenix-otel").register({ autoInstrument: true });

const before = WHEN === "before" ? make() : undefined;
if (WHEN !== "preloaded") register();
void callAll(before ?? make());
