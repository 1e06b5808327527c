import { decodeJwt } from "jose";
import type { Connection } from "../../src/connections/connection.ts";
import type { ResolvedConnection } from "../../src/connections/resolvedConnection.ts";
import type { AccessCheck, AccessReport } from "../../src/diagnosis/accessReport.ts";
import { accessReportPage } from "../../src/diagnosis/accessReportPage.ts";
import { accessReportText } from "../../src/diagnosis/accessReportText.ts";
import type { AccessWorld, AskedAccess } from "../../src/diagnosis/askedAccess.ts";
import type { TokenSet } from "../../src/oauth/tokens/tokenSet.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { type ConnectTestWorld, connectWorld } from "./connectWorld.ts";
import { part } from "./programs.ts";
import { resolvedConnection } from "./resolved.ts";

// What ships.
const { explainAccess } = await part("explain");

/** A request as it left, with the token it carried. */
export interface SeenRequest {
  readonly origin: string;
  readonly method: string;
  readonly authorization: string | null;
}

/** The real network, a real clock, and an editor in which nothing is in the way; each can be replaced. */
export function accessWorld(more: Partial<AccessWorld> = {}) {
  const requests: SeenRequest[] = [];
  const world: AccessWorld = {
    now: Date.now,
    signal: new AbortController().signal,
    serverNames: async () => [],
    ...more,
    async fetch(url, init = {}) {
      const authorization = new Headers(init.headers).get("authorization");
      requests.push({ origin: new URL(url).origin, method: init.method ?? "GET", authorization });
      return await (more.fetch ?? fetch)(url, init);
    },
  };
  return { world, requests };
}

/** What somebody asks who is signed in to a gateway. */
export function askedBy(connection: Connection, tokens: TokenSet | undefined, more: Partial<AskedAccess> = {}) {
  const { id, name, url, authorization } = connection;
  const resolved = resolvedConnection(authorization);
  return {
    gateway: { name, url },
    connectionId: id,
    connection: resolved,
    settings: resolved.settings,
    flow: resolved.flow,
    redirect: resolved.redirect,
    bearerToken: "access",
    ...(tokens && { tokens }),
    ...more,
  } satisfies AskedAccess;
}

export interface SignedIn {
  readonly sandbox: Sandbox;
  readonly editor: ConnectTestWorld;
  readonly connection: Connection;
  readonly tokens: TokenSet;
  /** Explains the access of who signed in, with the sandbox's own policy. */
  explain(asked?: Partial<AskedAccess>, world?: Partial<AccessWorld>): Promise<AccessReport>;
}

/**
 * A sandbox like some provider, and a person or a machine who has connected and signed in as its page tells them to.
 *
 * @param settings of the gateway, made of the audience that it takes
 */
export async function withSignedIn(
  options: SandboxOptions,
  act: (signedIn: SignedIn) => Promise<void>,
  settings: (audience: string | undefined) => Readonly<Record<string, unknown>> = () => ({}),
): Promise<void> {
  const sandbox = await startSandbox({ recordSecrets: true, ...options });
  const own = settings(sandbox.authorizer.customJWTAuthorizer.allowedAudience?.[0]);
  const editor = connectWorld({ settings: { [sandbox.gatewayUrl]: own } });
  try {
    const isMachine = options.callers === "machines";
    const { clientId, clientSecret } = isMachine ? sandbox.machine : sandbox;
    const answers = { clientId: async () => clientId, credential: async () => clientSecret };
    const way = isMachine ? "clientCredentials" : undefined;
    const outcome = await editor.connect(sandbox.gatewayUrl, answers, undefined, way);
    if (outcome.kind !== "connected") throw new Error(`it ended as ${outcome.kind}`);
    const { connection } = outcome;
    const tokens = await editor.gateways.storedTokens(editor.gateways.find(connection.id) ?? connection);
    if (!tokens) throw new Error("nobody is signed in");
    await act({
      sandbox,
      editor,
      connection,
      tokens,
      explain: (more = {}, world = {}) =>
        explainAccess(
          askedBy(connection, tokens, {
            ...resolvedAs(editor.gateways.resolved(connection)),
            authorizer: { source: "sandbox", configuration: sandbox.authorizer },
            ...more,
          }),
          accessWorld(world).world,
        ),
    });
  } finally {
    await editor.stop();
    await sandbox.stop();
  }
}

function resolvedAs(connection: ResolvedConnection | undefined): Partial<AskedAccess> {
  if (!connection) throw new Error("the gateway asks nobody to sign in");
  const { settings, flow, redirect, bearerToken } = connection;
  return { connection, settings, flow, redirect, bearerToken };
}

export const checksOf = ({ sections }: AccessReport): readonly AccessCheck[] =>
  sections.flatMap(({ checks }) => checks);

/** What failed, in a word or a few each. */
export const failedOf = (report: AccessReport): string[] =>
  checksOf(report)
    .filter(({ state }) => state === "failed")
    .map(({ rule, what }) => rule ?? what);

/** The check of a rule of the gateway's. */
export function ruleOf({ sections }: AccessReport, rule: string): AccessCheck {
  const checks = sections.find(({ id }) => id === "rules")?.checks ?? [];
  const found = checks.find((check) => check.rule === rule);
  if (!found) throw new Error(`there is no check of ${rule} among ${checks.map((check) => check.rule).join(", ")}`);
  return found;
}

/** Everything of a report that somebody could get to see. */
export const shownOf = (report: AccessReport): string =>
  [JSON.stringify(report), accessReportText(report), accessReportPage(report, "n0nce")].join("\n");

/** The tokens and what they say of their person, of which a report may show nothing but the account's name, once. */
export function leaksOf({ tokens }: SignedIn, report: AccessReport): string[] {
  const shown = shownOf(report);
  const all = [tokens.accessToken, tokens.idToken ?? "", tokens.refreshToken ?? ""].filter((token) => token !== "");
  const parts = all.flatMap((token) => [token, ...token.split(".").filter((part) => part.length > 11)]);
  const claims = all.flatMap((token) => (token.split(".").length === 3 ? [decodeJwt(token)] : []));
  const personal = ["sub", "email", "preferred_username", "jti", "nonce", "at_hash", "sid", "oid", "uid"];
  const values = claims
    .flatMap((one) => personal.map((name) => one[name]))
    .filter((value) => typeof value === "string");
  const names = JSON.stringify(report).split(tokens.account.label).length - 1;
  // A subject may be as short as a part of a word.
  const stands = (value: string) => new RegExp(`(?<!\\w)${value.replace(/\W/g, "\\$&")}(?!\\w)`).test(shown);
  return [
    ...parts.filter((part) => shown.includes(part)),
    ...[...new Set(values)].filter(stands),
    ...(names > 1 ? ["the name, twice"] : []),
  ];
}
