import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import { untilAborted } from "../../lib/waiting.ts";
import { findAuthorizationServer } from "../../oauth/discovery/authorizationServer.ts";
import { openIdScopes, unionOfScopes } from "../../oauth/discovery/challenge.ts";
import type { EnterpriseGrant, GivenIdentity } from "../../oauth/enterprise/enterpriseGrant.ts";
import {
  type EnterpriseIdentityProvider,
  enterpriseScopes,
} from "../../oauth/enterprise/enterpriseIdentityProvider.ts";
import { isStaleIdentity } from "../../oauth/enterprise/enterpriseRenewal.ts";
import { enterpriseTokens } from "../../oauth/enterprise/enterpriseTokens.ts";
import { givenIdToken } from "../../oauth/enterprise/givenIdToken.ts";
import { identityProviderOf } from "../../oauth/identityProviders/identityProviders.ts";
import type { SignInOutcome, SignInWorld } from "../../oauth/signIn/browserSignIn.ts";
import { chooseClient } from "../../oauth/signIn/client.ts";
import { exchangeSignal } from "../../oauth/signIn/exchangeSignal.ts";
import type { SignInFlow } from "../../oauth/signIn/signInFlow.ts";
import type { SignInRequest } from "../../oauth/signIn/signInRequest.ts";
import { revokeUnusedTokens, toTokenSet } from "../../oauth/signIn/toTokenSet.ts";
import { type Account, accountOf } from "../../oauth/tokens/account.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import type { AskedEndpoint } from "../../oauth/tokens/tokenEndpoint.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import { UNKNOWN_CLIENT } from "../../oauth/tokens/unknownClient.ts";
import type { CompanySignIns } from "./companySignIns.ts";

export interface EnterpriseSignInWorld extends SignInWorld {
  readonly company: EnterpriseIdentityProvider;
  readonly companySignIns: Pick<CompanySignIns, "usable" | "keep" | "endUnused">;
  readonly secrets: SecretStore;
  readonly lock: CrossProcessLock;
  /** How a person signs in at the company's identity provider. */
  readonly flow: SignInFlow;
  /** Obtains the tokens of a person there. */
  readonly obtain: (request: SignInRequest, world: SignInWorld) => Promise<SignInOutcome>;
}

/**
 * Signs in to a gateway by way of the person's company: with the sign-in at its identity provider where there is one, else
 * after a page there. The whole way is gone at once, so that whoever is not let in learns it now and not with the first call.
 *
 * @throws GatewayFailure of `findAuthorizationServer` and of the flow for the identity provider, of `enterpriseTokens` and
 *   `givenIdToken`
 */
export async function enterpriseSignIn(request: SignInRequest, world: EnterpriseSignInWorld): Promise<SignInOutcome> {
  const { company, companySignIns, signal } = world;
  if (signal.aborted) return { kind: "cancelled" };
  try {
    if (company.idToken) return await withGivenToken(request, company.idToken, world);
    const [known, ...others] = request.chooseAccount ? [] : await companySignIns.usable(company);
    if (known && others.length === 0) {
      try {
        return await enter(request, known, world);
      } catch (failure) {
        const proved = isClientRefused(failure) ? await withProofOfToday(known, world) : undefined;
        if (proved) return await enter(request, proved, world);
        // It was ended at the identity provider, which only a page can mend.
        if (!isStaleIdentity(failure)) throw failure;
      }
    }
    const signedIn = await signInOnce(request, known, world);
    if (!signedIn) return { kind: "cancelled" };
    try {
      return await enter(request, signedIn, world);
    } catch (failure) {
      await companySignIns.endUnused(signedIn.sessionId);
      throw failure;
    }
  } catch (failure) {
    if (signal.aborted) return { kind: "cancelled" };
    throw failure;
  }
}

/** Both steps, for somebody who is signed in at the identity provider. */
async function enter(request: SignInRequest, identity: TokenSet, world: EnterpriseSignInWorld): Promise<SignInOutcome> {
  const { idToken, account, sessionId } = identity;
  if (idToken === undefined) throw new GatewayFailure("id_token_invalid", missing(identity.server.issuer));
  return await bothSteps(request, { from: identity, idToken, account, grant: { identity: sessionId } }, world);
}

/** The sign-in with the secret or key of its client, where one became known since it was made without. */
async function withProofOfToday(known: TokenSet, world: EnterpriseSignInWorld): Promise<TokenSet | undefined> {
  if (known.client.authMethod !== "none") return undefined;
  const { client } = await clientAtCompany(world);
  if (client.authMethod === "none") return undefined;
  const proved: TokenSet = { ...known, client };
  await world.companySignIns.keep(proved);
  return proved;
}

const isClientRefused = (failure: unknown): boolean =>
  isFailure(failure, "enterprise_policy_refused") && failure.facts.error === UNKNOWN_CLIENT;

async function withGivenToken(
  request: SignInRequest,
  place: GivenIdentity["place"],
  world: EnterpriseSignInWorld,
): Promise<SignInOutcome> {
  const from = await clientAtCompany(world);
  const given: GivenIdentity = { place, ...from };
  const idToken = await givenIdToken(given, world);
  const { nameClaims } = identityProviderOf(from.server);
  const account = accountOf({ idToken, accessToken: "" }, nameClaims);
  return await bothSteps(request, { from, idToken, account, grant: { given } }, world);
}

/** Whose ID token is exchanged. */
interface Subject {
  readonly from: AskedEndpoint;
  readonly idToken: string;
  readonly account: Account;
  readonly grant: Pick<EnterpriseGrant, "identity" | "given">;
}

async function bothSteps(
  request: SignInRequest,
  { from, idToken, account, grant }: Subject,
  world: EnterpriseSignInWorld,
): Promise<SignInOutcome> {
  const { server, client, proofKey, resource } = request;
  // They say what comes with a person's own sign-in, of which this is none.
  const scopes = request.scopes.filter((scope) => !openIdScopes.has(scope));
  const signal = exchangeSignal(world.signal);
  const asked = { idToken, gateway: { server, client, proofKey }, resource, scopes };
  const { answer, exchangedAt } = await enterpriseTokens(from, asked, { ...world, signal });
  const tokens = await toTokenSet({ ...request, scopes, account }, answer, world);
  const { issuer } = from.server;
  world.log.info("signed in by way of the company", { issuer: server.issuer, identityProvider: issuer });
  const enterprise = { issuer, ...grant, ...(resource !== undefined && { resource }), scopes, exchangedAt };
  return { kind: "signedIn", tokens: { ...tokens, enterprise } };
}

/**
 * Signs somebody in at the company's identity provider, one at a time on this computer: whoever waited takes what the one
 * before them brought.
 *
 * @param stale a sign-in that is of no use any more
 */
async function signInOnce(
  request: SignInRequest,
  stale: TokenSet | undefined,
  world: EnterpriseSignInWorld,
): Promise<TokenSet | undefined> {
  const { company, companySignIns, lock, now, signal } = world;
  const began = now();
  const turn = lock.run(`company-${company.issuer}-${company.clientId}`, async () => {
    if (signal.aborted) return undefined;
    const [fresh] = await companySignIns.usable(company);
    if (fresh && fresh.issuedAt >= began && fresh.idToken !== stale?.idToken) return fresh;
    const from = await clientAtCompany(world);
    const outcome = await world.obtain(identityRequest(request, from, world), world).catch((failure: unknown) => {
      throw isFailure(failure, "token_refused") ? refusedClient(failure, request, from) : failure;
    });
    if (outcome.kind === "cancelled") return undefined;
    const { tokens } = outcome;
    if (tokens.idToken === undefined || signal.aborted) {
      await revokeUnusedTokens(tokens, world);
      if (signal.aborted) return undefined;
      throw new GatewayFailure("id_token_invalid", missing(from.server.issuer));
    }
    const identity: TokenSet = { ...tokens, isIdentity: true };
    await companySignIns.keep(identity);
    return identity;
  });
  return await untilAborted(turn, signal);
}

/** A client that the company does not take is one of its own: nobody at the gateway could mend it. */
const refusedClient = (
  failure: GatewayFailure<"token_refused">,
  { server, scopes }: SignInRequest,
  { client }: AskedEndpoint,
): GatewayFailure =>
  ["invalid_client", "unauthorized_client"].includes(failure.facts.error)
    ? new GatewayFailure("enterprise_policy_refused", {
        ...failure.facts,
        ...{ audience: server.issuer, clientId: client.clientId, scopes },
      })
    : failure;

const missing = (issuer: string) => ({ issuer, problem: "missing" as const });

/** The client that this program is at the company's identity provider. */
async function clientAtCompany({ company, redirect, fetch, secrets, signal }: EnterpriseSignInWorld) {
  const server = await findAuthorizationServer(company.issuer, { fetch, signal });
  const { clientId, issuer } = company;
  // A secret that was typed is kept under the issuer as it is set, which may end in a slash or not.
  const choice = { server: { ...server, issuer }, settings: company, redirectUris: redirect.uris, clientId };
  const { identity: client } = await chooseClient(choice, { fetch, secrets, signal });
  return { server, client };
}

function identityRequest(
  { gateway, chooseAccount }: SignInRequest,
  { server, client }: AskedEndpoint,
  { company, flow }: EnterpriseSignInWorld,
): SignInRequest {
  const identityProvider = identityProviderOf(server);
  const { offlineAccess, scopesAboutPeople } = identityProvider;
  const offered = server.scopes_supported ?? [];
  const wanted = enterpriseScopes.filter((scope) => scope !== "offline_access" || offlineAccess !== "never");
  const aboutPeople = scopesAboutPeople.filter((scope) => offered.includes(scope));
  return {
    ...{ gateway, server, client, identityProvider, flow, bearerToken: "id" },
    scopes: company.scopes ?? unionOfScopes(wanted, aboutPeople),
    ...(chooseAccount !== undefined && { chooseAccount }),
  };
}
