// What scripts/exit-worker.ts makes of main.ts, in program.js.

/** The exit worker's program as one text that needs nothing but Node. */
declare const program: string;
export default program;
