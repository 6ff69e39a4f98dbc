import { traceTool, usingSession } from "phoenix-otel";

export const runtime = "edge";

const tool = traceTool(async (question) => `${question} answered at the edge`);

export const GET = async () => new Response(await usingSession("s", () => tool("1")));
