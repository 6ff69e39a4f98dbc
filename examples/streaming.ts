// Streams: a generator and a web stream pass through as they are; their spans end when they end.
import { register, traceChain, traceTool } from "phoenix-otel";

const provider = register({ projectName: "streaming" });

const lookUp = traceTool(async (word: string) => `${word} (looked up)`, { name: "look-up" });

const tell = traceChain(
  async function* tell(words: string[]) {
    // What the body calls is a child of the generator's span, however late it runs.
    for (const word of words) yield `${await lookUp(word)} `;
  },
  { name: "tell" },
);

for await (const chunk of tell(["water", "vinegar"])) process.stdout.write(chunk);
process.stdout.write("\n");

const download = traceChain(
  () => new Response("line one\nline two\n", { headers: { "content-type": "text/plain" } }),
  { name: "download" },
);

for await (const bytes of download().body ?? []) process.stdout.write(bytes);

await provider.forceFlush();
