import { traceChain } from "phoenix-otel";

const upper = traceChain((text) => text.toUpperCase(), { name: "upper" });

export default function Home() {
  return <p>{upper("home")}</p>;
}
