import { type AnyFailure, GatewayFailure } from "../failures/failure.ts";
import { english, type Translate } from "../failures/translate.ts";
import type { FailureWords } from "../failures/wording.ts";
import { foreignText } from "../lib/foreignText.ts";
import { identityProviderOf } from "../oauth/identityProviders/identityProviders.ts";
import { isMachineFlow } from "../oauth/signIn/signInFlow.ts";
import { accountAtIssuer, isNamed } from "../oauth/tokens/account.ts";
import { isRenewable, renewAt, sentToken, type TokenSet } from "../oauth/tokens/tokenSet.ts";
import type { ManagedRule } from "../policy/policy.ts";
import type { AgentBar } from "./agents/agentBar.ts";
import type { ToolDenial } from "./agents/toolDenials.ts";
import { awsSourceText, awsWho } from "./aws/awsWho.ts";
import type { Connection } from "./connection.ts";
import type { GatewayState } from "./gatewayState.ts";
import type { NotReached } from "./reachability/reachability.ts";
import type { ResolvedConnection } from "./resolvedConnection.ts";
import type { ToolLayers } from "./toolRules/toolLayers.ts";

/** What helps a gateway that needs its person. */
export type NeededAct = "signIn" | "explainAccess";

/** What the status bar shows; `icon` is one of the editor's own (codicon). */
export interface StatusBarText {
  readonly icon: "key" | "sync~spin" | "account" | "server-process" | "warning" | "plug";
  readonly text: string;
  readonly attention: boolean;
  /** Markdown, of at most five lines. */
  readonly tooltip: string;
  /** What a click does, where that is clear; otherwise the menu opens. */
  readonly click?: { readonly act: NeededAct; readonly connectionId: string };
}

/** One gateway as the status bar and the menu describe it. */
export interface GatewaySummary {
  readonly connection: Connection;
  readonly state: GatewayState;
  /** Set while the gateway is down, as far as the last request showed. */
  readonly down?: NotReached | undefined;
  /** The rule that keeps its tools from the editor's agent. */
  readonly barred?: AgentBar | undefined;
  /** What the administrator of this machine says of it. */
  readonly managed?: readonly ManagedRule[];
  /** The connection as its settings are now; undefined for a gateway that asks nobody to sign in. */
  readonly resolved: ResolvedConnection | undefined;
  /** How many tools it had when it was last reached, if it ever was. */
  readonly tools: number | undefined;
  /** Whether it is sent policy sessions. */
  readonly policySession?: boolean;
  /** Whether its people have a consent portal, or one of its targets has asked for a consent. */
  readonly hasConsents?: boolean;
  /** The tools whose last call was denied, by their names. */
  readonly denied?: ReadonlyMap<string, ToolDenial>;
  /** Whether its traffic is shown. */
  readonly isTrafficShown?: boolean;
  /** What is set about the tools of agents. */
  readonly toolLayers?: ToolLayers;
}

/** How a status is said to the person who reads it. */
export interface StatusWords {
  /** Gives a moment, in milliseconds since the epoch, as the person's clock shows it. */
  readonly time: (moment: number) => string;
  readonly failureWords: FailureWords;
  /** Says which rule keeps the tools away, and what helps. */
  readonly barText: (bar: AgentBar, connection: Connection) => string;
  /** In milliseconds since the epoch. */
  readonly now: () => number;
  /** English where there is none. */
  readonly say?: Translate;
}

/**
 * The status of all gateways in one item: of one who its person is, of several how many can be used.
 *
 * @returns undefined when there is nothing to show
 */
export function statusBarText(gateways: readonly GatewaySummary[], words: StatusWords): StatusBarText | undefined {
  const ordered = [...gateways].sort((one, other) => rank(one.state) - rank(other.state));
  const [first, second] = ordered;
  if (!first) return undefined;
  return second ? statusOfSeveral(first, ordered, words) : statusOfOne(first, words);
}

function statusOfOne(gateway: GatewaySummary, words: StatusWords): StatusBarText {
  const { say = english } = words;
  const { state, connection } = gateway;
  const { name } = connection;
  const act = neededAct(gateway);
  const tooltip = lines(tooltipOfOne(gateway, words));
  const shown = { attention: state.kind === "attention", tooltip, ...(act && clickOf(act, connection)) };
  switch (state.kind) {
    case "signingIn":
      return { icon: "sync~spin", text: say("Signing in to {0}…", name), ...shown };
    case "attention":
      return { icon: "warning", text: say("{0} needs attention", name), ...shown };
    case "signedOut":
      return { icon: "key", text: say("Sign in to {0}", name), ...shown };
    case "signedIn": {
      const { account } = state.tokens;
      const { machine } = account;
      const known = machine ? say("{0} (machine)", account.label) : account.label;
      const who = isNamed(account) ? known : say("Signed in");
      return { icon: machine ? "server-process" : "account", text: `${who} · ${name}`, ...shown };
    }
    case "signedInToAws":
      return { icon: "account", text: `${awsWho(state, say)} · ${name}`, ...shown };
    case "open":
      return { icon: "plug", text: name, ...shown };
  }
}

/** A click does what is needed where one gateway needs attention. To be signed out of one of several is nothing odd. */
function statusOfSeveral(first: GatewaySummary, ordered: readonly GatewaySummary[], words: StatusWords): StatusBarText {
  const { say = english } = words;
  const { kind } = first.state;
  const usable = ordered.filter(
    ({ state, down }) =>
      !down && (state.kind === "signedIn" || state.kind === "signedInToAws" || state.kind === "open"),
  ).length;
  const text =
    kind === "signingIn"
      ? say("Signing in to {0}…", first.connection.name)
      : say("Gateways {0}/{1}", usable, ordered.length);
  const icons = {
    signingIn: "sync~spin",
    attention: "warning",
    signedOut: "key",
    signedIn: "plug",
    signedInToAws: "plug",
    open: "plug",
  } as const;
  const troubled = ordered.filter(({ state }) => state.kind === "attention");
  const act = troubled.length === 1 ? neededAct(first) : undefined;
  const named = ordered.slice(0, ordered.length > LONGEST_TOOLTIP ? LONGEST_TOOLTIP - 1 : LONGEST_TOOLTIP);
  const rows = named.map(
    (gateway) => `**${escapeMarkdown(gateway.connection.name)}**: ${escapeMarkdown(standing(gateway, words))}`,
  );
  const rest = ordered.length - named.length;
  return {
    icon: icons[kind],
    text,
    attention: troubled.length > 0,
    tooltip: lines(rest === 0 ? rows : [...rows, say("and {0} more", rest)]),
    ...(act && clickOf(act, first.connection)),
  };
}

const clickOf = (act: NeededAct, { id }: Connection) => ({ click: { act, connectionId: id } });

/** What a gateway needs of its person; undefined where it needs nothing, or is getting it. */
export function neededAct({ connection, state }: Pick<GatewaySummary, "connection" | "state">): NeededAct | undefined {
  if (state.kind === "signedOut") return "signIn";
  if (state.kind !== "attention") return undefined;
  const isSignedOut = connection.authorization.kind !== "none" && connection.sessionId === undefined;
  return isSignedOut || state.failure.code === "aws_login_needed" ? "signIn" : "explainAccess";
}

/** Whether there is a sign-in that can be ended. */
export const hasSignIn = ({ connection, state }: Pick<GatewaySummary, "connection" | "state">): boolean =>
  state.kind === "signedIn" ||
  state.kind === "signedInToAws" ||
  (state.kind === "attention" && connection.sessionId !== undefined);

/** Whether somebody is in by way of their company. */
export const isOfCompany = (gateway: Pick<GatewaySummary, "connection" | "state" | "resolved">): boolean =>
  hasSignIn(gateway) && gateway.resolved?.flow === "enterprise";

/** Whether people sign in there, rather than a client by itself. */
export const isForPeople = (resolved: ResolvedConnection | undefined): resolved is ResolvedConnection =>
  resolved !== undefined && !isMachineFlow(resolved.flow);

const order: readonly GatewayState["kind"][] = [
  "signingIn",
  "attention",
  "signedOut",
  "signedIn",
  "signedInToAws",
  "open",
];
const rank = (state: GatewayState): number => order.indexOf(state.kind);

/** One line about a gateway's state, to stand beside its name, which it does not repeat. */
export function stateLine(state: GatewayState, failureWords: FailureWords, say: Translate = english): string {
  switch (state.kind) {
    case "signingIn":
      return say("signing in…");
    case "attention":
      return titleBesideName(state.failure, failureWords, say);
    case "signedOut":
      return say("signed out");
    case "signedIn":
      return isNamed(state.tokens.account)
        ? say("signed in as {0}", accountAtIssuer(state.tokens, say))
        : say("signed in");
    case "signedInToAws":
      return say("signed in as {0}", awsWho(state, say));
    case "open":
      return say("needs no sign-in");
  }
}

/** What is wrong with a gateway in one line, for a place that has the gateway's name already. */
function titleBesideName(failure: AnyFailure, failureWords: FailureWords, say: Translate): string {
  if (!("gateway" in failure.facts)) return failureWords(failure).title;
  const facts = { ...failure.facts, gateway: say("this gateway") };
  const { title } = failureWords(new GatewayFailure(failure.code, facts as never) as AnyFailure);
  // Where the sentence begins with it.
  return title.charAt(0).toLocaleUpperCase() + title.slice(1);
}

/** The state of a gateway by sign-in, whether it can be reached, and whether it is the person's alone to change. */
function standing(gateway: GatewaySummary, words: StatusWords): string {
  const { failureWords, say = english } = words;
  const { state, down, barred } = gateway;
  const all = [stateLine(state, failureWords, say)];
  if (down) all.push(notReached(down, words));
  else if (barred) all.push(say("not for the editor's agent"));
  if (isManaged(gateway)) all.push(say("managed by your organisation"));
  return all.join(", ");
}

/** Whether the administrator of this machine has a rule for a gateway. */
export const isManaged = ({ managed = [] }: GatewaySummary): boolean => managed.length > 0;

/** Since when a gateway is down. */
export const notReached = ({ since }: NotReached, { time, say = english }: Pick<StatusWords, "time" | "say">): string =>
  say("not reached since {0}", time(since));

/** How many lines a tooltip has. */
const LONGEST_TOOLTIP = 5;

const lines = (texts: readonly string[]): string => texts.join("  \n");

function tooltipOfOne(gateway: GatewaySummary, words: StatusWords): readonly string[] {
  const { failureWords, barText, say = english } = words;
  const { connection, state, resolved, tools, barred } = gateway;
  const known = toolsText(tools, say);
  const rows = [standing(gateway, words)];
  if (state.kind === "signedIn") {
    const { server, identityProvider } = state.tokens;
    const product = identityProviderOf(server, identityProvider);
    if (product.id !== "generic") rows.push(say("Identity provider: {0}", product.name));
    rows.push(
      `${known}, ${renewalText(state.tokens, renewAt(sentToken(state.tokens, resolved?.bearerToken ?? "access")), words)}`,
    );
  } else if (state.kind === "signedInToAws") rows.push(awsSourceText(state, say), known);
  else rows.push(known);
  if (state.kind === "attention") rows.push(failureWords(state.failure).nextStep);
  else if (barred) rows.push(barText(barred, connection));
  return [`**${escapeMarkdown(connection.name)}** ${escapeMarkdown(connection.url)}`, ...rows.map(escapeMarkdown)];
}

function toolsText(tools: number | undefined, say: Translate): string {
  if (tools === undefined) return say("tools not read yet");
  return toolCount(tools, say);
}

/** How many tools there are, in words. */
export const toolCount = (tools: number, say: Translate): string =>
  tools === 1 ? say("1 tool") : say("{0} tools", tools);

/** When a token is renewed: one whose time has passed is renewed by the next call, since nothing asks before. */
function renewalText(tokens: TokenSet, renews: number | undefined, { time, now, say = english }: StatusWords): string {
  if (!isRenewable(tokens)) return say("token renewed by signing in again");
  if (renews === undefined) return say("token renewed when the gateway asks for another");
  return renews <= now() ? say("token renewed with the next call") : say("token renewed at {0}", time(renews));
}

/** How much of a value the tooltip has room for, in characters. */
const LONGEST_CELL = 500;

/** Names and addresses come from outside; none of them becomes a link, as bare addresses do too, or an image. */
export const escapeMarkdown = (text: string): string =>
  foreignText(text, LONGEST_CELL).replace(/[\\`*_{}[\]()#+!|<>~$&@:.-]/g, "\\$&");
