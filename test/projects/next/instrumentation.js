import { register as registerPhoenix } from "phoenix-otel";

export function register() {
  if (process.env.NEXT_RUNTIME === "nodejs") registerPhoenix();
}
