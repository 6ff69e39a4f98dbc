// Every attribute of the semantic conventions package, decided: the keys a span has it under and what hides them. A new
// attribute of a later version is not here, and fails the test until somebody decided.
import * as conventions from "@arizeai/openinference-semantic-conventions";
import type { HideSetting } from "../../src/config/masking-settings.ts";

/** Settings that hide a key; `beside` are those that hide it on spans that have messages. */
export interface Decision {
  readonly keys: readonly string[];
  readonly by: readonly HideSetting[];
  readonly beside?: readonly HideSetting[];
}

const messages = (part: string): [input: string, output: string] => [
  `llm.input_messages.0.message.${part}`,
  `llm.output_messages.0.message.${part}`,
];
const content = (part: string) => messages(`contents.0.message_content.${part}`);
const call = (part: string) => messages(`tool_calls.0.tool_call.${part}`);

/** Of a message: the input side and the output side are hidden by their own settings. */
const both = ([input, output]: [string, string]): Decision[] => [
  { keys: [input], by: ["hideInputs", "hideInputMessages"] },
  { keys: [output], by: ["hideOutputs", "hideOutputMessages"] },
];
const texts = ([input, output]: [string, string]): Decision[] => [
  { keys: [input], by: ["hideInputs", "hideInputMessages", "hideInputText"] },
  { keys: [output], by: ["hideOutputs", "hideOutputMessages", "hideOutputText"] },
];
const kept = (...keys: string[]): Decision[] => [{ keys, by: [] }];
const hidden = (by: HideSetting[], ...keys: string[]): Decision[] => [{ keys, by }];
const document = (part: string): Decision[] => [
  ...hidden(["hideOutputs"], `retrieval.documents.0.document.${part}`),
  ...hidden(["hideInputs"], `reranker.input_documents.0.document.${part}`),
  ...hidden(["hideOutputs"], `reranker.output_documents.0.document.${part}`),
];
const image = ([input, output]: [string, string]): Decision[] => [
  { keys: [input], by: ["hideInputs", "hideInputMessages", "hideInputImages"] },
  { keys: [output], by: ["hideOutputs", "hideOutputMessages"] },
];

/** Covered by the rows of the names inside, or no attribute of a span of its own. */
const PREFIX: Decision[] = [];

export const DECISIONS: Readonly<Record<string, readonly Decision[]>> = {
  ANNOTATIONS: PREFIX,
  EVALUATIONS: PREFIX,
  TRACE_ANNOTATIONS: PREFIX,
  TRACE_EVALUATIONS: PREFIX,
  SESSION_ANNOTATIONS: PREFIX,
  SESSION_EVALUATIONS: PREFIX,
  ANNOTATION_NAME: kept("annotations.0.annotation.name"),
  ANNOTATION_SCORE: kept("annotations.0.annotation.score"),
  ANNOTATION_LABEL: kept("annotations.0.annotation.label"),
  ANNOTATION_EXPLANATION: kept("annotations.0.annotation.explanation"),
  ANNOTATION_ANNOTATOR_KIND: kept("annotations.0.annotation.annotator_kind"),
  ANNOTATION_IDENTIFIER: kept("annotations.0.annotation.identifier"),
  ANNOTATION_METADATA: kept("annotations.0.annotation.metadata"),
  EVALUATION_NAME: kept("evaluations.0.evaluation.name"),
  EVALUATION_SCORE: kept("evaluations.0.evaluation.score"),
  EVALUATION_LABEL: kept("evaluations.0.evaluation.label"),
  EVALUATION_EXPLANATION: kept("evaluations.0.evaluation.explanation"),
  EVALUATION_ANNOTATOR_KIND: kept("evaluations.0.evaluation.annotator_kind"),
  EVALUATION_IDENTIFIER: kept("evaluations.0.evaluation.identifier"),
  EVALUATION_METADATA: kept("evaluations.0.evaluation.metadata"),
  INPUT_VALUE: [
    { keys: ["input.value"], by: ["hideInputs"], beside: ["hideInputMessages", "hideInputText"] },
  ],
  INPUT_MIME_TYPE: hidden(["hideInputs"], "input.mime_type"),
  INPUT_IMAGES: hidden(["hideInputs", "hideInputImages"], "input.images.0.image.url"),
  OUTPUT_VALUE: [
    { keys: ["output.value"], by: ["hideOutputs"], beside: ["hideOutputMessages", "hideOutputText"] },
  ],
  OUTPUT_MIME_TYPE: hidden(["hideOutputs"], "output.mime_type"),
  OUTPUT_IMAGES: hidden(["hideOutputs"], "output.images.0.image.url"),
  LLM_INPUT_MESSAGES: PREFIX,
  LLM_OUTPUT_MESSAGES: PREFIX,
  LLM_PROMPTS: hidden(["hideInputs", "hidePrompts"], "llm.prompts.0.prompt.text"),
  LLM_INVOCATION_PARAMETERS: hidden(["hideLLMInvocationParameters"], "llm.invocation_parameters"),
  LLM_MODEL_NAME: kept("llm.model_name"),
  LLM_REQUEST_MODEL_NAME: kept("llm.request.model_name"),
  LLM_RESPONSE_MODEL_NAME: kept("llm.response.model_name"),
  LLM_PROVIDER: kept("llm.provider"),
  LLM_SYSTEM: kept("llm.system"),
  LLM_TOKEN_COUNT_COMPLETION: kept("llm.token_count.completion"),
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_REASONING: kept("llm.token_count.completion_details.reasoning"),
  LLM_TOKEN_COUNT_COMPLETION_DETAILS_AUDIO: kept("llm.token_count.completion_details.audio"),
  LLM_TOKEN_COUNT_PROMPT: kept("llm.token_count.prompt"),
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_WRITE: kept("llm.token_count.prompt_details.cache_write"),
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_READ: kept("llm.token_count.prompt_details.cache_read"),
  LLM_TOKEN_COUNT_PROMPT_DETAILS_CACHE_INPUT: kept("llm.token_count.prompt_details.cache_input"),
  LLM_TOKEN_COUNT_PROMPT_DETAILS_AUDIO: kept("llm.token_count.prompt_details.audio"),
  LLM_TOKEN_COUNT_TOTAL: kept("llm.token_count.total"),
  LLM_TOKEN_COUNT_PROMPT_DETAILS: PREFIX,
  LLM_TOKEN_COUNT_COMPLETION_DETAILS: PREFIX,
  LLM_FINISH_REASON: kept("llm.finish_reason"),
  LLM_COST: PREFIX,
  LLM_COST_PROMPT: kept("llm.cost.prompt"),
  LLM_COST_COMPLETION: kept("llm.cost.completion"),
  LLM_COST_TOTAL: kept("llm.cost.total"),
  LLM_COST_INPUT: kept("llm.cost.prompt_details.input"),
  LLM_COST_OUTPUT: kept("llm.cost.completion_details.output"),
  LLM_COST_COMPLETION_DETAILS_REASONING: kept("llm.cost.completion_details.reasoning"),
  LLM_COST_COMPLETION_DETAILS_AUDIO: kept("llm.cost.completion_details.audio"),
  LLM_COST_PROMPT_DETAILS_CACHE_WRITE: kept("llm.cost.prompt_details.cache_write"),
  LLM_COST_PROMPT_DETAILS_CACHE_READ: kept("llm.cost.prompt_details.cache_read"),
  LLM_COST_PROMPT_DETAILS_CACHE_INPUT: kept("llm.cost.prompt_details.cache_input"),
  LLM_COST_PROMPT_DETAILS_AUDIO: kept("llm.cost.prompt_details.audio"),
  MESSAGE_ROLE: both(messages("role")),
  MESSAGE_NAME: both(messages("name")),
  MESSAGE_TOOL_CALLS: PREFIX,
  MESSAGE_TOOL_CALL_ID: both(messages("tool_call_id")),
  TOOL_CALL_FUNCTION_NAME: both(call("function.name")),
  TOOL_CALL_FUNCTION_ARGUMENTS_JSON: texts(call("function.arguments")),
  TOOL_CALL_ID: both(call("id")),
  TOOL_CALL_REASONING_SIGNATURE: both(call("reasoning_signature")),
  MESSAGE_FUNCTION_CALL_NAME: both(messages("function_call_name")),
  MESSAGE_FUNCTION_CALL_ARGUMENTS_JSON: texts(messages("function_call_arguments_json")),
  MESSAGE_CONTENT: texts(messages("content")),
  MESSAGE_CONTENTS: PREFIX,
  MESSAGE_CONTENT_TYPE: both(content("type")),
  MESSAGE_CONTENT_TEXT: texts(content("text")),
  MESSAGE_CONTENT_IMAGE: image(content("image.image.mime_type")),
  MESSAGE_CONTENT_AUDIO: PREFIX,
  MESSAGE_CONTENT_VIDEO: PREFIX,
  MESSAGE_CONTENT_ID: both(content("id")),
  MESSAGE_CONTENT_SIGNATURE: both(content("signature")),
  MESSAGE_CONTENT_DATA: texts(content("data")),
  MESSAGE_CONTENT_ENCRYPTED_CONTENT: texts(content("encrypted_content")),
  IMAGE_URL: image(content("image.image.url")),
  VIDEO_URL: both(content("video.video.url")),
  AUDIO_URL: both(content("audio.audio.url")),
  AUDIO_MIME_TYPE: both(content("audio.audio.mime_type")),
  AUDIO_TRANSCRIPT: texts(content("audio.audio.transcript")),
  DOCUMENT_ID: document("id"),
  DOCUMENT_CONTENT: document("content"),
  DOCUMENT_SCORE: document("score"),
  DOCUMENT_METADATA: document("metadata"),
  EMBEDDING_EMBEDDINGS: PREFIX,
  EMBEDDING_TEXT: hidden(["hideInputs", "hideEmbeddingsText"], "embedding.embeddings.0.embedding.text"),
  EMBEDDING_MODEL_NAME: kept("embedding.model_name"),
  EMBEDDING_VECTOR: hidden(["hideEmbeddingsVectors"], "embedding.embeddings.0.embedding.vector"),
  RETRIEVAL_DOCUMENTS: PREFIX,
  PROMPT_TEMPLATE_VARIABLES: hidden(["hideInputs"], "llm.prompt_template.variables"),
  PROMPT_TEMPLATE_TEMPLATE: kept("llm.prompt_template.template"),
  PROMPT_TEMPLATE_VERSION: kept("llm.prompt_template.version"),
  LLM_FUNCTION_CALL: hidden(["hideOutputs"], "llm.function_call"),
  LLM_TOOLS: PREFIX,
  TOOL_NAME: kept("tool.name"),
  TOOL_DESCRIPTION: kept("tool.description"),
  TOOL_PARAMETERS: hidden(["hideInputs"], "tool.parameters"),
  TOOL_JSON_SCHEMA: hidden(["hideInputs", "hideLLMTools"], "llm.tools.0.tool.json_schema"),
  TOOL_ID: kept("tool.id"),
  SESSION_ID: kept("session.id"),
  USER_ID: kept("user.id"),
  RERANKER_INPUT_DOCUMENTS: PREFIX,
  RERANKER_OUTPUT_DOCUMENTS: PREFIX,
  RERANKER_QUERY: hidden(["hideInputs"], "reranker.query"),
  RERANKER_MODEL_NAME: kept("reranker.model_name"),
  RERANKER_TOP_K: kept("reranker.top_k"),
  METADATA: kept("metadata"),
  TAG_TAGS: kept("tag.tags"),
  PROMPT_VENDOR: kept("prompt.vendor"),
  PROMPT_ID: kept("prompt.id"),
  PROMPT_URL: kept("prompt.url"),
  AGENT_NAME: kept("agent.name"),
  GRAPH_NODE_ID: kept("graph.node.id"),
  GRAPH_NODE_NAME: kept("graph.node.name"),
  GRAPH_NODE_PARENT_ID: kept("graph.node.parent_id"),
  SEMRESATTRS_PROJECT_NAME: PREFIX,
};

/** Keys of the design's table that the package has no name for. */
const BEYOND: readonly Decision[] = [
  { keys: ["llm.choices.0.completion.text"], by: ["hideOutputs", "hideChoices"] },
  { keys: ["exception.message", "exception.stacktrace"], by: ["hideOutputs"] },
];

/** What translation would take: hidden as its target is. */
const FOREIGN: readonly Decision[] = [
  {
    keys: ["ai.prompt", "ai.prompt.messages", "gen_ai.input.messages", "gen_ai.system_instructions"],
    by: ["hideInputs", "hideInputMessages", "hideInputText"],
  },
  {
    keys: ["gen_ai.prompt.0.content", "gen_ai.prompt"],
    by: ["hideInputs", "hideInputMessages", "hideInputText"],
  },
  {
    keys: ["ai.response.text", "ai.response.reasoning", "ai.response.toolCalls", "ai.response.object"],
    by: ["hideOutputs", "hideOutputMessages", "hideOutputText"],
  },
  {
    keys: [
      "gen_ai.output.messages",
      "gen_ai.completion.0.content",
      "gen_ai.completion",
      "llm.completions.0.content",
    ],
    by: ["hideOutputs", "hideOutputMessages", "hideOutputText"],
  },
  { keys: ["ai.prompt.tools", "gen_ai.tool.definitions"], by: ["hideInputs", "hideLLMTools"] },
  {
    keys: [
      "ai.prompt.toolChoice",
      "ai.settings.temperature",
      "gen_ai.request.temperature",
      "gen_ai.request.seed",
    ],
    by: ["hideLLMInvocationParameters"],
  },
  {
    keys: ["llm.prompts.0.content"],
    by: ["hideInputs", "hideInputMessages", "hideInputText", "hidePrompts"],
  },
  { keys: ["ai.toolCall.args", "gen_ai.tool.call.arguments"], by: ["hideInputs"] },
  {
    keys: ["ai.toolCall.result", "gen_ai.tool.call.result", "traceloop.entity.output", "genkit:output"],
    by: ["hideOutputs"],
    beside: ["hideOutputMessages", "hideOutputText"],
  },
  {
    keys: ["traceloop.entity.input", "genkit:input"],
    by: ["hideInputs"],
    beside: ["hideInputMessages", "hideInputText"],
  },
  { keys: ["ai.value", "ai.values"], by: ["hideInputs", "hideEmbeddingsText"] },
  { keys: ["ai.embedding", "ai.embeddings"], by: ["hideEmbeddingsVectors"] },
  { keys: ["ai.documents", "gen_ai.retrieval.query.text"], by: ["hideInputs"] },
  { keys: ["ai.ranking", "gen_ai.retrieval.documents"], by: ["hideOutputs"] },
  {
    keys: ["ai.telemetry.metadata.plan", "ai.settings.context.plan", "ai.model.id", "gen_ai.request.model"],
    by: [],
  },
];

/** The names of the package's attributes: its text exports. */
export const ATTRIBUTE_NAMES: readonly string[] = Object.entries(conventions).flatMap(([name, value]) =>
  typeof value === "string" ? [name] : [],
);

/** Every key with its decision. */
export const DECIDED: readonly { readonly key: string; readonly decision: Decision }[] = [
  ...Object.values(DECISIONS).flat(),
  ...BEYOND,
  ...FOREIGN,
].flatMap((decision) => decision.keys.map((key) => ({ key, decision })));
