import { register } from "phoenix-otel";

register();

export const onRequest = (_context, next) => next();
