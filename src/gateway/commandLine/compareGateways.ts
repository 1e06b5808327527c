import { isDeepStrictEqual } from "node:util";
import type { GatewayConfiguration } from "../configuration/gatewayConfiguration.ts";
import { HIGHEST_RATE, type RateConfig, type RateLimit } from "../limits/rateLimit.ts";
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
  const { publicUrl: _, ...given } = options;
  const others = { ...given, ...(given.rateLimits && { rateLimits: given.rateLimits.map(onlyBlocking) }) };
  // With the live gateway's address as its own, the local one gives the same metadata.
  const gateway = await startGateway({ ...others, beyondAgentCore, port: 0, host: "127.0.0.1", publicUrl: url.href });
  const here = new URL(`http://127.0.0.1:${gateway.port}${options.path ?? "/mcp"}`);
  try {
    const comparisons: Comparison[] = [];
    const tools = comparesTools(options, token) ? [toolsQuestion(token)] : [];
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

/**
 * A limit that turns away nobody but those whom it blocks: the questions would be counted here and not there, and a limit that is
 * used up there is used up for everybody.
 */
const onlyBlocking = (limit: RateLimit): RateLimit => ({
  ...limit,
  entries: limit.entries.map(({ requests, connections, ...entry }) => ({
    ...entry,
    ...(requests && { requests: blockingRate(requests) }),
    ...(connections && { connections: blockingRate(connections) }),
  })),
});

const blockingRate = (config: RateConfig): RateConfig =>
  config.rate === 0 ? config : { ...config, rate: HIGHEST_RATE };

type Question = readonly [string, (endpoint: URL) => Promise<GatewayAnswer>];

/** Whether the tools that policies show are compared: there are policies, and whoever asks is let in. */
export const comparesTools = (
  { policies, authorizer }: Pick<GatewayConfiguration["options"], "policies" | "authorizer">,
  token: string | undefined,
): boolean => policies !== undefined && (token !== undefined || authorizer === undefined);

/** What the policies let the owner of the token call, or anybody. It needs the targets here as there. */
const toolsQuestion = (token: string | undefined): Question => [
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
