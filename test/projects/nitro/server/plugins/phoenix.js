import { register } from "phoenix-otel";

export default defineNitroPlugin(() => {
  register();
});
