import { isDeepStrictEqual } from "node:util";
import { parseChallenge } from "../../core/discovery/challenge.ts";
import type { GatewayConfiguration } from "../configuration/gatewayConfiguration.ts";
import { startGateway } from "../startGateway.ts";

/** One question to both gateways, and what each answered. */
export interface Comparison {
  readonly question: string;
  readonly live: unknown;
  readonly here: unknown;
  readonly same: boolean;
}

/**
 * Puts the same questions to a live gateway and to one on this machine with the same configuration. For those who have
 * a gateway at AWS and want to know whether what they tried here holds there.
 *
 * Nothing is called: the only request that is let in is `ping`. The token goes to the two gateways and nowhere else.
 *
 * @param url the live gateway's MCP endpoint
 * @param token without one only what needs none is asked
 * @throws Error when the live gateway cannot be reached
 */
export async function compareGateways(
  url: URL,
  { options, beyondAgentCore }: GatewayConfiguration,
  token: string | undefined,
): Promise<readonly Comparison[]> {
  const { publicUrl: _, ...others } = options;
  // Both have to say the same about themselves.
  const gateway = await startGateway({ ...others, beyondAgentCore, port: 0, host: "127.0.0.1", publicUrl: url.href });
  const here = new URL(`http://127.0.0.1:${gateway.port}${options.path ?? "/mcp"}`);
  try {
    const comparisons: Comparison[] = [];
    for (const [question, ask] of questionsFor(token)) {
      const [ours, theirs] = [await ask(here), await ask(url)];
      comparisons.push({ question, live: theirs, here: ours, same: isDeepStrictEqual(theirs, ours) });
    }
    return comparisons;
  } finally {
    await gateway.stop();
  }
}

type Question = readonly [string, (endpoint: URL) => Promise<unknown>];

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

function questionsFor(token: string | undefined): readonly Question[] {
  const withToken: readonly Question[] =
    token === undefined
      ? []
      : [
          ["the token", (url) => ping(url, token)],
          ["the token with another signature", (url) => ping(url, spoiled(token))],
          ["the token without its signature", (url) => ping(url, token.replace(/[^.]*$/, ""))],
        ];
  return [
    ["no token", (url) => ping(url, undefined)],
    ["something that is no token", (url) => ping(url, "not-a-token")],
    ["an unsigned token", (url) => ping(url, unsigned)],
    ...withToken,
    ["the metadata at the root", (url) => document(new URL(WELL_KNOWN, url))],
    ["the metadata beside the path", (url) => document(new URL(`${WELL_KNOWN}${url.pathname}`, url))],
    [
      "RFC 8414 metadata, which the gateway has not",
      async (url) => (await get(new URL("/.well-known/oauth-authorization-server", url))).ok,
    ],
  ];
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

const unsigned = `${encoded({ alg: "none", typ: "JWT" })}.${encoded({ sub: "nobody", exp: 4102444800 })}.`;

/** Another last-but-one character: the last one of a signature may have bits that say nothing. */
function spoiled(token: string): string {
  return `${token.slice(0, -2)}${token.at(-2) === "A" ? "B" : "A"}${token.slice(-1)}`;
}

async function ping(url: URL, token: string | undefined): Promise<unknown> {
  const response = await get(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "ping" }),
  });
  const challenge = parseChallenge(response.headers.get("www-authenticate"));
  // Who is let in may be told that a session is missing, which is no matter of the token.
  if (![401, 403].includes(response.status)) return { decision: response.status < 500 ? "let in" : response.status };
  const { id, error } = (json(await response.text()) ?? {}) as { id?: unknown; error?: { code?: unknown } };
  return { status: response.status, ...(challenge && { challenge }), id, code: error?.code };
}

async function document(url: URL): Promise<unknown> {
  const response = await get(url);
  return { status: response.status, document: response.ok ? json(await response.text()) : undefined };
}

/** @throws Error in words, when nobody answers */
async function get(url: URL, init: RequestInit = {}): Promise<Response> {
  try {
    return await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(20_000) });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new Error(`${url.origin} could not be asked: ${cause?.code ?? message}`);
  }
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
