import type { TestContext } from "node:test";
import { startGateway } from "../../support/relayGateways.ts";

/** An MCP server that answers each request in the era that it comes in. */
export interface BothEras {
  readonly url: string;
  /** What was asked for by POST: the JSON-RPC method, and the era. */
  readonly asked: readonly string[];
}

/**
 * A server of both eras, as the Python SDK's are, 2.3.0: a tool that asks its caller in the midst of a call does so in a session,
 * and is refused by its own SDK in 2026-07-28, since no request leads to the caller there.
 *
 * @param sessions whether it opens sessions; one that opens none asks in 2026-07-28, and cannot in the earlier era
 */
export async function startBothEras(t: TestContext, { sessions }: { readonly sessions: boolean }): Promise<BothEras> {
  const asked: string[] = [];
  const modern = await startGateway("modern", 0, async (request) => {
    const { id, method, params } = (await request.clone().json()) as Rpc;
    asked.push(`${method} modern`);
    if (!sessions || method !== "tools/call" || params?.name !== "ask") return undefined;
    const message = "Cannot send 'elicitation/create': this transport context has no back-channel";
    return Response.json({ jsonrpc: "2.0", id, error: { code: -32600, message } });
  });
  const legacy = await startGateway("legacy", 0, async (request) => {
    if (request.headers.get("mcp-protocol-version") === "2026-07-28") {
      const { method, headers } = request;
      return await fetch(modern.url, { method, headers: handedOn(headers), body: await request.text() });
    }
    const { id, method, params } = request.method === "POST" ? ((await request.clone().json()) as Rpc) : {};
    if (method !== undefined) asked.push(`${method} legacy`);
    return sessions ? undefined : withoutSession({ id, method, params });
  });
  t.after(async () => {
    await Promise.all([modern.stop(), legacy.stop()]);
  });
  return { url: legacy.url, asked };
}

interface Rpc {
  readonly id?: unknown;
  readonly method?: string | undefined;
  readonly params?: Readonly<Record<string, unknown>> | undefined;
}

/** What a server of the earlier era answers that opens no session. */
function withoutSession({ id, method }: Rpc): Response {
  if (id === undefined) return new Response(null, { status: method === undefined ? 405 : 202 });
  if (method !== "initialize") return Response.json({ jsonrpc: "2.0", id, error: { code: -32601, message: "no" } });
  const result = {
    ...{ protocolVersion: "2025-11-25", capabilities: { tools: {} } },
    serverInfo: { name: "everything-we-need", version: "9.9.9" },
  };
  return Response.json({ jsonrpc: "2.0", id, result });
}

const handedOn = (headers: Headers): Headers => {
  const kept = new Headers(headers);
  for (const name of ["host", "connection", "content-length"]) kept.delete(name);
  return kept;
};
