import type { Decision } from "../agentcore/authorizer/authorizer.ts";
import { english, type Translate } from "../failures/translate.ts";
import { isSecureUrl, parseUrl } from "../lib/secureUrl.ts";
import { gatewayNetworkFailure } from "../oauth/discovery/networkFailure.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import type { TokenToSend } from "../oauth/tokens/tokenSet.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";
import type { AccessWorld, AskedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";
import { type Answer, askHarmlessly, type HarmlessKind } from "./harmlessRequest.ts";
import type { JudgedToken } from "./judgedToken.ts";
import { keyTrouble } from "./keyTrouble.ts";
import { fixFor } from "./remedies/remedies.ts";

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
  const { say = english } = world;
  const what =
    asks === "call"
      ? say("The gateway's answer to a harmless request (a call of no tool) with this token")
      : say("The gateway's answer to a harmless request (ping) with this token");
  const title = say("What the gateway says to this token");
  const section = (...checks: AccessCheck[]): AccessSection => ({ id: "answer", title, checks });
  const url = parseUrl(gateway.url);
  if (!url || !isSecureUrl(url)) {
    return {
      section: section({ what, state: "unknown", found: say("not asked: the address is not safe") }),
      letIn: undefined,
    };
  }
  if (asks === undefined) {
    const found = say("not asked: whatever can be asked without harm, the gateway answers everybody");
    return { section: section({ what, state: "unknown", found }), letIn: undefined };
  }
  let answer: Answer;
  try {
    answer = await askHarmlessly(url, { kind: asks, token, settings }, world);
  } catch (error) {
    world.signal.throwIfAborted();
    return { section: section(checkOfFailure(what, gatewayNetworkFailure(url, error), say)), letIn: undefined };
  }
  const comparison = compared(answer, judged, { provider, say });
  return { section: section(checkOf(answer, what, say), ...comparison), letIn: letIn(answer) };
}

const letIn = ({ kind }: Answer): boolean | undefined =>
  kind === "other" || kind === "otherRule" ? undefined : kind === "taken";

const answerText = (answer: Answer, say: Translate): string => {
  switch (answer.kind) {
    case "taken":
      return say("HTTP {0}: the token was taken", answer.status);
    case "refused": {
      const { status, error, challenge, words } = answer;
      const refused = error
        ? `HTTP ${status} ${error}`
        : challenge
          ? say("HTTP {0} without an error code", status)
          : say("HTTP {0} without WWW-Authenticate", status);
      return words === undefined ? refused : say("{0}; in its own words: “{1}”", refused, words);
    }
    case "otherRule":
      return say("HTTP {0}, by a rule that is not about the token", answer.status);
    case "other":
      return say("HTTP {0}, which says nothing about the token", answer.status);
  }
};

function checkOf(answer: Answer, what: string, say: Translate): AccessCheck {
  if (answer.kind === "otherRule") return checkOfFailure(what, answer.failure, say);
  const state = answer.kind === "taken" ? "passed" : answer.kind === "refused" ? "failed" : "unknown";
  return { what, state, expected: say("any answer but 401 and 403"), found: answerText(answer, say) };
}

/** What it means that the gateway and our judgement agree, or do not. */
function compared(answer: Answer, judged: JudgedToken, { provider, say }: Saying): AccessCheck[] {
  const { decision, byItsRules } = judged;
  if (!decision || decision.kind === "undecided") return [];
  if (answer.kind === "other" || answer.kind === "otherRule") return [];
  const what = byItsRules ? say("The rules above say the same") : say("What could be judged above says the same");
  const ours = ourAnswer(decision, say);
  const isAllowed = decision.kind === "allowed";
  const common = { what, expected: ours, found: answerText(answer, say) };
  if (isAllowed === (answer.kind === "taken")) {
    return [
      {
        ...common,
        state: isSameRefusal(decision, answer) ? "passed" : "note",
        ...anotherRefusal(decision, answer, say),
      },
    ];
  }
  if (answer.kind === "taken") {
    const fix = byItsRules
      ? say(
          "The gateway takes a token that these rules refuse: it runs with another configuration. Paste the one that it has now.",
        )
      : say("The gateway takes the token all the same: it does not look at what failed above.");
    return [{ ...common, state: "note", fix }];
  }
  return [
    {
      ...common,
      state: byItsRules ? "failed" : "note",
      fix: refusedAllTheSame(answer, judged, { provider, say }),
    },
  ];
}

function isSameRefusal(decision: Decision, answer: Answer): boolean {
  if (answer.kind !== "refused") return true;
  return (decision.kind === "insufficientScope") === (answer.status === 403);
}

function anotherRefusal(decision: Decision, answer: Answer, say: Translate): { readonly fix?: string } {
  if (isSameRefusal(decision, answer)) return {};
  return {
    fix: say(
      "Both refuse it, for different reasons. AgentCore is known to answer 403 insufficient_scope, and not 401, where the token is of another issuer or version than its discovery document.",
    ),
  };
}

function refusedAllTheSame(
  answer: Extract<Answer, { kind: "refused" }>,
  { byItsRules, alsoDecides }: JudgedToken,
  { provider, say }: Saying,
): string {
  if (!byItsRules) {
    return say(
      "Nothing that is published explains it: a rule of the gateway's own refuses the token. Paste its configuration to see which one.",
    );
  }
  const { text } = fixFor(provider, { topic: "answer" }, {}, say);
  return [
    ...(alsoDecides.length > 0 ? [say("Its configuration names {0}, which decide too.", alsoDecides.join(", "))] : []),
    ...(answer.challenge ? [] : [say("An answer without WWW-Authenticate comes from something in front of it.")]),
    text,
  ].reduce((one, other) => say("{0} {1}", one, other));
}

/** What the rules make of a token, as they would answer it. */
function ourAnswer(decision: Decision, say: Translate): string {
  switch (decision.kind) {
    case "allowed":
      return say("allowed");
    case "noToken":
      return say("refused with {0}: there is no bearer token", "401 invalid_token");
    case "invalidToken":
      return say("refused with {0}", "401 invalid_token");
    case "insufficientScope":
      return say("refused with {0}", "403 insufficient_scope");
    case "undecided":
      return say("undecided, answered with 500: {0}", keyTrouble(decision.reason, say));
  }
}

interface Saying {
  readonly provider: IdentityProvider;
  readonly say: Translate;
}
