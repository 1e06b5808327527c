import { awsFailure } from "../agentcore/refusals.ts";
import type { AnyFailure } from "../failures/failure.ts";
import { askServer } from "../lib/askServer.ts";
import { requestPolicies } from "../lib/limits.ts";
import { retryAfterSeconds } from "../lib/retryAfter.ts";
import { POLICY_SESSION_HEADER } from "../lib/settableHeaders.ts";
import { parseChallenge, refusalWords } from "../oauth/discovery/challenge.ts";
import { presentToken } from "../oauth/tokens/presentToken.ts";
import { errorCode } from "../oauth/tokens/tokenEndpoint.ts";
import type { TokenToSend } from "../oauth/tokens/tokenSet.ts";
import { type AccessWorld, type AskedAccess, toGateway } from "./askedAccess.ts";

/**
 * Requests that open no session and change nothing (MCP 2025-11-25, ping and tools/call). Gateways look at the token
 * before they look at the request.
 */
const messages = {
  ping: { jsonrpc: "2.0", id: 0, method: "ping" },
  // Some gateways serve everybody until a tool is called. Nobody has this one.
  call: {
    jsonrpc: "2.0",
    id: 0,
    method: "tools/call",
    params: { name: "gateway-connect-asks-who-may-call", arguments: {} },
  },
} as const;

export type HarmlessKind = keyof typeof messages;

/** What a gateway makes of a request. */
export type Answer =
  /** The request got past the token rules, whatever became of it. */
  | { readonly kind: "taken"; readonly status: number }
  | {
      readonly kind: "refused";
      readonly status: 401 | 403;
      readonly error: string;
      readonly challenge: Challenge;
      /** Of whatever answered. */
      readonly words?: string;
    }
  /** A rule that is not about the token: of AWS's permissions, say, or a limit. */
  | { readonly kind: "otherRule"; readonly status: number; readonly failure: AnyFailure }
  /** Redirects, faults: neither. */
  | { readonly kind: "other"; readonly status: number };

/** Undefined where the answer has none, and may be of something in front of the gateway. */
type Challenge = ReturnType<typeof parseChallenge>;

export interface HarmlessQuestion {
  readonly kind: HarmlessKind;
  readonly token?: TokenToSend;
  readonly settings?: Pick<AskedAccess["settings"], "policySession">;
}

/** Such a request, without what lets it in. */
export const harmlessRequest = (kind: HarmlessKind, settings: HarmlessQuestion["settings"]) => ({
  method: "POST",
  headers: {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": "2025-11-25",
    // It belongs to nobody's conversation.
    ...(settings?.policySession && { [POLICY_SESSION_HEADER]: crypto.randomUUID() }),
  },
  body: JSON.stringify(messages[kind]),
});

/**
 * Asks a gateway something harmless, with a token or without. The token goes to the gateway's own address only, and after
 * no redirect (RFC 6750, 5.3).
 *
 * @throws as `askServer` does
 */
export async function askHarmlessly(
  url: URL,
  { kind, token, settings }: HarmlessQuestion,
  world: AccessWorld,
): Promise<Answer> {
  const request = { url, ...harmlessRequest(kind, settings) };
  const response = await presentToken(request, token, (headers) =>
    askServer({ ...request, headers }, requestPolicies.probe, toGateway(world, url)),
  );
  const { status } = response;
  if (status === 401 || status === 403 || status === 429) {
    const challenge = parseChallenge(response.headers.get("www-authenticate"));
    const body = await response.text().catch(() => "");
    const refusal = { url: url.href, status, text: body, retryAfterSeconds: retryAfterSeconds(response.headers) };
    const failure = challenge ? undefined : awsFailure(refusal);
    if (failure) return { kind: "otherRule", status, failure: failure as AnyFailure };
    if (status === 429) return { kind: "other", status };
    const error = challenge?.error === undefined ? "" : errorCode(challenge.error);
    return { kind: "refused", status, error, challenge, ...refusalWords(challenge, body) };
  }
  await response.cancel();
  const past = response.ok || [400, 404, 405, 406].includes(status);
  return { kind: past ? "taken" : "other", status };
}
