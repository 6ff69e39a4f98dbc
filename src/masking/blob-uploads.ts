// Images over the limit, given to the program's uploader: what it answers stands in the span instead.
import { createHash } from "node:crypto";
import type { BlobUploader } from "../config/masking-settings.ts";
import { sayOnce } from "../diagnostics.ts";
import type { Base64Image } from "./base64-images.ts";
import { REDACTED } from "./masking-rules.ts";

/** Asks an uploader, and knows what is under way. Nothing it does throws. */
export class BlobUploads {
  readonly #upload: BlobUploader;
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(upload: BlobUploader) {
    this.#upload = upload;
  }

  /** Gives the URI that stands for the image, or the word for what is hidden when there is none. */
  replace({ base64, mimeType }: Base64Image): string {
    try {
      const bytes = new Uint8Array(Buffer.from(base64, "base64"));
      const sha256 = createHash("sha256").update(bytes).digest("hex");
      const uri: unknown = this.#upload(bytes, {
        mimeType,
        sha256,
        waitUntil: (upload) => this.#wait(upload),
      });
      if (uri === undefined) return REDACTED;
      if (typeof uri === "string" && isAbsoluteUri(uri)) return uri;
      const promised = isThenable(uri);
      if (promised) Promise.resolve(uri).catch(() => undefined);
      sayFailed(promised ? "gave a promise" : "gave no absolute URI");
    } catch {
      sayFailed("threw");
    }
    return REDACTED;
  }

  /** Resolves when the uploads that are under way have ended, well or not; `undefined` when there are none. */
  settled(): Promise<unknown> | undefined {
    return this.#underWay.size === 0 ? undefined : Promise.allSettled(this.#underWay);
  }

  #wait(upload: unknown): void {
    if (!isThenable(upload)) return;
    const done: Promise<void> = ended(upload).finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }
}

async function ended(upload: PromiseLike<unknown>): Promise<void> {
  try {
    await upload;
  } catch {
    sayFailed("gave waitUntil() an upload that failed", "The span names its URI all the same");
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";

/** A quote or white space would break the JSON that the URI stands in. */
const isAbsoluteUri = (text: string): boolean =>
  /^[a-z][a-z0-9+.-]*:[^\s"\\<>]+$/i.test(text) && !/^data:/i.test(text);

function sayFailed(what: string, instead = `The image is recorded as ${REDACTED}`): void {
  sayOnce(`blobUploader:${what}`, {
    code: "PHX333",
    message: `traceConfig.blobUploader ${what}. ${instead}. Make it give an absolute URI at once, and the upload to waitUntil().`,
  });
}
