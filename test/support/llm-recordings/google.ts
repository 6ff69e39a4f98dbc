// Answers of Google's generateContent, in the shape of its API reference.
import type { Recording } from "../llm-server.ts";

const usageMetadata = {
  promptTokenCount: 120,
  cachedContentTokenCount: 100,
  candidatesTokenCount: 20,
  thoughtsTokenCount: 30,
  totalTokenCount: 170,
  promptTokensDetails: [
    { modality: "TEXT", tokenCount: 90 },
    { modality: "AUDIO", tokenCount: 30 },
  ],
  candidatesTokensDetails: [{ modality: "TEXT", tokenCount: 20 }],
};

const answer = { modelVersion: "gemini-2.5-flash-preview-09-2025", responseId: "pH1naLGsL4_gxs0P" };

export const text: Recording = {
  json: {
    ...answer,
    candidates: [
      {
        content: { role: "model", parts: [{ text: "Paris." }] },
        finishReason: "STOP",
        index: 0,
        avgLogprobs: -0.01,
      },
    ],
    usageMetadata,
  },
};

export const thoughtsAndCalls: Recording = {
  json: {
    ...answer,
    candidates: [
      {
        content: {
          role: "model",
          parts: [
            { text: "I need the weather.", thought: true },
            {
              functionCall: { id: "fc_1", name: "get_weather", args: { city: "Paris" } },
              thoughtSignature: "CiQBVKhc7g==",
            },
            { functionCall: { name: "get_time", args: {} } },
          ],
        },
        finishReason: "STOP",
        index: 0,
      },
    ],
    usageMetadata,
  },
};

export const twoCandidatesWithImage: Recording = {
  json: {
    ...answer,
    candidates: [
      {
        content: {
          role: "model",
          parts: [
            { text: "Here it is:" },
            { inlineData: { mimeType: "image/png", data: "iVBORw0KGgoAAAANSUhEUg==" } },
          ],
        },
        finishReason: "STOP",
        index: 0,
      },
      { content: { role: "model", parts: [{ text: "Or this." }] }, finishReason: "MAX_TOKENS", index: 1 },
    ],
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 9, totalTokenCount: 14 },
  },
};

const chunk = (parts: unknown[], finishReason?: string) => ({
  data: {
    ...answer,
    candidates: [{ content: { role: "model", parts }, index: 0, ...(finishReason && { finishReason }) }],
    usageMetadata: finishReason ? usageMetadata : { promptTokenCount: 120, totalTokenCount: 120 },
  },
});

export const streamedText: Recording = {
  events: [chunk([{ text: "Hel" }]), chunk([{ text: "lo" }]), chunk([{ text: " world" }], "STOP")],
};

export const streamedThoughtsAndCall: Recording = {
  events: [
    chunk([{ text: "I need ", thought: true }]),
    chunk([{ text: "the weather.", thought: true }]),
    chunk([{ text: "Checking" }]),
    chunk([{ text: "." }]),
    chunk(
      [
        {
          functionCall: { id: "fc_1", name: "get_weather", args: { city: "Paris" } },
          thoughtSignature: "CiQBVKhc7g==",
        },
      ],
      "STOP",
    ),
  ],
};
