// The view: a local stand-in for Phoenix that prints every finished trace.
import { paintInColours, paintNothing } from "../collector/draw/paint.ts";
import { openReceiver, type PortProblem } from "../collector/receive/receiver.ts";
import { renderTrace } from "../collector/draw/render-trace.ts";
import { TraceAssembler } from "../collector/trace/trace-assembler.ts";
import { traceToJson } from "../collector/trace/trace-json.ts";
import { PageServer } from "./page/page-server.ts";
import { TraceStore } from "./page/trace-store.ts";

/** Options of {@link startView}. */
export interface ViewOptions {
  /** 6006 by default; 0 takes a free port. */
  readonly httpPort?: number;
  /** 4317 by default; 0 takes a free port. */
  readonly grpcPort?: number;
  /** Takes each finished trace as text. */
  readonly write: (text: string) => void;
  /** Columns to draw on, asked for at every trace; 100 by default. */
  readonly width?: () => number;
  /** Whether to use colours; `false` by default. */
  readonly colours?: boolean;
  /** Prints a line of JSON instead of a tree. */
  readonly json?: boolean;
  /** Whether `write` has fallen behind so far that senders should come back later. */
  readonly isFull?: () => boolean;
  /** Serves the page at the HTTP port; `false` by default. */
  readonly web?: boolean;
  /** Called after each trace was written. */
  readonly onTrace?: () => void;
}

/** A running view. */
export interface View {
  readonly httpUrl: string;
  readonly grpcUrl: string;
  /** Resolves once every trace that came in was written. */
  settled(): Promise<void>;
  /** Stops listening and writes the traces that are not finished, as they are. */
  stop(): Promise<void>;
}

/** Phoenix's own ports. */
export const DEFAULT_HTTP_PORT = 6006;
export const DEFAULT_GRPC_PORT = 4317;

/** Starts a view on 127.0.0.1, or says which ports it could not have. */
export async function startView(options: ViewOptions): Promise<View | readonly PortProblem[]> {
  const paint = options.colours === true ? paintInColours : paintNothing;
  const assembler = new TraceAssembler({
    onTrace: (trace) => {
      const width = options.width?.() ?? 100;
      options.write(options.json === true ? `${traceToJson(trace)}\n` : renderTrace(trace, { width, paint }));
      options.onTrace?.();
    },
    schedule: (callback, delayMillis) => {
      const timer = setTimeout(callback, delayMillis);
      return () => clearTimeout(timer);
    },
  });
  const store = options.web === true ? new TraceStore() : undefined;
  const page = store && new PageServer(store);
  const receiver = await openReceiver({
    httpPort: options.httpPort ?? DEFAULT_HTTP_PORT,
    grpcPort: options.grpcPort ?? DEFAULT_GRPC_PORT,
    onSpans: (spans, byteLength) => {
      store?.add(spans, byteLength);
      assembler.add(spans, byteLength);
    },
    answerFirst: page && ((request) => page.answer(request)),
    isFull: options.isFull ?? (() => false),
  });
  if (!("close" in receiver)) return receiver;
  return {
    httpUrl: `http://127.0.0.1:${receiver.httpPort}`,
    grpcUrl: `http://127.0.0.1:${receiver.grpcPort}`,
    settled: () => assembler.settled(),
    stop: async () => {
      await receiver.close();
      assembler.flush();
    },
  };
}
