import type { FailureWords } from "../failures/wording.ts";
import { foreignText } from "../lib/foreignText.ts";
import { identityProviderOf } from "../oauth/identityProviders/identityProviders.ts";
import { asAccount, isNamed } from "../oauth/tokens/account.ts";
import { renewAt, sentToken } from "../oauth/tokens/tokenSet.ts";
import type { Connection } from "./connection.ts";
import type { GatewayState } from "./gatewayState.ts";
import type { ResolvedConnection } from "./resolvedConnection.ts";

/** What the status bar shows; `icon` is one of the editor's own (codicon). */
export interface StatusBarText {
  readonly icon: "key" | "sync~spin" | "account" | "server-process" | "warning" | "plug";
  readonly text: string;
  readonly attention: boolean;
  /** Markdown. */
  readonly tooltip: string;
}

/** One gateway as the status bar and the menu describe it. */
export interface GatewaySummary {
  readonly connection: Connection;
  readonly state: GatewayState;
  /** The connection as its settings are now; undefined for a gateway that asks nobody to sign in. */
  readonly resolved: ResolvedConnection | undefined;
  /** How many tools it had when it was last reached, if it ever was. */
  readonly tools: number | undefined;
}

/** How a status is said to the person who reads it. */
export interface StatusWords {
  /** Gives a moment, in milliseconds since the epoch, as the person's clock shows it. */
  readonly time: (moment: number) => string;
  readonly failureWords: FailureWords;
}

/**
 * The status of all gateways in one item: what needs the person comes first, then who they are.
 *
 * @returns undefined when there is nothing to show
 */
export function statusBarText(gateways: readonly GatewaySummary[], words: StatusWords): StatusBarText | undefined {
  const first = [...gateways].sort((one, other) => rank(one.state) - rank(other.state))[0];
  if (!first) return undefined;
  const { state, connection } = first;
  const more = gateways.length > 1 ? ` +${gateways.length - 1}` : "";
  const tooltip = gateways.map((gateway) => gatewayMarkdown(gateway, words)).join("\n\n---\n\n");
  switch (state.kind) {
    case "signingIn":
      return { icon: "sync~spin", text: `Signing in to ${connection.name}…`, attention: false, tooltip };
    case "attention":
      return { icon: "warning", text: `${connection.name} needs attention${more}`, attention: true, tooltip };
    case "signedOut":
      return { icon: "key", text: `Sign in to ${connection.name}${more}`, attention: false, tooltip };
    case "signedIn": {
      const { account } = state.tokens;
      const { machine } = account;
      const who = isNamed(account) ? `${account.label}${machine ? " (machine)" : ""}` : "Signed in";
      const text = `${who} · ${connection.name}${more}`;
      return { icon: machine ? "server-process" : "account", text, attention: false, tooltip };
    }
    case "open":
      return { icon: "plug", text: `${connection.name}${more}`, attention: false, tooltip };
  }
}

const order: readonly GatewayState["kind"][] = ["signingIn", "attention", "signedOut", "signedIn", "open"];
const rank = (state: GatewayState): number => order.indexOf(state.kind);

/** One line about a gateway's state, for menus. */
export function stateLine(state: GatewayState, failureWords: FailureWords): string {
  switch (state.kind) {
    case "signingIn":
      return "signing in…";
    case "attention":
      return failureWords(state.failure).title;
    case "signedOut":
      return "signed out";
    case "signedIn":
      return `signed in${asAccount(state.tokens.account)}`;
    case "open":
      return "needs no sign-in";
  }
}

function gatewayMarkdown(
  { connection, state, resolved, tools }: GatewaySummary,
  { time, failureWords }: StatusWords,
): string {
  const rows: [string, string][] = [
    ["Gateway", connection.url],
    ["State", stateLine(state, failureWords)],
  ];
  if (state.kind === "signedIn") {
    const renews = renewAt(sentToken(state.tokens, resolved?.bearerToken ?? "access"));
    const { server, identityProvider } = state.tokens;
    const product = identityProviderOf(server, identityProvider);
    rows.push(["Identity provider", product.id === "generic" ? server.issuer : `${product.name}, ${server.issuer}`]);
    rows.push(["Scopes", state.tokens.scopes.join(" ") || "none"]);
    const how = renews === undefined ? "when the gateway asks for another" : `at ${time(renews)}`;
    const renewable = state.tokens.refreshToken !== undefined || state.tokens.clientGrant !== undefined;
    rows.push(["Token renews", renewable ? how : "by signing in again"]);
  }
  rows.push(["Tools", tools === undefined ? "not read yet" : String(tools)]);
  if (state.kind === "attention") rows.push(["What to do", failureWords(state.failure).nextStep]);
  return [
    `**${escapeMarkdown(connection.name)}**`,
    "",
    "| | |",
    "|---|---|",
    ...rows.map(([name, value]) => `| ${name} | ${escapeMarkdown(value)} |`),
  ].join("\n");
}

/** How much of a value the tooltip has room for, in characters. */
const LONGEST_CELL = 500;

/** Names and addresses come from outside; none of them becomes a link, as bare addresses do too, or an image. */
export const escapeMarkdown = (text: string): string =>
  foreignText(text, LONGEST_CELL).replace(/[\\`*_{}[\]()#+!|<>~$&@:.-]/g, "\\$&");
