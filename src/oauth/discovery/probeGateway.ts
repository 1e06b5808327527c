import { GatewayFailure } from "../../failures/failure.ts";
import { type AskedWorld, askServer, type LimitedAnswer } from "../../lib/askServer.ts";
import { isTooLarge } from "../../lib/httpPort.ts";
import { requestPolicies } from "../../lib/limits.ts";
import { type Challenge, parseChallenge } from "./challenge.ts";
import { gatewayNetworkFailure } from "./networkFailure.ts";

/** What answers at a gateway's address. */
export type ProbedGateway =
  /** It serves without sign-in (AgentCore's authorizer type NONE). */
  | { readonly kind: "open"; readonly url: URL }
  | { readonly kind: "protected"; readonly url: URL; readonly challenge: Challenge | undefined };

/** An `initialize` of the revision every gateway understands or refuses as JSON-RPC (MCP 2025-11-25, lifecycle). */
const probe = {
  jsonrpc: "2.0",
  id: 0,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "gateway-connect", version: "0" } },
};

/**
 * Asks each address, best first, whether an MCP gateway answers there, without a token.
 *
 * @throws GatewayFailure for the best address: `gateway_unreachable`, `tls_failed`, `gateway_not_found`,
 *   `not_an_mcp_server`, `gateway_error`, `answer_too_large`
 */
export async function probeGateway(candidates: readonly URL[], world: AskedWorld): Promise<ProbedGateway> {
  let first: unknown;
  for (const url of candidates) {
    try {
      return await probeOne(url, world);
    } catch (failure) {
      world.signal?.throwIfAborted();
      first ??= failure;
    }
  }
  throw first;
}

async function probeOne(url: URL, world: AskedWorld): Promise<ProbedGateway> {
  const request = {
    url,
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify(probe),
  };
  let response: LimitedAnswer;
  try {
    response = await askServer(request, requestPolicies.probe, world);
  } catch (error) {
    world.signal?.throwIfAborted();
    throw gatewayNetworkFailure(url, error);
  }
  const contentType = (response.headers.get("content-type") ?? "").split(";")[0]?.trim() ?? "";
  if (response.status === 401) {
    await response.cancel();
    return { kind: "protected", url, challenge: parseChallenge(response.headers.get("www-authenticate")) };
  }
  if (response.status === 403) {
    // A refusal speaks JSON-RPC too, but is no open gateway.
    await response.cancel();
    const challenge = parseChallenge(response.headers.get("www-authenticate"));
    if (challenge) return { kind: "protected", url, challenge };
    throw new GatewayFailure("not_an_mcp_server", { url: url.href, status: response.status, contentType });
  }
  if (response.status === 404 && contentType !== "application/json") {
    await response.cancel();
    throw new GatewayFailure("gateway_not_found", { url: url.href });
  }
  if (await speaksJsonRpc(url, response, contentType)) {
    await endSession(url, response, world);
    return { kind: "open", url };
  }
  if (response.status === 404) throw new GatewayFailure("gateway_not_found", { url: url.href });
  if (response.status >= 500) throw new GatewayFailure("gateway_error", { url: url.href, status: response.status });
  throw new GatewayFailure("not_an_mcp_server", { url: url.href, status: response.status, contentType });
}

/** An event stream is taken at its word; a JSON body has to be a JSON-RPC message, be it a refusal of this revision. */
async function speaksJsonRpc(url: URL, response: LimitedAnswer, contentType: string): Promise<boolean> {
  if (response.ok && contentType === "text/event-stream") {
    await response.cancel();
    return true;
  }
  if (contentType !== "application/json" || response.status >= 500) {
    await response.cancel();
    return false;
  }
  try {
    return (JSON.parse(await response.text()) as { jsonrpc?: unknown } | null)?.jsonrpc === "2.0";
  } catch (error) {
    if (isTooLarge(error)) throw gatewayNetworkFailure(url, error);
    return false;
  }
}

/** A session opened by the probe is closed again (MCP 2025-11-25, session management). */
async function endSession(url: URL, response: LimitedAnswer, { fetch }: AskedWorld): Promise<void> {
  const session = response.headers.get("mcp-session-id");
  if (!session) return;
  try {
    const request = { url, method: "DELETE", headers: { "mcp-session-id": session } };
    const ended = await askServer(request, requestPolicies.farewell, { fetch });
    await ended.cancel();
  } catch {
    // The gateway forgets an idle session by itself.
  }
}
