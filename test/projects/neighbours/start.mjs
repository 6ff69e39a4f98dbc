// node start.mjs <setup>: a setup as the docs have it, then the application.
await import(`./${process.argv[2]}.mjs`);
const { run } = await import("./application.mjs");
await run();
// Some keep asking their server at the natural end.
if (process.argv[3] === "exit") process.exit();
