// The endpoint from the environment. The code does not say where Phoenix is; the deployment does:
//
//   PHOENIX_COLLECTOR_ENDPOINT=http://phoenix.internal:6006 node app.js
import { register, traceChain } from "phoenix-otel";

register({ verbose: true }); // prints on stderr what was resolved, and from where

const greet = traceChain((name: string) => `Hello, ${name}`, { name: "greet" });

greet("Ada");
