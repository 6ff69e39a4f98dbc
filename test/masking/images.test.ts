// Images in base64: found wherever they stand, counted as they stand, redacted or stored elsewhere.
import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type BlobDetails, TracerProvider, type TracerProviderOptions } from "../../src/index.ts";
import { collectLines, useFreshProcess } from "../support/fresh-process.ts";
import { type CollectedSpan, type OtlpReceiver, startOtlpReceiver } from "../support/otlp-receiver.ts";

useFreshProcess();

let receiver: OtlpReceiver;
let provider: TracerProvider | undefined;

beforeEach(async () => {
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  await provider?.shutdown();
  await receiver.stop();
});

/** Bytes that begin as a format's do, in base64. */
const image = (begin: readonly number[] | string, bytes = 40_000): string =>
  Buffer.concat([Buffer.from(begin as string), Buffer.alloc(bytes, "\xa7\x3b\xff\xf1", "latin1")]).toString(
    "base64",
  );

const FORMATS: Readonly<Record<string, readonly number[] | string>> = {
  "image/png": [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  "image/jpeg": [0xff, 0xd8, 0xff, 0xe0],
  "image/gif": "GIF89a",
  "image/webp": [...Buffer.from("RIFF"), 0x24, 0x10, 0, 0, ...Buffer.from("WEBPVP8 ")],
  "image/avif": [0, 0, 0, 0x20, ...Buffer.from("ftypavif")],
  "image/heic": [0, 0, 0, 0x18, ...Buffer.from("ftypheic")],
  "image/bmp": [...Buffer.from("BM"), 0x36, 0x10, 0x0e, 0, 0, 0, 0, 0, 0x36, 0, 0, 0],
  "image/tiff": [0x49, 0x49, 0x2a, 0],
  "image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg'>",
};
const PNG = image(FORMATS["image/png"]!);
const NAMELESS = image([1, 2, 3, 4]);

/** Attributes with what is left of images made short, so that a failure can be read. */
const brief = (attributes: unknown): unknown =>
  JSON.parse(JSON.stringify(attributes).replace(/[A-Za-z0-9+/_-]{200,}={0,2}/g, (run) => `<${run.length}>`));

async function sent(
  attributes: Record<string, unknown>,
  options: TracerProviderOptions = {},
): Promise<CollectedSpan> {
  provider = new TracerProvider({ endpoint: receiver.httpUrl, ...options });
  const span = provider.getTracer("test").startSpan("span", { attributes: attributes as never });
  span.addEvent("noted", attributes as never);
  span.end();
  await provider.forceFlush();
  return receiver.spans.at(-1)!;
}

describe("a base64 image over the limit", () => {
  it.each(Object.entries(FORMATS))(
    "is redacted where it stands alone, known by its first bytes: %s",
    async (_, begin) => {
      const base64 = image(begin);
      const span = await sent({ text: base64, urlSafe: base64.replaceAll("+", "-").replaceAll("/", "_") });
      expect(brief(span.attributes)).toEqual(brief({ text: "__REDACTED__", urlSafe: "__REDACTED__" }));
      expect(brief(span.events[0]?.attributes)).toEqual(brief(span.attributes));
    },
  );

  const uri = `data:image/png;base64,${PNG}`;
  const R = "__REDACTED__";
  it.each<[string, unknown, unknown]>([
    ["a data URI", uri, R],
    ["a data URI in a list", ["a", uri], ["a", R]],
    ["a data URI in other letters", uri.replace("data:image/png;base64", "DATA:image/PNG;BASE64"), R],
    ["a data URI with parameters", uri.replace("png;", "png;charset=utf-8;"), R],
    ["a data URI without a type", `data:;base64,${PNG}`, R],
    ["a data URI in HTML", `<p>a</p><img src="${uri}"><p>b</p>`, `<p>a</p><img src="${R}"><p>b</p>`],
    ["two of them", `${uri} and ${uri}`, `${R} and ${R}`],
    ["JSON", JSON.stringify({ url: uri, n: 1 }), JSON.stringify({ url: R, n: 1 })],
    [
      "JSON inside JSON inside JSON",
      JSON.stringify([JSON.stringify({ a: JSON.stringify({ url: uri }) })]),
      JSON.stringify([JSON.stringify({ a: JSON.stringify({ url: R }) })]),
    ],
    ["JSON that was cut", `{"url":"${uri}","text":"and the re`, `{"url":"${R}","text":"and the re`],
    [
      "Anthropic's source, known by the media type beside it",
      JSON.stringify({ source: { type: "base64", media_type: "image/png", data: NAMELESS }, text: "t" }),
      JSON.stringify({ source: { type: "base64", media_type: "image/png", data: R }, text: "t" }),
    ],
    [
      "Google's inlineData, the type after the data",
      JSON.stringify({ inlineData: { data: NAMELESS, mimeType: "image/webp" } }),
      JSON.stringify({ inlineData: { data: R, mimeType: "image/webp" } }),
    ],
    [
      "JSON with escaped slashes",
      JSON.stringify({ url: uri }).replaceAll("/", "\\/"),
      JSON.stringify({ url: R }),
    ],
    ["base64 with line breaks", PNG.replaceAll(/.{76}/g, "$&\n"), R],
    [
      "base64 with line breaks, in JSON",
      JSON.stringify({ data: PNG.replaceAll(/.{76}/g, "$&\r\n") }),
      JSON.stringify({ data: R }),
    ],
  ])("is redacted in %s", async (_, value, expected) => {
    const span = await sent({ value });
    expect(brief(span.attributes)).toEqual(brief({ value: expected }));
    expect(brief(span.events[0]?.attributes)).toEqual(brief({ value: expected }));
  });

  it("is known by the key, and by a media type in the key beside it", async () => {
    const span = await sent({
      "llm.input_messages.0.message.contents.0.message_content.image.image.url": NAMELESS,
      "part.mime_type": "image/x-own",
      "part.data": NAMELESS,
      "other.data": NAMELESS,
    });
    expect(brief(span.attributes)).toEqual(
      brief({
        "llm.input_messages.0.message.contents.0.message_content.image.image.url": "__REDACTED__",
        "part.mime_type": "image/x-own",
        "part.data": "__REDACTED__",
        "other.data": NAMELESS,
      }),
    );
  });

  it("stays where it is no image, or not over the limit", async () => {
    const kept = {
      audio: `data:audio/wav;base64,${NAMELESS}`,
      text: "word ".repeat(20_000),
      key: "x".repeat(40_000),
      address: `https://example.com/${"path/".repeat(10_000)}`,
      numbers: Array.from({ length: 5_000 }, (_each, index) => index / 7),
      short: image(FORMATS["image/png"]!, 20_000),
      beside:
        JSON.stringify({ media_type: "image/png", url: "https://x" }) + JSON.stringify({ data: NAMELESS }),
    };
    expect(brief((await sent(kept)).attributes)).toEqual(brief(kept));
  });

  it("counts as its whole data URI, or its own length, exactly", async () => {
    const bare = PNG.slice(0, 1_000);
    const uriLength = "data:image/png;base64,".length + 1_000;
    const attributes = { bare, uri: `data:image/png;base64,${bare}` };
    const at = async (base64ImageMaxLength: number) =>
      (await sent(attributes, { traceConfig: { base64ImageMaxLength } })).attributes;
    expect(brief(await at(uriLength))).toEqual(brief(attributes));
    expect(brief(await at(uriLength - 1))).toEqual(brief({ bare, uri: R }));
    expect(brief(await at(1_000))).toEqual(brief({ bare, uri: R }));
    expect(brief(await at(999))).toEqual(brief({ bare: R, uri: R }));
    expect(brief(await at(Infinity))).toEqual(brief(attributes));
    expect(brief(await at(0))).toEqual(brief({ bare: R, uri: R }));
  });

  it("is left out of the input value by hideInputImages, however short", async () => {
    const tiny = `data:image/gif;base64,${image("GIF89a", 30)}`;
    const request = (url: string) =>
      JSON.stringify({ messages: [{ content: [{ image_url: { url } }] }], n: 1 });
    const span = await sent(
      { "input.value": request(tiny), "output.value": request(tiny), "ai.prompt.messages": request(tiny) },
      { traceConfig: { hideInputImages: true } },
    );
    expect(brief(span.attributes)).toEqual(
      brief({
        "input.value": request(R),
        "output.value": request(tiny),
        "ai.prompt.messages": request(R),
      }),
    );
  });
});

describe("blobUploader", () => {
  it("stands its URI in place of the image, once per image, and flush waits for the upload", async () => {
    const asked: { bytes: Uint8Array; details: BlobDetails }[] = [];
    let upload!: () => void;
    const uploaded = new Promise<void>((resolve) => (upload = resolve));
    const blobUploader = (bytes: Uint8Array, details: BlobDetails) => {
      asked.push({ bytes, details });
      details.waitUntil(uploaded);
      return `s3://bucket/${details.sha256}.png`;
    };
    const span = await startAndSend({ a: PNG, b: JSON.stringify({ url: `data:image/png;base64,${PNG}` }) });
    const bytes = Buffer.from(PNG, "base64");
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    expect(asked).toHaveLength(1);
    expect(Buffer.from(asked[0]!.bytes).equals(bytes)).toBe(true);
    expect(asked[0]!.details).toMatchObject({ mimeType: "image/png", sha256 });
    const uri = `s3://bucket/${sha256}.png`;
    expect(brief(span.attributes)).toEqual(brief({ a: uri, b: JSON.stringify({ url: uri }) }));

    let isFlushed = false;
    const flushed = provider!.flush().then(() => (isFlushed = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(isFlushed).toBe(false);
    upload();
    await flushed;

    async function startAndSend(attributes: Record<string, string>): Promise<CollectedSpan> {
      provider = new TracerProvider({ endpoint: receiver.httpUrl, traceConfig: { blobUploader } });
      provider.getTracer("test").startSpan("span", { attributes }).end();
      void provider.forceFlush();
      return (await receiver.waitForSpans(1))[0]!;
    }
  });

  it.each<[string, () => unknown]>([
    [
      "throws",
      () => {
        throw new Error(PNG.slice(0, 30));
      },
    ],
    ["gives nothing", () => undefined],
    ["gives a promise", async () => "https://example.com/a"],
    [
      "gives a promise that fails",
      async () => {
        throw new Error("no");
      },
    ],
    ["gives no absolute URI", () => "images/1.png"],
    ["gives the data back", () => `data:image/png;base64,${PNG}`],
    ["gives what would break JSON", () => 'https://x/"}'],
  ])("redacts when it %s, and says so once without the image", async (what, blobUploader) => {
    const lines = collectLines();
    const span = await sent(
      { a: PNG, b: image("GIF89a") },
      { traceConfig: { blobUploader: blobUploader as never } },
    );
    expect(brief(span.attributes)).toEqual(brief({ a: "__REDACTED__", b: "__REDACTED__" }));
    const said = lines.filter((line) => line.startsWith("PHX333"));
    expect(said).toHaveLength(what === "gives nothing" ? 0 : 1);
    expect(lines.join()).not.toContain(PNG.slice(0, 20));
  });

  it("lets an upload fail without harm", async () => {
    const lines = collectLines();
    await sent(
      { a: PNG },
      {
        traceConfig: {
          blobUploader: (_bytes, { waitUntil }) => {
            waitUntil(Promise.reject(new Error("no bucket")));
            waitUntil(undefined as never);
            return "https://example.com/a";
          },
        },
      },
    );
    await provider!.flush();
    expect(lines.join("\n")).toMatch(/PHX333 .*upload that failed/);
  });
});
