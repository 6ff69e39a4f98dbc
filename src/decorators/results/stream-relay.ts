// A web stream that hands on what a reader of another one gives, for ways of reading that go behind a stream's members.

interface Relay {
  readonly relay: ReadableStream;
  /** Lets go of the stream, which somebody else may then read. */
  readonly release: () => void;
}

/** The class that brings the members of web streams: Node's, or a polyfill's, whose pipes take its own streams only. */
function classOf(stream: ReadableStream): typeof ReadableStream {
  let found: object = stream;
  for (
    let level: object | null = stream;
    level !== null && level !== Object.prototype;
    level = Object.getPrototypeOf(level) as object | null
  ) {
    if (Object.hasOwn(level, "pipeTo") && Object.hasOwn(level, "constructor")) found = level;
  }
  return found.constructor as typeof ReadableStream;
}

/** A stream that asks the reader for a chunk when it is asked for one: its own queue holds nothing. */
export function relayOf(stream: ReadableStream, open: () => ReadableStreamDefaultReader): Relay {
  const RelayStream = classOf(stream);
  const reader = open();
  const release = (): void => {
    try {
      reader.releaseLock();
    } catch {
      // A request is still open: whoever made it holds the stream.
    }
  };
  const source = {
    async pull(controller: ReadableStreamDefaultController<unknown>): Promise<void> {
      const { done, value } = await reader.read();
      if (!done) return controller.enqueue(value);
      controller.close();
      release();
    },
    cancel: (reason: unknown) => reader.cancel(reason),
  };
  return { relay: new RelayStream(source, { highWaterMark: 0 }), release };
}
