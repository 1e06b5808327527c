import { isDeepStrictEqual } from "node:util";
import type { GatewayConfiguration } from "../configuration/gatewayConfiguration.ts";
import { startGateway } from "../startGateway.ts";
import { documentAnswer, type GatewayAnswer, pingAnswer } from "./gatewayAnswer.ts";

/** One question to both gateways, and what each answered. */
export interface Comparison {
  readonly question: string;
  readonly live: GatewayAnswer;
  readonly here: GatewayAnswer;
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
      const ours = withoutToken(await ask(here), token);
      const live = withoutToken(await ask(url), token);
      comparisons.push({ question, live, here: ours, same: isDeepStrictEqual(live, ours) });
    }
    return comparisons;
  } finally {
    await gateway.stop();
  }
}

type Question = readonly [string, (endpoint: URL) => Promise<GatewayAnswer>];

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

function questionsFor(token: string | undefined): readonly Question[] {
  const withToken: readonly Question[] =
    token === undefined
      ? []
      : [
          ["the token", (url) => pingAnswer(url, token)],
          ["the token with another signature", (url) => pingAnswer(url, spoiled(token))],
          ["the token without its signature", (url) => pingAnswer(url, token.replace(/[^.]*$/, ""))],
        ];
  return [
    ["no token", (url) => pingAnswer(url, undefined)],
    ["something that is no token", (url) => pingAnswer(url, "not-a-token")],
    ["an unsigned token", (url) => pingAnswer(url, unsigned)],
    ...withToken,
    ["the metadata at the root", (url) => documentAnswer(new URL(WELL_KNOWN, url))],
    ["the metadata beside the path", (url) => documentAnswer(new URL(`${WELL_KNOWN}${url.pathname}`, url))],
    [
      "RFC 8414 metadata, which the gateway has not",
      (url) => documentAnswer(new URL("/.well-known/oauth-authorization-server", url)),
    ],
  ];
}

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");

const unsigned = `${encoded({ alg: "none", typ: "JWT" })}.${encoded({ sub: "nobody", exp: 4102444800 })}.`;

/** Another last-but-one character: the last one of a signature may have bits that say nothing. */
function spoiled(token: string): string {
  return `${token.slice(0, -2)}${token.at(-2) === "A" ? "B" : "A"}${token.slice(-1)}`;
}

/** A gateway may repeat what it was sent, and what is compared is shown. */
function withoutToken(answer: GatewayAnswer, token = ""): GatewayAnswer {
  // Without the end, so that the one with another signature is known too.
  const parts = token.split(".").flatMap((part) => (part.length > 9 ? [part.slice(0, -2)] : []));
  const text = parts.reduce((shown, part) => shown.replaceAll(part, "…"), JSON.stringify(answer));
  return JSON.parse(text) as GatewayAnswer;
}
