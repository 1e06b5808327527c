import { isDeepStrictEqual } from "node:util";
import type { GatewayConfiguration } from "../configuration/gatewayConfiguration.ts";
import { startGateway } from "../startGateway.ts";
import { documentAnswer, type GatewayAnswer, pingAnswer } from "./gatewayAnswer.ts";
import { toolsAnswer } from "./toolsAnswer.ts";

/** One question to both gateways, and their answers. */
export interface Comparison {
  readonly question: string;
  readonly live: GatewayAnswer;
  readonly here: GatewayAnswer;
  readonly same: boolean;
}

/**
 * Asks a live gateway and a local one with the same configuration the same questions. It tells people with a gateway at
 * AWS whether that gateway decides as the local one does.
 *
 * It calls no tool: what gets in is `ping`, and with policies a list of the tools. The token goes to the two gateways and nowhere else.
 *
 * @param url the live gateway's MCP endpoint
 * @param token without one, only the questions that need no token are asked
 * @throws Error when the live gateway cannot be reached
 */
export async function compareGateways(
  url: URL,
  { options, beyondAgentCore }: GatewayConfiguration,
  token: string | undefined,
): Promise<readonly Comparison[]> {
  const { publicUrl: _, ...others } = options;
  // With the live gateway's address as its own, the local one gives the same metadata.
  const gateway = await startGateway({ ...others, beyondAgentCore, port: 0, host: "127.0.0.1", publicUrl: url.href });
  const here = new URL(`http://127.0.0.1:${gateway.port}${options.path ?? "/mcp"}`);
  try {
    const comparisons: Comparison[] = [];
    const tools = token !== undefined && options.policies !== undefined ? [toolsQuestion(token)] : [];
    for (const [question, ask] of [...questionsFor(token), ...tools]) {
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

/** What the policies let the owner of the token call. It needs the targets here as there. */
const toolsQuestion = (token: string): Question => [
  "the tools that the policies show",
  (url) => toolsAnswer(url, token),
];

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

/** Changes the last but one character: the last character of a signature may contain unused bits. */
function spoiled(token: string): string {
  return `${token.slice(0, -2)}${token.at(-2) === "A" ? "B" : "A"}${token.slice(-1)}`;
}

/** Removes the token from an answer, which is going to be shown: a gateway may repeat what it was sent. */
function withoutToken(answer: GatewayAnswer, token = ""): GatewayAnswer {
  // Without its last characters, the part also matches the token with the changed signature.
  const parts = token.split(".").flatMap((part) => (part.length > 9 ? [part.slice(0, -2)] : []));
  const text = parts.reduce((shown, part) => shown.replaceAll(part, "…"), JSON.stringify(answer));
  return JSON.parse(text) as GatewayAnswer;
}
