// What scripts/exit-worker.ts makes of hooks-thread.ts, in hooks-program.js.

/** The hooks as one ES module that needs nothing but Node. */
declare const program: string;
export default program;
