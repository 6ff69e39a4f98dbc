// Another exporter beside ours: says what it saw of the AI SDK's span.
export const memory = {
  onStart() {},
  onEnd(span) {
    if (span.name === "ai.generateText.doGenerate")
      console.log(`seen ${Object.keys(span.attributes ?? {}).sort()}`);
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
