// What Lambda does: the handler runs, and the process is frozen as soon as it is done. Here it is ended then.
globalThis.awslambda = { streamifyResponse: (handler) => handler };
const { handler } = await import(process.argv[2]);
const context = { getRemainingTimeInMillis: () => 3_000 };
const stream = { written: "", write: (text) => (stream.written += text), end: () => {} };
const result = await handler(
  { question: "tea" },
  process.argv[2].includes("streamed") ? stream : context,
  context,
);
process.stdout.write(JSON.stringify(result?.body ?? stream.written), () =>
  process.kill(process.pid, "SIGSTOP"),
);
