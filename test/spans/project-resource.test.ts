import { emptyResource, type Resource, resourceFromAttributes } from "@opentelemetry/resources";
import { diag } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { PROJECT_NAME } from "../../src/index.ts";
import { projectResource } from "../../src/spans/project-resource.ts";
import { endedSpansOf1, fail, revoked } from "./ended-spans.ts";

afterEach(() => {
  diag.disable();
});

const plain = (): Resource => resourceFromAttributes({ "service.name": "shop" });
const of = (project: string): Resource => resourceFromAttributes({ [PROJECT_NAME]: project });
const resourceOf1 = (): Resource => endedSpansOf1((tracer) => tracer.startSpan("old").end())[0]!.resource;

describe("projectResource", () => {
  it("gives a resource that names its project back", () => {
    const named = of("mine");
    expect(projectResource(named, "rag")).toBe(named);
    expect(projectResource(named, "mine", { wins: true })).toBe(named);
  });

  it("adds the project to one that names none, and gives the same one each time", () => {
    const resource = plain();
    const derived = projectResource(resource, "rag");
    expect(derived.attributes).toEqual({ "service.name": "shop", [PROJECT_NAME]: "rag" });
    expect(projectResource(resource, "rag")).toBe(derived);
    expect(projectResource(resource, "other").attributes[PROJECT_NAME]).toBe("other");
    expect(resource.attributes).toEqual({ "service.name": "shop" });
  });

  it("lets a project that wins beat the resource's own, and only there", () => {
    const named = of("mine");
    expect(projectResource(named, "rag", { wins: true }).attributes).toEqual({ [PROJECT_NAME]: "rag" });
    expect(projectResource(named, "rag")).toBe(named);
    expect(named.attributes).toEqual({ [PROJECT_NAME]: "mine" });
  });

  it("keeps schema URL, raw attributes and merging of OpenTelemetry", () => {
    const base = resourceFromAttributes({ a: 1 }, { schemaUrl: "https://example.com/1" });
    const derived = projectResource(base, "rag");
    expect(derived.schemaUrl).toBe("https://example.com/1");
    const expected = { a: 1, b: 2, [PROJECT_NAME]: "rag" };
    expect(derived.merge(resourceFromAttributes({ b: 2 })).attributes).toEqual(expected);
    expect(resourceFromAttributes({ b: 2 }).merge(derived).attributes).toEqual(expected);
    expect(emptyResource().merge(projectResource(of("mine"), "rag", { wins: true })).attributes).toEqual({
      [PROJECT_NAME]: "rag",
    });
  });

  it("has what detectors find late, as soon as it is there, and asks for nothing before", async () => {
    const errors: string[] = [];
    const log = (): void => undefined;
    diag.setLogger({
      error: (text) => void errors.push(text),
      warn: log,
      info: log,
      debug: log,
      verbose: log,
    });
    let find = (_region: string): void => undefined;
    const region = new Promise<string>((resolve) => (find = resolve));
    const derived = projectResource(resourceFromAttributes({ fixed: 1, region }), "rag");
    expect(derived.asyncAttributesPending).toBe(true);
    expect(errors).toEqual([]);
    expect(derived.attributes).toEqual({ fixed: 1, [PROJECT_NAME]: "rag" });
    find("eu-north-1");
    await derived.waitForAsyncAttributes?.();
    expect(derived.asyncAttributesPending).toBe(false);
    expect(derived.attributes).toEqual({ fixed: 1, region: "eu-north-1", [PROJECT_NAME]: "rag" });
    expect(derived.attributes).toBe(derived.attributes);
  });

  it("leaves a resource alone that names its project while a detector is at work", () => {
    const own = resourceFromAttributes({ late: new Promise(() => undefined), [PROJECT_NAME]: "mine" });
    expect(projectResource(own, "rag")).toBe(own);
  });

  it("keeps the project that a detector finds late", async () => {
    const derived = projectResource(
      resourceFromAttributes({ [PROJECT_NAME]: Promise.resolve("late") }),
      "rag",
    );
    await derived.waitForAsyncAttributes?.();
    expect(derived.attributes).toEqual({ [PROJECT_NAME]: "late" });
  });

  it("takes a resource of OpenTelemetry 1.x", async () => {
    const resource = resourceOf1();
    const derived = projectResource(resource, "rag");
    expect(derived.attributes).toEqual({ ...resource.attributes, [PROJECT_NAME]: "rag" });
    await derived.waitForAsyncAttributes?.();
    expect(derived.merge(plain()).attributes).toMatchObject({
      "service.name": "shop",
      [PROJECT_NAME]: "rag",
    });
    expect(plain().merge(derived).attributes[PROJECT_NAME]).toBe("rag");
  });

  it.each([
    ["nothing in it", {}],
    [
      "members that throw",
      Object.defineProperties(
        {},
        Object.fromEntries(
          [
            "attributes",
            "schemaUrl",
            "asyncAttributesPending",
            "waitForAsyncAttributes",
            "merge",
            "getRawAttributes",
          ].map((key) => [key, { get: fail }]),
        ),
      ),
    ],
    [
      "methods that throw",
      { attributes: null, waitForAsyncAttributes: fail, merge: fail, getRawAttributes: fail },
    ],
    ["a promise that is rejected", { waitForAsyncAttributes: () => Promise.reject(new Error("late")) }],
    ["no members at all", revoked()],
  ])("makes a whole one of a resource with %s", async (_, resource) => {
    const derived = projectResource(resource as Resource, "rag");
    expect(derived.attributes).toEqual({ [PROJECT_NAME]: "rag" });
    expect(derived.asyncAttributesPending).toBe(false);
    expect(derived.schemaUrl).toBeFalsy();
    expect(emptyResource().merge(derived.merge(null)).attributes).toEqual({ [PROJECT_NAME]: "rag" });
    await derived.waitForAsyncAttributes?.();
  });

  it("keeps what can be read of a resource that names its project, too", () => {
    const attributes = {
      [PROJECT_NAME]: "mine",
      get broken() {
        return fail();
      },
    };
    expect(projectResource({ attributes } as unknown as Resource, "rag").attributes).toEqual({
      [PROJECT_NAME]: "mine",
      broken: undefined,
    });
  });

  it("stays right for a program that makes up projects for ever", () => {
    const resource = plain();
    for (let index = 0; index < 2500; index++) {
      const { attributes } = projectResource(resource, `tenant ${index}`, { wins: true });
      expect(attributes[PROJECT_NAME]).toBe(`tenant ${index}`);
    }
  });
});
