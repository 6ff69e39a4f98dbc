// What autoInstrument and PHOENIX_AUTO_INSTRUMENT mean together.
import { describe, expect, it } from "vitest";
import { SDK_PACKAGES } from "../../src/config/sdk-names.ts";
import { resolve } from "./surroundings.ts";

const VARIABLE = "PHOENIX_AUTO_INSTRUMENT";
const ALL = [...SDK_PACKAGES];
const without = (...names: string[]): string[] => ALL.filter((each) => !names.includes(each));
type Selection = boolean | readonly string[] | undefined;

describe("which SDKs are traced", () => {
  it.each<[option: Selection, variable: string | undefined, selected: string[], source: string]>([
    [undefined, undefined, [], "default"],
    [false, undefined, [], "option autoInstrument"],
    [true, undefined, ALL, "option autoInstrument"],
    [[], undefined, [], "option autoInstrument"],
    [["openai", "anthropic"], undefined, ["openai", "@anthropic-ai/sdk"], "option autoInstrument"],
    [["@langchain/langgraph"], undefined, ["@langchain/core"], "option autoInstrument"],
    [["-openai"], undefined, without("openai"), "option autoInstrument"],
    [["openai", "mcp", "-mcp"], undefined, ["openai"], "option autoInstrument"],
    [undefined, "true", ALL, VARIABLE],
    [undefined, "Yes", ALL, VARIABLE],
    [undefined, " OpenAI , ollama,", ["openai", "ollama"], VARIABLE],
    [undefined, "-openai,-ai", without("openai", "ai"), VARIABLE],
    [true, "openai", ["openai"], VARIABLE],
    [["mistral"], "openai", ["@mistralai/mistralai"], "option autoInstrument"],
    [["mistral"], "true", ["@mistralai/mistralai"], "option autoInstrument"],
    // Whoever runs a program can turn it off.
    [true, "false", [], VARIABLE],
    [["openai"], "off", [], VARIABLE],
    [false, "true", [], "option autoInstrument"],
  ])("autoInstrument: %j with the variable %j", (option, variable, selected, source) => {
    const config = resolve(
      option === undefined ? {} : { autoInstrument: option },
      variable === undefined ? {} : { [VARIABLE]: variable },
    );
    expect(config.autoInstrument).toEqual({ value: selected, source });
    expect(config.problems).toEqual([]);
  });

  it("leaves out a name of the variable that is none, and says what was meant", () => {
    const config = resolve({}, { [VARIABLE]: "openai,langchian,anthropicc" });
    expect(config.autoInstrument.value).toEqual(["openai"]);
    expect(config.problems.map(({ code }) => code)).toEqual(["PHX116", "PHX116"]);
    expect(config.problems[1]?.message).toContain(
      'names "anthropicc", which is no SDK. Did you mean "anthropic"?',
    );
  });

  it("takes a variable without a right name as not set", () => {
    const config = resolve({ autoInstrument: true }, { [VARIABLE]: "everything" });
    expect(config.autoInstrument).toEqual({ value: ALL, source: "option autoInstrument" });
    expect(config.problems).toHaveLength(1);
  });
});
