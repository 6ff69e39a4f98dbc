import { traceChain } from "phoenix-otel";

const upper = traceChain((text) => text.toUpperCase());

export default function Home() {
  return <p>{upper("home")}</p>;
}
