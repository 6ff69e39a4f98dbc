// A listener to WHERE, which is older or younger than those of the package, ends the program by HOW.
import { register } from "phoenix-otel";

const { WHERE, WHEN, HOW, HTTP_URL, FLUSH_ON_EXIT } = process.env;
const how = {
  exit: () => process.exit(3),
  throw: () => {
    throw new Error("on purpose");
  },
  again: () => {
    process.removeAllListeners(WHERE);
    process.kill(process.pid, WHERE);
  },
};
const end = () => {
  const kill = () => {
    process.kill(process.pid, HOW);
    // Not in time, where a signal ends the process at once.
    process.exit(4);
  };
  (how[HOW] ?? kill)();
};
const listen = {
  older: "on",
  younger: "on",
  "first of all": "prependListener",
  "once, first of all": "prependOnceListener",
}[WHEN];
const add = () => process[listen](WHERE, end);

if (WHEN === "older") add();
const provider = register({
  endpoint: HTTP_URL,
  protocol: "http/protobuf",
  flushOnExit: FLUSH_ON_EXIT !== "false",
});
provider.getTracer("ends").startSpan("span").end();
if (WHEN === "nobody") {
  if (WHERE === "everything") process.removeAllListeners();
  else process.removeAllListeners(WHERE);
  setTimeout(end, 10);
} else if (WHEN !== "older") add();
if (WHERE === "nowhere") end();
if (WHEN !== "nobody" && WHERE.startsWith("SIG")) {
  setTimeout(() => process.exit(99), 8000);
  process.kill(process.pid, WHERE);
}
