import { credentialKey, storeCredential } from "../../oauth/tokens/clientCredential.ts";
import { isAboutClient } from "../../oauth/tokens/unknownClient.ts";
import type { Connection } from "../connection.ts";
import type { KnownConnections } from "../knownConnections.ts";
import { withGatewaySettings } from "../settings/setForGateways.ts";
import type { ChangedSignIn } from "./agreedIssuer.ts";
import { type Followed, followed } from "./changedSignIn.ts";
import type { AskClientElsewhere, ClientElsewhere } from "./clientElsewhere.ts";
import { forgetClient } from "./forgetClient.ts";
import type { SignInResult } from "./signInResult.ts";
import type { SignInToConnectionWorld } from "./signInToConnection.ts";

export interface ElsewhereWorld extends SignInToConnectionWorld {
  readonly clientElsewhere?: AskClientElsewhere;
  readonly connections: Pick<KnownConnections, "all">;
  /** Signs in to the connection as it is then, with what is set then. */
  readonly signIn: (connection: Connection, settings: SignInToConnectionWorld["settings"]) => Promise<SignInResult>;
}

/**
 * Signs in where a gateway signs people in by now. Whoever typed a client that is not known there is asked again.
 *
 * @throws GatewayFailure of `followed`, and as the sign-in does
 */
export async function signInElsewhere(
  changed: ChangedSignIn,
  before: Connection,
  world: ElsewhereWorld,
): Promise<SignInResult> {
  const ask = await world.clientElsewhere?.(before, changed.now.resolved.settings.clientId);
  for (;;) {
    const way = await followed(changed, before, ask, world);
    if (!way) return { kind: "cancelled" };
    try {
      return await follow(way, { before, ask }, world);
    } catch (failure) {
      if (!ask?.wasAsked || !isAboutClient(failure)) throw failure;
      ask.refuse(failure);
    }
  }
}

/** What was typed for the client stays only where somebody is signed in there. */
async function follow(
  { connection, clientId, credential }: Followed,
  { before, ask }: { readonly before: Connection; readonly ask: ClientElsewhere | undefined },
  { secrets, settings, connections, signIn }: ElsewhereWorld,
): Promise<SignInResult> {
  const { authorization, url } = connection;
  if (credential !== undefined && authorization.kind === "oauth") {
    const { server, clientId: there } = authorization;
    await storeCredential(await credentialKey(server.issuer, there), credential, secrets);
  }
  const withClientId = () => {
    const values = settings();
    return { ...values, gateways: withGatewaySettings(values.gateways, url, { clientId }) };
  };
  let result: SignInResult | undefined;
  try {
    result = await signIn(connection, clientId === undefined ? settings : withClientId);
    return result;
  } finally {
    if (result?.kind === "signedIn") {
      if (clientId !== undefined) await ask?.write(url, clientId);
      await forgetClient(before, connections.all, secrets);
    } else if (credential !== undefined) {
      await forgetClient(connection, connections.all, secrets);
    }
  }
}
