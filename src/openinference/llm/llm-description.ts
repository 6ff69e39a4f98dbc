// One LLM call in plain words: what setLLM() takes, and what every provider's shape is read into.

/** One tool call that a model asked for. */
export interface LlmToolCall {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  /** JSON text as the model wrote it, or the parsed arguments. */
  readonly arguments?: unknown;
  /** Gemini's `thoughtSignature` on a function call. */
  readonly reasoningSignature?: string | undefined;
}

/** One part of a message that is more than a single text. */
export interface LlmContent {
  /** `"text"`, `"image"`, `"audio"`, `"video"`, `"reasoning"`, `"refusal"`, or a provider's own word. */
  readonly type: string;
  readonly text?: string | undefined;
  /** In place of a text: any value, which is written as JSON. */
  readonly json?: unknown;
  /** Where the image, audio or video is: a URL or a `data:` URL. */
  readonly url?: string | undefined;
  /** Written for audio only. */
  readonly mimeType?: string | undefined;
  readonly transcript?: string | undefined;
  readonly id?: string | undefined;
  readonly signature?: string | undefined;
  readonly data?: string | undefined;
  readonly encryptedContent?: string | undefined;
  /** Of a `"tool_use"` part: a call that stands among other parts. Written beside `toolCalls`. */
  readonly toolCall?: LlmToolCall | undefined;
}

/** One message of a chat, sent or received. */
export interface LlmMessage {
  readonly role?: string | undefined;
  /** A list of one plain text is written as that text. */
  readonly content?: string | readonly LlmContent[] | undefined;
  /** The tool that produced a `"tool"` message. */
  readonly name?: string | undefined;
  readonly toolCallId?: string | undefined;
  readonly toolCalls?: readonly LlmToolCall[] | undefined;
}

/** One tool that the model may call. */
export interface LlmTool {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** The whole definition, as an object or as JSON text. */
  readonly jsonSchema?: unknown;
}

/** Tokens of one call. The details are part of `prompt` and `completion`, not beside them. */
export interface LlmTokenCount {
  readonly prompt?: number | undefined;
  readonly completion?: number | undefined;
  readonly total?: number | undefined;
  readonly promptDetails?:
    | {
        readonly cacheRead?: number | undefined;
        readonly cacheWrite?: number | undefined;
        readonly cacheInput?: number | undefined;
        readonly audio?: number | undefined;
      }
    | undefined;
  readonly completionDetails?:
    | { readonly reasoning?: number | undefined; readonly audio?: number | undefined }
    | undefined;
}

/** What one LLM call was: the argument of `getActiveSpan().setLLM()`. Every part is optional. */
export interface LlmDescription {
  /** `llm.model_name`: the model that answered, else the one asked. */
  readonly model?: string | undefined;
  /** Only where it differs from the model that answered. */
  readonly requestModel?: string | undefined;
  readonly responseModel?: string | undefined;
  /** Who hosts the model, e.g. `"openai"`, `"azure"`, `"aws"`. */
  readonly provider?: string | undefined;
  /** Whose product the model is, e.g. `"openai"`, `"anthropic"`, `"vertexai"`. */
  readonly system?: string | undefined;
  readonly inputMessages?: readonly LlmMessage[] | undefined;
  readonly outputMessages?: readonly LlmMessage[] | undefined;
  /** An object, or JSON text. */
  readonly invocationParameters?: unknown;
  readonly tools?: readonly LlmTool[] | undefined;
  readonly tokenCount?: LlmTokenCount | undefined;
  /** US dollars. */
  readonly cost?:
    | {
        readonly prompt?: number | undefined;
        readonly completion?: number | undefined;
        readonly total?: number | undefined;
      }
    | undefined;
  readonly finishReason?: string | undefined;
}
