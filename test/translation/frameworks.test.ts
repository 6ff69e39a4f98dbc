// Mastra and LangSmith, in spans written by hand as their exporters write them.
import { describe, expect, it } from "vitest";
import { useForeignSpans } from "./foreign-spans.ts";

const spans = useForeignSpans();
const KIND = "openinference.span.kind";

describe("Mastra", () => {
  it.each([
    ["agent_run", "invoke_agent", "AGENT"],
    ["model_inference", "chat", "LLM"],
    ["model_generation", "model_generation", "CHAIN"],
    ["model_generation", "chat", "LLM"],
    ["model_step", "agent_step", "CHAIN"],
    ["model_chunk", "model_chunk", "CHAIN"],
    ["tool_call", "execute_tool", "TOOL"],
    ["mcp_tool_call", "execute_tool", "TOOL"],
    ["workflow_run", "invoke_workflow", "CHAIN"],
    ["workflow_step", "workflow_step", "CHAIN"],
    ["rag_embedding", "embeddings", "EMBEDDING"],
    ["scorer_run", "scorer_run", "EVALUATOR"],
    ["memory_operation", "memory_operation", "CHAIN"],
  ])("gives %s that says %s the kind %s", async (type, operation, kind) => {
    const attributes = await spans.attributes({
      attributes: { "mastra.span.type": type, "gen_ai.operation.name": operation },
    });
    expect(attributes[KIND]).toBe(kind);
  });

  it("reads an agent's run", async () => {
    const attributes = await spans.attributes({
      attributes: {
        "mastra.span.type": "agent_run",
        "gen_ai.operation.name": "invoke_agent",
        "gen_ai.agent.name": "weather-agent",
        "gen_ai.conversation.id": "thread-1",
        "mastra.agent_run.input": '[{"role":"user","content":"Weather?"}]',
        "mastra.agent_run.output": '{"text":"It is 5 degrees."}',
        "mastra.metadata.tenant": "t1",
        "mastra.metadata.headers": '{"set-cookie":"session=s3cret"}',
        "mastra.metadata.body": '{"choices":[]}',
      },
    });
    expect(attributes).toMatchObject({
      "input.value": "Weather?",
      "output.value": '{"text":"It is 5 degrees."}',
      "agent.name": "weather-agent",
      "session.id": "thread-1",
      metadata: '{"tenant":"t1"}',
    });
    expect(attributes).not.toHaveProperty("mastra.agent_run.input");
  });

  it("reads the JSON in which it writes lists", async () => {
    const attributes = await spans.attributes({
      attributes: {
        "mastra.span.type": "model_inference",
        "gen_ai.operation.name": "chat",
        "gen_ai.request.stop_sequences": '["END"]',
        "gen_ai.response.finish_reasons": '["stop"]',
      },
    });
    expect(attributes).toMatchObject({
      "llm.finish_reason": "stop",
      "llm.invocation_parameters": '{"stop_sequences":["END"]}',
    });
  });

  it("reads versions 0.x, which say everything twice", async () => {
    const attributes = await spans.attributes({
      attributes: {
        "mastra.span.type": "model_generation",
        "gen_ai.operation.name": "chat",
        input: '{"messages":[{"role":"user","content":"Weather?"}]}',
        "gen_ai.prompt": '{"messages":[{"role":"user","content":"Weather?"}]}',
        output: '{"text":"5"}',
        "gen_ai.completion": '{"text":"5"}',
        "gen_ai.usage.cached_input_tokens": 5,
      },
    });
    expect(attributes).toMatchObject({
      [KIND]: "LLM",
      "llm.input_messages.0.message.content": "Weather?",
      "llm.token_count.prompt_details.cache_read": 5,
    });
    expect(Object.keys(attributes).filter((key) => /^(?:input$|output$|gen_ai\.)/.test(key))).toEqual([]);
  });
});

describe("LangSmith", () => {
  it.each([
    ["llm", "chat", "LLM"],
    ["chain", "chain", "CHAIN"],
    ["tool", "execute_tool", "TOOL"],
    ["retriever", "embeddings", "RETRIEVER"],
    ["embedding", "embeddings", "EMBEDDING"],
    ["prompt", "chat", "PROMPT"],
    ["parser", "parser", "CHAIN"],
  ])("gives %s that says %s the kind %s", async (type, operation, kind) => {
    const attributes = await spans.attributes({
      attributes: { "langsmith.span.kind": type, "gen_ai.operation.name": operation },
    });
    expect(attributes[KIND]).toBe(kind);
  });

  it.each([
    ["OpenAI's", { choices: [{ message: { role: "assistant", content: "5" } }] }],
    ["LangChain's", { generations: [[{ text: "5", message: { role: "assistant", content: "5" } }]] }],
    ["its own", { role: "assistant", content: "5" }],
    ["a graph's", { messages: [{ role: "assistant", content: "5" }] }],
  ])("reads a model's run with %s answer", async (_whose, answer) => {
    const attributes = await spans.attributes({
      attributes: {
        "langsmith.span.kind": "llm",
        "gen_ai.operation.name": "chat",
        "gen_ai.system": "langchain",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.prompt": '{"messages":[[{"role":"user","content":"Weather?"}]]}',
        "gen_ai.completion": JSON.stringify(answer),
        "langsmith.usage_metadata": JSON.stringify({
          input_tokens: 20,
          output_tokens: 7,
          input_token_details: { cache_read: 5 },
          output_token_details: { reasoning: 3 },
        }),
        "langsmith.metadata.thread_id": "s1",
        "langsmith.metadata.tenant": "t1",
        "langsmith.span.tags": "a, b",
        "langsmith.request.headers": '{"authorization":"Bearer secret"}',
      },
    });
    expect(attributes).toMatchObject({
      [KIND]: "LLM",
      "llm.model_name": "gpt-4o",
      "llm.input_messages.0.message.content": "Weather?",
      "llm.output_messages.0.message.content": "5",
      "llm.token_count.prompt": 20,
      "llm.token_count.completion": 7,
      "llm.token_count.total": 27,
      "llm.token_count.prompt_details.cache_read": 5,
      "llm.token_count.completion_details.reasoning": 3,
      "session.id": "s1",
      "tag.tags": ["a", "b"],
      metadata: '{"tenant":"t1"}',
    });
    expect(attributes).not.toHaveProperty("llm.provider");
    expect(JSON.stringify(attributes)).not.toContain("secret");
  });

  it("reads a retriever's documents", async () => {
    const attributes = await spans.attributes({
      attributes: {
        "langsmith.span.kind": "retriever",
        "gen_ai.operation.name": "embeddings",
        "gen_ai.prompt": '{"query":"hot"}',
        "gen_ai.completion": '{"documents":[{"pageContent":"tea","metadata":{"source":"a"}}]}',
      },
    });
    expect(attributes).toMatchObject({
      "input.value": '{"query":"hot"}',
      "retrieval.documents.0.document.content": "tea",
      "retrieval.documents.0.document.metadata": '{"source":"a"}',
    });
    expect(attributes).not.toHaveProperty("gen_ai.completion");
  });
});
