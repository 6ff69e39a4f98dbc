import { NextResponse } from "next/server";
import { traceChain } from "phoenix-otel";

const allowed = traceChain(async (path) => path !== "/forbidden", { name: "allowed" });

export async function middleware(request) {
  if (await allowed(request.nextUrl.pathname)) return NextResponse.next();
  return new Response("forbidden", { status: 403 });
}
