// The spans that the delivery bench sends: what an LLM step records, filled up to a number of bytes.

const PROSE = {
  ascii:
    "The retriever returned seven passages; the third one answers the question about the refund period, " +
    "and the model cites it together with the order number that the customer gave in the first message. ",
  chinese:
    "检索器返回了七段文字，其中第三段回答了关于退款期限的问题，模型引用了这一段以及客户在第一条消息中提供的订单号。",
};

/** Texts of `bytes` bytes of UTF-8 each, of different content. */
function texts(alphabet, bytes, howMany) {
  const prose = PROSE[alphabet];
  const characters = Math.floor(bytes / (Buffer.byteLength(prose) / prose.length));
  return Array.from({ length: howMany }, (_, index) => {
    const shift = (index * 7) % prose.length;
    const text = prose
      .repeat(Math.ceil((characters + shift) / prose.length))
      .slice(shift, shift + characters);
    // Flat, as text that came off a socket is: not a rope that the first reader has to walk.
    return Buffer.from(text).toString();
  });
}

/** A function that starts and ends span number `index`, of about `bytes` bytes when encoded. */
export function spanMaker(tracer, alphabet, bytes) {
  const pool = texts(alphabet, (bytes - 400) / 2, 64);
  return (index) => {
    const span = tracer.startSpan("answer", {
      attributes: {
        "openinference.span.kind": "LLM",
        "llm.model_name": "gpt-4o",
        "session.id": "session-42",
        "input.mime_type": "text/plain",
        "input.value": pool[index % pool.length],
      },
    });
    span.setAttributes({
      "output.mime_type": "text/plain",
      "output.value": pool[(index + 31) % pool.length],
      "llm.token_count.prompt": 512,
      "llm.token_count.completion": 200 + (index % 50),
      "llm.token_count.total": 712 + (index % 50),
    });
    span.setStatus({ code: 1 });
    span.end();
  };
}
