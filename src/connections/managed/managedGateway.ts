import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import { type GatewayRules, type JudgedAccount, type JudgedSignIn, noPolicy } from "../../policy/policy.ts";
import type { SignInKind } from "../../policy/policyDocument.ts";
import type { Connection } from "../connection.ts";
import { whichEnterprise } from "../enterprise/whichEnterprise.ts";
import type { SettingsValues } from "../settings/readGatewaySettings.ts";
import { setFor } from "../settings/setForGateways.ts";
import { accountAddresses } from "./accountAddresses.ts";

interface World {
  readonly settings: () => SettingsValues;
}

/** What the administrator of this machine says of a gateway, as it is now. */
export const rulesOf = (url: string, { settings }: World): GatewayRules => rulesIn(settings(), url);

const rulesIn = ({ policy = noPolicy }: SettingsValues, url: string): GatewayRules => policy.of(url);

/**
 * Looks whether the administrator allows a sign-in to a gateway.
 *
 * @throws GatewayFailure of `GatewayRules.maySignIn`
 */
export function maySignIn(url: string, signIn: IntendedSignIn, { settings }: World): void {
  const values = settings();
  rulesIn(values, url).maySignIn(judgedSignIn(url, signIn, values));
}

/** A sign-in that is to begin, or is in use. */
interface IntendedSignIn extends Pick<JudgedSignIn, "issuer"> {
  /** Undefined for a gateway that asks nobody to sign in, or where it is not known yet. */
  readonly kind: SignInKind | undefined;
}

/** The same for the rules: with all that is set for the gateway, whether or not it can be read. */
function judgedSignIn(url: string, { kind, issuer }: IntendedSignIn, values: SettingsValues): JudgedSignIn {
  const company = kind === "enterprise" ? whichEnterprise(values) : undefined;
  const set = setFor(values.gateways, url);
  return { kind, issuer, settings: isJsonObject(company) ? { ...set, enterpriseIdentityProvider: company } : set };
}

/** Whose tokens these are, for the rules. */
export const judgedAccount = (tokens: TokenSet): JudgedAccount => ({
  addresses: accountAddresses(tokens),
  isMachine: tokens.account.machine === true,
});

/** Those of a gateway's addresses that it may be used at. @throws GatewayFailure of `maySignIn` where it is none */
export function allowedAddresses(candidates: readonly URL[], world: World): readonly URL[] {
  const allowed: URL[] = [];
  let refused: unknown;
  for (const url of candidates) {
    try {
      // Headers are sent with the first request, so that the places of their values are looked at now.
      maySignIn(url.href, { kind: undefined }, world);
      allowed.push(url);
    } catch (failure) {
      refused ??= failure;
    }
  }
  if (allowed.length === 0 && refused !== undefined) throw refused;
  return allowed;
}

export interface UsageWorld extends World {
  readonly aws: { isSigned(connection: Connection): boolean };
  readonly readable: (connection: Connection) => { readonly flow: SignInKind } | undefined;
}

/**
 * Looks at each request whether the administrator of this machine lets a gateway be used, and with this sign-in.
 *
 * @returns what throws GatewayFailure of `GatewayRules.mayCall`
 */
export const usageGuard =
  (world: UsageWorld) =>
  (connection: Connection, tokens?: TokenSet): void => {
    // Once for all of it: every request of every tool passes here.
    const values = world.settings();
    if ((values.policy ?? noPolicy).state.kind === "none") return;
    const { url, authorization } = connection;
    const kind = world.aws.isSigned(connection) ? "aws" : world.readable(connection)?.flow;
    const issuer = authorization.kind === "oauth" ? authorization.server.issuer : undefined;
    rulesIn(values, url).mayCall(judgedSignIn(url, { kind, issuer }, values), tokens && judgedAccount(tokens));
  };

/** The connections that the administrator has called otherwise, with their names. */
export const misnamed = (all: readonly Connection[], world: World): readonly (readonly [id: string, name: string])[] =>
  all.flatMap(({ id, url, name, serverName }) => {
    const fixed = rulesOf(url, world).name;
    return fixed === undefined || (fixed === name && serverName === undefined) ? [] : [[id, fixed] as const];
  });
