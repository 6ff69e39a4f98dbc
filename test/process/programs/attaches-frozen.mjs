// Attaches a provider where globalThis takes nothing more.
Object.freeze(globalThis);
const { attachGlobalTracerProvider, createNoOpProvider } = await import("phoenix-otel");
attachGlobalTracerProvider(createNoOpProvider()).detach();
console.log("went on");
