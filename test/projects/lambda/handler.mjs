import { register, traceChain, withFlush } from "phoenix-otel";

register();

const answer = traceChain(async (question) => `You asked: ${question}`, { name: "answer" });

export const handler = withFlush(async (event) => {
  return { statusCode: 200, body: await answer(event.question) };
});
