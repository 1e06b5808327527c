import { scopesToAsk } from "../connections/discovery/discoverGateway.ts";
import { english, type Translate } from "../failures/translate.ts";
import type { AuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import { openIdScopes } from "../oauth/discovery/challenge.ts";
import { type IdentityProvider, requestScopes } from "../oauth/identityProviders/identityProvider.ts";
import { scopesOfClient } from "../oauth/signIn/clientCredentials.ts";
import { isRenewable } from "../oauth/tokens/tokenSet.ts";
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
  say: Translate = english,
): AccessCheck[] {
  const list = (scopes: readonly string[]): string => (scopes.length === 0 ? say("none") : scopes.join(", "));
  const spell = (scopes: readonly string[]) => requestScopes(provider, scopes, settings.audience);
  const spelled = spell(wanted);
  const people = spell(connection?.scopes ?? scopesToAsk({ settings, wanted, server: server ?? {}, provider }));
  const asked = isMachine ? scopesOfClient(people, provider, settings.audience) : people;
  const fix = (topic: "requestScope" | "offlineAccess" | "refreshToken") => fixFor(provider, { topic }, {}, say).text;
  const checks: AccessCheck[] = [];

  if (spelled.length > 0) {
    // A gateway may name the short form of what has to be asked for by its full name (Entra).
    const lastPart = (scope: string) => (provider.requestScope ? scope.replace(/^.*\//, "") : scope);
    const meets = asked.some((scope) => spelled.includes(scope) || wanted.includes(lastPart(scope)));
    checks.push({
      what: say("The sign-in asks for a scope that the gateway wants"),
      state: meets ? "passed" : "failed",
      expected: say("one of {0}", spelled.join(", ")),
      found: list(asked),
      ...(!meets && {
        fix: say('Correct "scopes" in gatewayConnect.gateways, or leave it out to ask for what the gateway names.'),
      }),
    });
  }

  const hasLongNames = provider.requestScope !== undefined;
  const short = asked.filter((scope) => hasLongNames && !/[/:]/.test(scope) && !openIdScopes.has(scope));
  const listed: unknown = server?.scopes_supported;
  const lists = Array.isArray(listed) && provider.listsScopes && !hasLongNames;
  const unlisted = lists ? asked.filter((scope) => !listed.includes(scope)) : [];
  if (short.length > 0) {
    const what = say("Scopes are spelled as the identity provider takes them");
    checks.push({
      what,
      state: "failed",
      expected: "api://<app>/<scope>",
      found: list(short),
      fix: fix("requestScope"),
    });
  } else if (unlisted.length > 0) {
    // A provider may leave scopes out of its metadata (RFC 8414, 2).
    const what = say("The identity provider lists the scopes that are asked for");
    checks.push({
      what,
      state: "note",
      expected: list(asked),
      found: say("not {0}", list(unlisted)),
      fix: fix("requestScope"),
    });
  } else if (lists && asked.length > 0) {
    checks.push({
      what: say("The identity provider lists the scopes that are asked for"),
      state: "passed",
      found: list(asked),
    });
  }

  const asksOffline = asked.includes("offline_access");
  if (provider.offlineAccess === "never" && asksOffline) {
    const what = say("offline_access is asked for only where it exists");
    const [expected, found] = [say("not asked for"), say("asked for")];
    checks.push({ what, state: "failed", expected, found, fix: fix("offlineAccess") });
  }
  const isLost = tokens !== undefined && !isRenewable(tokens);
  const cannotCome = tokens === undefined && provider.offlineAccess === "always" && !asksOffline;
  if (!isMachine && (isLost || cannotCome)) {
    const what = say("Tokens are renewed without the person");
    const found = isLost ? say("no refresh token came with the sign-in") : say("offline_access is not asked for");
    checks.push({ what, state: "note", expected: say("a refresh token"), found, fix: fix("refreshToken") });
  }
  return checks;
}
