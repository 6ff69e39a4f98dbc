// A server that ends by a signal, after a span that only its end delivers. PLAIN is the same without the package; LISTENS
// ends it by a listener of its own.
const { PLAIN, LISTENS } = process.env;

if (PLAIN === undefined) {
  const { register, traceTool } = await import("phoenix-otel");
  register();
  await traceTool(async () => undefined, { name: "work" })();
}
if (LISTENS !== undefined) {
  for (const signal of ["SIGINT", "SIGTERM", "SIGUSR2"]) process.once(signal, () => process.exit(3));
}
setInterval(() => {}, 1000);
console.log("ready");
