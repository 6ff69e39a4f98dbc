import { register } from "phoenix-otel";

register();
