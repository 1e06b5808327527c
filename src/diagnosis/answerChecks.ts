import type { Decision } from "../agentcore/authorizer/authorizer.ts";
import { answerOf } from "../agentcore/authorizer/decisionText.ts";
import { isSecureUrl, parseUrl } from "../lib/secureUrl.ts";
import { gatewayNetworkFailure } from "../oauth/discovery/networkFailure.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import type { TokenToSend } from "../oauth/tokens/tokenSet.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";
import type { AccessWorld, AskedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";
import { type Answer, askHarmlessly, type HarmlessKind } from "./harmlessRequest.ts";
import type { JudgedToken } from "./judgedToken.ts";
import { fixFor } from "./remedies/remedies.ts";

const title = "What the gateway says to this token";

export interface AnswerAsked {
  readonly token: TokenToSend;
  /** What we make of it. */
  readonly judged: JudgedToken;
  readonly provider: IdentityProvider;
  /** What tells by its answer whether a token is taken; undefined where the gateway serves everybody who asks that. */
  readonly asks: HarmlessKind | undefined;
}

/** Asks the gateway itself, which has the last word, and compares its answer with ours. */
export async function answerChecks(
  { gateway, settings }: AskedAccess,
  { token, judged, provider, asks }: AnswerAsked,
  world: AccessWorld,
): Promise<{ readonly section: AccessSection; readonly letIn: boolean | undefined }> {
  const what = `The gateway's answer to a harmless request (${asks === "call" ? "a call of no tool" : "ping"}) with this token`;
  const section = (...checks: AccessCheck[]): AccessSection => ({ id: "answer", title, checks });
  const url = parseUrl(gateway.url);
  if (!url || !isSecureUrl(url)) {
    return {
      section: section({ what, state: "unknown", found: "not asked: the address is not safe" }),
      letIn: undefined,
    };
  }
  if (asks === undefined) {
    const found = "not asked: whatever can be asked without harm, the gateway answers everybody";
    return { section: section({ what, state: "unknown", found }), letIn: undefined };
  }
  let answer: Answer;
  try {
    answer = await askHarmlessly(url, { kind: asks, token, settings }, world);
  } catch (error) {
    world.signal.throwIfAborted();
    return { section: section(checkOfFailure(what, gatewayNetworkFailure(url, error))), letIn: undefined };
  }
  const comparison = compared(answer, judged, provider);
  return { section: section(checkOf(answer, what), ...comparison), letIn: letIn(answer) };
}

const letIn = ({ kind }: Answer): boolean | undefined =>
  kind === "other" || kind === "otherRule" ? undefined : kind === "taken";

const answerText = (answer: Answer): string => {
  switch (answer.kind) {
    case "taken":
      return `HTTP ${answer.status}: the token was taken`;
    case "refused":
      return `HTTP ${answer.status} ${answer.error || (answer.challenge ? "without an error code" : "without WWW-Authenticate")}${answer.words === undefined ? "" : `; in its own words: “${answer.words}”`}`;
    case "otherRule":
      return `HTTP ${answer.status}, by a rule that is not about the token`;
    case "other":
      return `HTTP ${answer.status}, which says nothing about the token`;
  }
};

function checkOf(answer: Answer, what: string): AccessCheck {
  if (answer.kind === "otherRule") return checkOfFailure(what, answer.failure);
  const state = answer.kind === "taken" ? "passed" : answer.kind === "refused" ? "failed" : "unknown";
  return { what, state, expected: "any answer but 401 and 403", found: answerText(answer) };
}

/** What it means that the gateway and our judgement agree, or do not. */
function compared(answer: Answer, judged: JudgedToken, provider: IdentityProvider): AccessCheck[] {
  const { decision, byItsRules } = judged;
  if (!decision || decision.kind === "undecided") return [];
  if (answer.kind === "other" || answer.kind === "otherRule") return [];
  const what = byItsRules ? "The rules above say the same" : "What could be judged above says the same";
  const ours = answerOf(decision);
  const isAllowed = decision.kind === "allowed";
  const common = { what, expected: ours, found: answerText(answer) };
  if (isAllowed === (answer.kind === "taken")) {
    return [
      { ...common, state: isSameRefusal(decision, answer) ? "passed" : "note", ...anotherRefusal(decision, answer) },
    ];
  }
  if (answer.kind === "taken") {
    const fix = byItsRules
      ? "The gateway takes a token that these rules refuse: it runs with another configuration. Paste the one that it has now."
      : "The gateway takes the token all the same: it does not look at what failed above.";
    return [{ ...common, state: "note", fix }];
  }
  return [
    {
      ...common,
      state: byItsRules ? "failed" : "note",
      fix: refusedAllTheSame(answer, judged, provider),
    },
  ];
}

function isSameRefusal(decision: Decision, answer: Answer): boolean {
  if (answer.kind !== "refused") return true;
  return (decision.kind === "insufficientScope") === (answer.status === 403);
}

function anotherRefusal(decision: Decision, answer: Answer): { readonly fix?: string } {
  if (isSameRefusal(decision, answer)) return {};
  return {
    fix: "Both refuse it, for different reasons. AgentCore is known to answer 403 insufficient_scope, and not 401, where the token is of another issuer or version than its discovery document.",
  };
}

function refusedAllTheSame(
  answer: Extract<Answer, { kind: "refused" }>,
  { byItsRules, alsoDecides }: JudgedToken,
  provider: IdentityProvider,
): string {
  if (!byItsRules) {
    return "Nothing that is published explains it: a rule of the gateway's own refuses the token. Paste its configuration to see which one.";
  }
  const named = alsoDecides.length > 0 ? `Its configuration names ${alsoDecides.join(", ")}, which decide too. ` : "";
  const page = answer.challenge ? "" : "An answer without WWW-Authenticate comes from something in front of it. ";
  return `${named}${page}${fixFor(provider, { topic: "answer" }).text}`;
}
