import { resourceFromAttributes } from "@opentelemetry/resources";
import { describe, expect, test } from "vitest";
import { PROJECT_NAME } from "../../src/index.ts";
import { codes, resolve, temporaryDirectory, writeEnvFile } from "./surroundings.ts";

const root = temporaryDirectory();
const file = writeEnvFile(root, "PHOENIX_PROJECT_NAME=of-file");
const resource = resourceFromAttributes({ [PROJECT_NAME]: "of-resource", "service.name": "s" });
const VARIABLE = "OTEL_RESOURCE_ATTRIBUTES";

test("the attribute is OpenInference's", () => {
  expect(PROJECT_NAME).toBe("openinference.project.name");
});

describe("option, PHOENIX_PROJECT, PHOENIX_PROJECT_NAME, file, resource, OTEL_RESOURCE_ATTRIBUTES, default", () => {
  const variables = {
    PHOENIX_PROJECT: "same",
    PHOENIX_PROJECT_NAME: "same",
    [VARIABLE]: `a=b,${PROJECT_NAME}=of%20variable`,
  };
  test.each([
    [{ projectName: "mine", resource }, variables, root, "mine", "option projectName"],
    [{ projectName: "", resource }, variables, root, "same", "PHOENIX_PROJECT"],
    [{ projectName: "  " }, {}, undefined, "default", "default"],
    [{ resource }, variables, root, "same", "PHOENIX_PROJECT"],
    [{ resource }, { PHOENIX_PROJECT_NAME: " name " }, root, "name", "PHOENIX_PROJECT_NAME"],
    [{ resource }, { PHOENIX_PROJECT: " " }, root, "of-file", `PHOENIX_PROJECT_NAME in ${file}`],
    [{ resource }, { [VARIABLE]: variables[VARIABLE] }, undefined, "of-resource", "option resource"],
    [{}, { [VARIABLE]: variables[VARIABLE] }, undefined, "of variable", VARIABLE],
    [{ resource: { [PROJECT_NAME]: "of-object" } }, {}, undefined, "of-object", "option resource"],
    [{ resource: { a: 1 } }, {}, undefined, "default", "default"],
    [{ resource: resourceFromAttributes({ a: 1 }) }, {}, undefined, "default", "default"],
    [{ resource: resourceFromAttributes({ [PROJECT_NAME]: 7 }) }, {}, undefined, "default", "default"],
    [{}, { [VARIABLE]: "a=b" }, undefined, "default", "default"],
  ])("%# gives %s", (options, environment, directory, value, source) => {
    const config = resolve(options, environment, directory);
    expect(config.projectName).toEqual({ value, source });
    expect(config.problems).toEqual([]);
  });
});

test("PHOENIX_PROJECT wins over a different PHOENIX_PROJECT_NAME, with a warning", () => {
  const config = resolve({}, { PHOENIX_PROJECT: "a", PHOENIX_PROJECT_NAME: "b" });
  expect(config.projectName).toEqual({ value: "a", source: "PHOENIX_PROJECT" });
  expect(config.problems).toEqual([
    {
      code: "PHX115",
      message: 'PHOENIX_PROJECT is "a" and PHOENIX_PROJECT_NAME is "b". Using "a". Unset one of them.',
    },
  ]);
  expect(resolve({ projectName: "c" }, { PHOENIX_PROJECT: "a", PHOENIX_PROJECT_NAME: "b" }).problems).toEqual(
    [],
  );
});

test("a resource that will know its project later is told, not waited for", async () => {
  const later = Promise.resolve("late");
  const config = resolve({ resource: resourceFromAttributes({ [PROJECT_NAME]: later }) });
  expect(config.projectName.value).toBe("default");
  expect(codes(config)).toEqual(["PHX119"]);
  const other = resourceFromAttributes({ "host.id": later, [PROJECT_NAME]: "now" });
  expect(resolve({ resource: other })).toMatchObject({ projectName: { value: "now" }, problems: [] });
  await later;
});

test("one wrong part makes OTEL_RESOURCE_ATTRIBUTES void, as in OpenTelemetry, and is told by position", () => {
  const config = resolve({}, { [VARIABLE]: `${PROJECT_NAME}=z,broken` });
  expect(config.projectName.value).toBe("default");
  expect(config.problems[0]?.message).toContain("part 2 of 2");
});
