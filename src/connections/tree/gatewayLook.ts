import type { Translate } from "../../failures/translate.ts";
import type { FailureWords } from "../../failures/wording.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { offersDeviceCode } from "../../oauth/signIn/deviceCode.ts";
import { isMachineFlow } from "../../oauth/signIn/signInFlow.ts";
import { isNamed } from "../../oauth/tokens/account.ts";
import { logoutPage } from "../../oauth/tokens/logoutPage.ts";
import { agentBarText } from "../agents/agentBarText.ts";
import { awsSourceText, awsWho } from "../aws/awsWho.ts";
import {
  escapeMarkdown,
  type GatewaySummary,
  hasSignIn,
  isForPeople,
  isOfCompany,
  neededAct,
  notReached,
  stateLine,
  toolCount,
} from "../gatewayStatus.ts";
import { toolJudge } from "../toolRules/keptBack.ts";
import { shortAccount, wholeAccount } from "./accountNames.ts";
import { contextOf, joined, type NodeLook } from "./nodeLook.ts";
import type { ShownTool } from "./shownCatalogue.ts";

/** How the view says things to the person who reads it. */
export interface TreeWords {
  readonly say: Translate;
  /** Gives a moment, in milliseconds since the epoch, as the person's clock shows it. */
  readonly time: (moment: number) => string;
  readonly failureWords: FailureWords;
}

/**
 * How a gateway looks: what the person has to know comes first, whether it is down before who is signed in.
 *
 * @param tools those that it has; undefined where it has never been listed
 * @param all every gateway that is shown
 */
export function gatewayLook(
  gateway: GatewaySummary,
  { tools, all }: { readonly tools: readonly ShownTool[] | undefined; readonly all: readonly GatewaySummary[] },
  words: TreeWords,
): NodeLook {
  const { connection, state, down, resolved, barred } = gateway;
  const { say } = words;
  const stands = standing(gateway, all, words);
  const known = toolsText(tools, gateway, say);
  const away = barred && say("not for the editor's agent");
  const account = state.kind === "signedIn" && isNamed(state.tokens.account) ? state.tokens.account : undefined;
  const who = state.kind === "signedIn" && account ? wholeAccount(state.tokens, all, say) : undefined;
  // Nobody has to hear more than they would read, unless that was shortened.
  const heard = who === undefined || account?.label === stands.text ? stands.text : who;
  const described = (text: string) => (stands.isUsable ? joined([away, text, known]) : stands.text);
  // A side bar is narrow: how many tools there are is cut off first, and who it is takes no more room than it needs.
  const description = described(stands.text);
  const { [stands.icon]: color } = colors;
  return {
    label: connection.name,
    description,
    ...{ icon: stands.icon, ...(color !== undefined && { color }), opens: "collapsed" },
    context: contextOf("gateway", {
      signedIn: hasSignIn(gateway),
      signedOut: state.kind === "signedOut" || neededAct(gateway) === "signIn",
      browser: state.kind === "signedOut" && resolved !== undefined && logoutPage(resolved) !== undefined,
      usable: stands.isUsable,
      explain: down !== undefined || state.kind === "attention",
      policySession: gateway.policySession === true,
      consents: gateway.hasConsents ?? false,
      traffic: gateway.isTrafficShown ?? false,
      oauth: resolved !== undefined,
      person: isForPeople(resolved),
      company: isOfCompany(gateway),
      machine: resolved !== undefined && isMachineFlow(resolved.flow),
      code: isForPeople(resolved) && offersDeviceCode(resolved.server),
    }),
    spoken: say("Gateway {0}, {1}", connection.name, described(heard)),
    tooltip: tooltipOf(gateway, { stands: stands.text, who }, words),
  };
}

function toolsText(
  tools: readonly ShownTool[] | undefined,
  { toolLayers }: GatewaySummary,
  say: Translate,
): string | undefined {
  if (tools === undefined) return undefined;
  const judge = toolJudge(toolLayers);
  const left = tools.filter((tool) => judge(tool) === undefined).length;
  return left < tools.length ? say("{0} of {1} tools", left, tools.length) : toolCount(tools.length, say);
}

interface Standing {
  readonly icon: "sync~spin" | "error" | "warning" | "circle-large-outline" | "circle-large-filled";
  readonly text: string;
  readonly isUsable: boolean;
}

/** Colours of the editor's themes; the icons differ in shape too. */
const colors: Partial<Record<Standing["icon"], string>> = {
  error: "list.errorForeground",
  warning: "list.warningForeground",
  "circle-large-filled": "testing.iconPassed",
};

function standing({ state, down }: GatewaySummary, all: readonly GatewaySummary[], words: TreeWords): Standing {
  const { say, failureWords } = words;
  if (down && state.kind !== "signingIn") return { icon: "error", text: notReached(down, words), isUsable: false };
  const line = stateLine(state, failureWords, say);
  switch (state.kind) {
    case "signingIn":
      return { icon: "sync~spin", text: line, isUsable: false };
    case "attention":
      return { icon: "warning", text: line, isUsable: false };
    case "signedOut":
      return { icon: "circle-large-outline", text: line, isUsable: false };
    case "signedIn":
      return { icon: "circle-large-filled", text: shortAccount(state.tokens, all, say) ?? line, isUsable: true };
    case "signedInToAws":
      return { icon: "circle-large-filled", text: foreignText(awsWho(state, say)), isUsable: true };
    case "open":
      return { icon: "circle-large-filled", text: line, isUsable: true };
  }
}

function tooltipOf(
  { connection, state, down, barred, policySession, managed = [] }: GatewaySummary,
  { stands, who }: { readonly stands: string; readonly who: string | undefined },
  words: TreeWords,
): readonly string[] {
  const { say, failureWords } = words;
  const lines = [`**${escapeMarkdown(connection.name)}**`, escapeMarkdown(connection.url)];
  if (who !== undefined) lines.push(escapeMarkdown(say("Signed in as {0}.", who)));
  if (managed.length > 0) {
    const what = managed.map(({ rule, what: value }) => `${rule}: ${value}`).join("; ");
    lines.push(escapeMarkdown(say("Managed by your organisation: {0}", foreignText(what))));
  }
  if (policySession) lines.push(escapeMarkdown(say("It is sent a policy session for each connection.")));
  if (state.kind === "signedInToAws") {
    lines.push(escapeMarkdown(say("Signed in as {0}: {1}.", awsWho(state, say), awsSourceText(state, say))));
  }
  if (barred) lines.push(escapeMarkdown(agentBarText(barred, connection, say)));
  const failure = down?.failure ?? (state.kind === "attention" ? state.failure : undefined);
  if (!failure)
    return state.kind === "signedIn" || state.kind === "signedInToAws" ? lines : [...lines, escapeMarkdown(stands)];
  const { title, detail, nextStep } = failureWords(failure);
  if (down) lines.push(escapeMarkdown(stands));
  const finding = !down && state.kind === "attention" ? (state.finding ?? "") : "";
  return [...lines, ...[finding, title, detail, nextStep].filter((text) => text !== "").map(escapeMarkdown)];
}
