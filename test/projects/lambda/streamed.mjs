import { register, traceChain, withFlush } from "phoenix-otel";

register();

const answer = traceChain(async (question) => `You asked: ${question}`, { name: "answer" });

export const handler = awslambda.streamifyResponse(
  withFlush(async (event, stream) => {
    stream.write(await answer(event.question));
    stream.end();
  }),
);
