// The plain words that the attribute builders take: the types of @arizeai/openinference-core, name by name.
import type { MimeType } from "@arizeai/openinference-semantic-conventions";

/** What a span received. */
export interface SpanInput {
  value: string;
  mimeType: MimeType;
}

/** What a span gave. */
export type SpanOutput = SpanInput;

/** Where an image is: a URL or a `data:` URL. */
export interface Image {
  url?: string;
}

/** A part that is a text. */
export interface TextMessageContent {
  type: "text";
  text: string;
}

/** A part that is an image. */
export interface ImageMessageContent {
  type: "image";
  image?: Image;
}

/** A part that is what a model thought, in clear or sealed. */
export interface ReasoningMessageContent {
  type: "reasoning";
  text?: string;
  signature?: string;
  data?: string;
  encryptedContent?: string;
}

/** One part of a message. */
export type MessageContent = TextMessageContent | ImageMessageContent | ReasoningMessageContent;

/** The function that a tool call names. */
export interface ToolCallFunction {
  name?: string;
  /** JSON text, or the arguments as an object. */
  arguments?: string | Record<string, unknown>;
}

/** One tool call that a model asked for. */
export interface ToolCall {
  id?: string;
  function?: ToolCallFunction;
  reasoningSignature?: string;
}

/** One message of a chat, sent or received. */
export interface Message {
  role?: string;
  content?: string;
  /** For a message of several parts. */
  contents?: MessageContent[];
  /** Of the call that a tool's message answers. */
  toolCallId?: string;
  toolCalls?: ToolCall[];
}

/** Parts of {@link TokenCount.prompt}. */
export interface PromptDetails {
  audio?: number;
  cacheRead?: number;
  cacheWrite?: number;
}

/** Tokens of one call. */
export interface TokenCount {
  prompt?: number;
  completion?: number;
  total?: number;
  promptDetails?: PromptDetails;
}

/** A tool that a model may call. */
export interface Tool {
  /** The whole definition, as an object or as JSON text. */
  jsonSchema: string | Record<string, unknown>;
}

/** One text and its vector. */
export interface Embedding {
  text?: string;
  vector?: number[];
}

/** One document that a search found or a reranker ordered. */
export interface Document {
  content?: string;
  id?: string | number;
  metadata?: string | Record<string, unknown>;
  score?: number;
}

/** What an annotation is about. */
export type AnnotationScope = "span" | "trace" | "session";

/** What every annotation may say. */
export interface AnnotationBase {
  name: string;
  /** One of `AnnotatorKind`. */
  annotatorKind?: string;
  identifier?: string;
  metadata?: string | Record<string, unknown>;
}

/** A judgement with at least one of score, label and explanation. */
export type Annotation = AnnotationBase &
  (
    | { score: number; label?: string; explanation?: string }
    | { score?: number; label: string; explanation?: string }
    | { score?: number; label?: string; explanation: string }
  );

/** One LLM call, as `getLLMAttributes` takes it. */
export interface LLMAttributesOptions {
  /** Written in lower case. */
  provider?: string;
  /** Written in lower case. */
  system?: string;
  /** By default `responseModelName`, else `requestModelName`. */
  modelName?: string;
  requestModelName?: string;
  responseModelName?: string;
  invocationParameters?: Record<string, unknown>;
  inputMessages?: Message[];
  outputMessages?: Message[];
  tokenCount?: TokenCount;
  tools?: Tool[];
}
