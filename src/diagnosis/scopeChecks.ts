import { scopesToAsk } from "../connections/discoverGateway.ts";
import type { AuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import { openIdScopes } from "../oauth/discovery/challenge.ts";
import { type IdentityProvider, requestScopes } from "../oauth/identityProviders/identityProvider.ts";
import { scopesOfClient } from "../oauth/signIn/clientCredentials.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AskedAccess } from "./askedAccess.ts";
import { fixFor } from "./remedies/remedies.ts";

/** Whether what is asked for is what the gateway wants and the identity provider has. */
export function scopeChecks(
  { connection, settings, tokens }: AskedAccess,
  {
    provider,
    server,
    wanted,
    isMachine,
  }: {
    readonly provider: IdentityProvider;
    readonly server: AuthorizationServer | undefined;
    readonly wanted: readonly string[];
    readonly isMachine: boolean;
  },
): AccessCheck[] {
  const spell = (scopes: readonly string[]) => requestScopes(provider, scopes, settings.audience);
  const spelled = spell(wanted);
  const people = spell(connection?.scopes ?? scopesToAsk({ settings, wanted, server: server ?? {}, provider }));
  const asked = isMachine ? scopesOfClient(people, provider, settings.audience) : people;
  const fix = (topic: "requestScope" | "offlineAccess" | "refreshToken") => fixFor(provider, { topic }).text;
  const checks: AccessCheck[] = [];

  if (spelled.length > 0) {
    // A gateway may name the short form of what has to be asked for by its full name (Entra).
    const lastPart = (scope: string) => (provider.requestScope ? scope.replace(/^.*\//, "") : scope);
    const meets = asked.some((scope) => spelled.includes(scope) || wanted.includes(lastPart(scope)));
    checks.push({
      what: "The sign-in asks for a scope that the gateway wants",
      state: meets ? "passed" : "failed",
      expected: `one of ${spelled.join(", ")}`,
      found: list(asked),
      ...(!meets && {
        fix: 'Correct "scopes" in gatewayConnect.gateways, or leave it out to ask for what the gateway names.',
      }),
    });
  }

  const hasLongNames = provider.requestScope !== undefined;
  const short = asked.filter((scope) => hasLongNames && !/[/:]/.test(scope) && !openIdScopes.has(scope));
  const listed: unknown = server?.scopes_supported;
  const lists = Array.isArray(listed) && provider.listsScopes && !hasLongNames;
  const unlisted = lists ? asked.filter((scope) => !listed.includes(scope)) : [];
  if (short.length > 0) {
    const what = "Scopes are spelled as the identity provider takes them";
    checks.push({
      what,
      state: "failed",
      expected: "api://<app>/<scope>",
      found: list(short),
      fix: fix("requestScope"),
    });
  } else if (unlisted.length > 0) {
    // A provider may leave scopes out of its metadata (RFC 8414, 2).
    const what = "The identity provider lists the scopes that are asked for";
    checks.push({
      what,
      state: "note",
      expected: list(asked),
      found: `not ${list(unlisted)}`,
      fix: fix("requestScope"),
    });
  } else if (lists && asked.length > 0) {
    checks.push({
      what: "The identity provider lists the scopes that are asked for",
      state: "passed",
      found: list(asked),
    });
  }

  const asksOffline = asked.includes("offline_access");
  if (provider.offlineAccess === "never" && asksOffline) {
    const what = "offline_access is asked for only where it exists";
    checks.push({ what, state: "failed", expected: "not asked for", found: "asked for", fix: fix("offlineAccess") });
  }
  const isLost = tokens !== undefined && !tokens.refreshToken && !tokens.clientGrant;
  const cannotCome = tokens === undefined && provider.offlineAccess === "always" && !asksOffline;
  if (!isMachine && (isLost || cannotCome)) {
    const what = "Tokens are renewed without the person";
    const found = isLost ? "no refresh token came with the sign-in" : "offline_access is not asked for";
    checks.push({ what, state: "note", expected: "a refresh token", found, fix: fix("refreshToken") });
  }
  return checks;
}

const list = (scopes: readonly string[]): string => (scopes.length === 0 ? "none" : scopes.join(", "));
