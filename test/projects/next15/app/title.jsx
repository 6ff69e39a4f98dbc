"use client";
import { traceChain } from "phoenix-otel";

const upper = traceChain((text) => text.toUpperCase(), { name: "upper" });

export function Title({ text }) {
  return <p>{upper(text)}</p>;
}
