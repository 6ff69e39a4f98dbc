// Another exporter beside ours: says what it saw of the AI SDK's span.
export const memory = {
  onStart() {},
  onEnd({ name, attributes = {} }) {
    if (name === "ai.generateText.doGenerate")
      console.log(`seen ${Object.keys(attributes).toSorted().join(",")}`);
  },
  forceFlush: async () => {},
  shutdown: async () => {},
};
