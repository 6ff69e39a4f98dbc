// The same tests for every runner: `define` gets what the runner calls them.
export function define({ describe, it, beforeEach, fakeTimers }, { captureSpans }, { provider, answer }) {
  const tree = (question) => ({
    name: "agent",
    kind: "AGENT",
    status: "OK",
    attributes: { "input.value": question },
    children: [{ name: "search", kind: "TOOL" }],
  });

  describe("captureSpans in beforeEach", () => {
    let spans;
    beforeEach(() => {
      spans = captureSpans();
    });

    for (const question of ["one", "two"]) {
      it(`has the spans of this test alone: ${question}`, async () => {
        await answer(question);
        spans.toMatchTree(tree(question));
      });
    }

    it("has nothing of the one before", () => {
      spans.toMatchTree([]);
    });

    it("goes on after shutdown(), with nothing to wait for", async () => {
      await provider.flush();
      await provider.shutdown();
      await answer("late");
      spans.toMatchTree(tree("late"));
    });
  });

  describe("captureSpans in a test", () => {
    it("runs tests at the same time", async () => {
      const captures = await Promise.all(["a", "b", "c"].map((each) => captureSpans(() => answer(each))));
      for (const [index, each] of ["a", "b", "c"].entries()) captures[index].toMatchTree(tree(each));
    });

    it("respects fake timers", async () => {
      const spans = captureSpans();
      const timers = fakeTimers();
      try {
        const answered = answer("fake");
        await timers.tick(10);
        await answered;
        await provider.flush();
      } finally {
        timers.restore();
      }
      spans.toMatchTree(tree("fake"));
    });
  });
}
