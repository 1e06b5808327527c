import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import { type AuthorizationServer, findAuthorizationServer } from "../../oauth/discovery/authorizationServer.ts";
import { type Challenge, unionOfScopes } from "../../oauth/discovery/challenge.ts";
import { proofOffer } from "../../oauth/discovery/proofOffer.ts";
import type { EnterpriseIdentityProvider } from "../../oauth/enterprise/enterpriseIdentityProvider.ts";
import { requestScopes } from "../../oauth/identityProviders/identityProvider.ts";
import { isResourceRefusal } from "../../oauth/identityProviders/resourceRefusal.ts";
import type { SignInOutcome, SignInWorld } from "../../oauth/signIn/browserSignIn.ts";
import { type ChosenClient, type ClientOptions, chooseClient } from "../../oauth/signIn/client.ts";
import { forgetRegistration } from "../../oauth/signIn/keptRegistration.ts";
import type { Redirect } from "../../oauth/signIn/redirect.ts";
import { type FlowWorld, signInByFlow } from "../../oauth/signIn/signInByFlow.ts";
import type { SignInFlow } from "../../oauth/signIn/signInFlow.ts";
import type { SignInRequest } from "../../oauth/signIn/signInRequest.ts";
import { newProofKey } from "../../oauth/tokens/proofs.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { isUnknownClient } from "../../oauth/tokens/unknownClient.ts";
import type { Connection } from "../connection.ts";
import { isPlaceOf } from "../discovery/knownPlace.ts";
import { type EnterpriseSignInWorld, enterpriseSignIn } from "../enterprise/enterpriseSignIn.ts";
import { whichEnterprise } from "../enterprise/whichEnterprise.ts";
import { resolveConnection, type SettingsWorld } from "../resolvedConnection.ts";
import { readEnterprise } from "../settings/enterpriseSetting.ts";
import { workloadOf } from "../settings/workloadOf.ts";

export interface SignInToConnectionWorld extends Omit<FlowWorld, "redirect">, SettingsWorld, ClientOptions {
  readonly secrets: SecretStore;
  /** Obtains the tokens; by default `signInByFlow` does. */
  readonly obtainTokens?: (request: SignInRequest, world: SignInWorld) => Promise<SignInOutcome>;
}

/** What one sign-in wants beyond the connection's own. */
export interface SignInOverrides {
  /** More scopes. */
  readonly scopes: readonly string[];
  /** The choice of another account. */
  readonly chooseAccount: boolean;
  /** What the gateway said last when it asked for a sign-in. */
  readonly challenge?: Challenge | undefined;
  /** Another flow than the connection's. */
  readonly flow?: SignInFlow;
}

/** What keeps the sign-ins at companies' identity providers. */
interface EnterprisePorts extends Pick<EnterpriseSignInWorld, "lock"> {
  readonly companySignIns: () => Promise<EnterpriseSignInWorld["companySignIns"]>;
}

export type ConnectionSignIn =
  | (Extract<SignInOutcome, { kind: "signedIn" }> & {
      /** The provider took the request only without a resource indicator. */
      readonly resourceRefused: boolean;
    })
  | { readonly kind: "cancelled" };

/** A sign-in to a connection as it is about to be made. */
export interface PreparedSignIn {
  readonly request: SignInRequest;
  readonly client: ChosenClient;
  readonly redirect: Redirect;
  /**
   * Whether the resource indicator may be left out where the provider refuses it: nobody asked for it expressly. A workload is
   * told of a refusal, and asks for nothing else.
   */
  readonly resourceIsOurs: boolean;
  /** By way of which company, and how a person signs in there. */
  readonly company?: EnterpriseIdentityProvider & { readonly flow: SignInFlow };
}

/**
 * Puts together what a sign-in to a connection asks for: what it was connected with, and the settings as they are now.
 *
 * @returns undefined for a gateway that asks nobody to sign in
 * @throws GatewayFailure of `chooseClient`, `setting_invalid`, `enterprise_provider_missing`
 */
export async function prepareSignIn(
  connection: Connection,
  extra: SignInOverrides,
  world: SignInToConnectionWorld,
): Promise<PreparedSignIn | undefined> {
  const { authorization } = connection;
  // A setting that cannot be read is told before anything is sent.
  if (authorization.kind !== "oauth" || !resolveConnection(connection, world)) return undefined;
  const server = await freshMetadata(authorization.server, world);
  // It may take bound tokens since it was connected.
  const proof = authorization.proof ?? proofOffer(extra.challenge, undefined);
  const today = { ...authorization, server, ...(proof !== undefined && { proof }) };
  const resolved = resolveConnection({ ...connection, authorization: today }, world);
  if (!resolved) return undefined;
  const { settings, redirect, identityProvider, audience, resource } = resolved;
  const byEnterprise = resolved.flow === "enterprise";
  const company = byEnterprise ? readEnterprise(whichEnterprise(world.settings(), authorization)) : undefined;
  if (byEnterprise && !company) throw new GatewayFailure("enterprise_provider_missing", { gateway: connection.name });
  const clientId = resolved.clientSource === "configured" && resolved.clientId !== "" ? resolved.clientId : undefined;
  const flow = byEnterprise ? resolved.flow : (extra.flow ?? resolved.flow);
  const client = await chooseClient({ server, settings, redirectUris: redirect.uris, clientId, flow }, world);
  const request: SignInRequest = {
    gateway: connection.name,
    connectionId: connection.id,
    server,
    identityProvider,
    flow,
    client: client.identity,
    ...(flow === "workloadIdentity" && { workload: workloadOf(connection, settings) }),
    scopes: unionOfScopes(resolved.scopes, requestScopes(identityProvider, extra.scopes, audience)),
    bearerToken: resolved.bearerToken,
    chooseAccount: extra.chooseAccount,
    ...(resolved.proofs.length > 0 && { proofKey: await newProofKey(resolved.proofs) }),
    ...(resource !== undefined && { resource }),
    ...(audience !== undefined && { audience }),
  };
  const resourceIsOurs = settings.resource === undefined && flow !== "workloadIdentity";
  return {
    ...{ request, client, redirect, resourceIsOurs },
    ...(company && { company: { ...company, flow: extra.flow ?? "browser" } }),
  };
}

/**
 * Signs in to a connected gateway.
 *
 * @throws GatewayFailure of the flow that was used
 */
export async function signInToConnection(
  { request, client, redirect, resourceIsOurs, company }: PreparedSignIn,
  shared: SignInToConnectionWorld & EnterprisePorts,
): Promise<ConnectionSignIn> {
  const world = { ...shared, redirect };
  const byPerson = world.obtainTokens ?? signInByFlow;
  const obtain = async (one: SignInRequest) => {
    if (!company) return await byPerson(one, world);
    const companySignIns = await shared.companySignIns();
    return await enterpriseSignIn(one, { ...world, company, companySignIns, flow: company.flow, obtain: byPerson });
  };
  try {
    let outcome: SignInOutcome;
    let resourceRefused = false;
    try {
      outcome = await obtain(request);
    } catch (failure) {
      const { resource, ...without } = request;
      // Auth0's tokens are for the resource by another parameter: without it they would be for nobody.
      const { boundAudience } = request.identityProvider;
      const isBound = boundAudience?.(request) !== boundAudience?.(without);
      if (resource === undefined || !resourceIsOurs || isBound || !isResourceRefusal(failure)) throw failure;
      world.log.info("the provider refuses the resource indicator; asking without it", {
        issuer: request.server.issuer,
      });
      resourceRefused = true;
      outcome = await obtain(without);
    }
    if (outcome.kind === "cancelled") return outcome;
    return { ...outcome, resourceRefused };
  } catch (failure) {
    // The provider has forgotten our registration, and some say so on a page of their own only: the next sign-in makes a
    // new one.
    const forgotten = isUnknownClient(failure) || isFailure(failure, "sign_in_timed_out");
    if (forgotten && client.source === "registered") {
      // The next registration takes its place in any case.
      await forgetRegistration(request.server.issuer, client.identity.clientId, world.secrets).catch(() => {});
    }
    throw failure;
  }
}

/** The provider's metadata as it is today; while it cannot be fetched, as it was recorded. */
async function freshMetadata(
  known: AuthorizationServer,
  world: Pick<SignInWorld, "fetch" | "signal">,
): Promise<AuthorizationServer> {
  try {
    return await findAuthorizationServer(known.issuer, world, {
      mayAskPrivate: async (asked) => isPlaceOf(known, asked),
    });
  } catch (failure) {
    if (isFailure(failure, "authorization_server_unreachable")) return known;
    if (isFailure(failure, "authorization_server_down")) return known;
    throw failure;
  }
}
