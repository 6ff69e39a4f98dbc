// Decorators on a class: tools, an agent and a guardrail, with TC39 decorators. The same code works under
// `experimentalDecorators`.
import { agent, guardrail, register, retriever, tool } from "phoenix-otel";

const provider = register({ projectName: "decorators" });

class KettleAgent {
  readonly #pages = new Map([["descale", "Boil water with vinegar, wait, rinse."]]);

  @retriever
  search(word: string): { id: string; content: string }[] {
    const content = this.#pages.get(word);
    return content === undefined ? [] : [{ id: word, content }];
  }

  @tool({ description: "Finds the verb of a question" })
  verbOf(question: string): string {
    return question.includes("descale") ? "descale" : "boil";
  }

  @guardrail({ processInput: (text: string) => ({ "app.length": text.length }) })
  isPolite(text: string): boolean {
    return !text.includes("stupid");
  }

  @agent()
  async answer(question: string): Promise<string> {
    if (!this.isPolite(question)) return "Ask again, kindly.";
    const [page] = this.search(this.verbOf(question));
    return page?.content ?? "I do not know.";
  }
}

console.log(await new KettleAgent().answer("How do I descale it?"));

await provider.forceFlush();
