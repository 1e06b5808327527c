import { chooseClient } from "../../oauth/signIn/client.ts";
import { recordedAuthorization } from "../../oauth/signIn/recordedAuthorization.ts";
import { awsSigningOf, signedBySettings } from "../aws/awsSigning.ts";
import { type Connection, suggestedName } from "../connection.ts";
import type { OutgoingFetch } from "../fetchToGateway.ts";
import { resolveAllowed } from "../managed/allowedSignIn.ts";
import { allowedAddresses, maySignIn } from "../managed/managedGateway.ts";
import { flowAt, resolveGateway } from "../resolvedConnection.ts";
import type { SignInToConnectionWorld } from "../signIn/signInToConnection.ts";
import { orWrongGuess } from "./authorizationServerOf.ts";
import { discoverGateway } from "./discoverGateway.ts";

/**
 * Everything a sign-in needs, found out without asking anybody: what discovery leaves open has to be in the settings.
 *
 * @throws GatewayFailure of `discoverGateway` and `chooseClient`, `client_id_needed` among them
 */
export async function discoverConnection(
  id: string,
  candidates: readonly URL[],
  world: OutgoingFetch &
    Pick<SignInToConnectionWorld, "secrets" | "settings" | "redirect" | "clientSecret" | "moreGrants" | "signal">,
): Promise<Connection> {
  const allowed = allowedAddresses(candidates, world);
  const signed = signedBySettings(allowed, world);
  if (signed !== undefined) {
    maySignIn(signed, { kind: "aws" }, world);
    // Told before anybody is served: where nothing says the region, nothing can be signed.
    awsSigningOf({ url: signed }, resolveGateway({ url: signed }, world).settings);
    return { id, name: suggestedName(new URL(signed)), url: signed, authorization: { kind: "aws" } };
  }
  const found = await discoverGateway(allowed, (url) => resolveAllowed({ url }, world), world);
  const place = { id, name: suggestedName(new URL(found.url)), url: found.url };
  if (found.kind === "open") return { ...place, authorization: { kind: "none" } };
  const { settings, flow, redirect } = found.resolved;
  const choice = { server: found.server, settings, redirectUris: redirect.uris, flow };
  const client = await orWrongGuess(found.guessed, () => chooseClient(choice, world));
  return { ...place, authorization: recordedAuthorization(found, client, flowAt(found.resolved, found.server)) };
}
