import type { Connection } from "../connection/connection.ts";
import { type GatewaySettings, readGatewaySettings } from "../connection/gatewaySettings.ts";
import { type AuthorizationServer, findAuthorizationServer } from "../discovery/authorizationServer.ts";
import { unionOfScopes } from "../discovery/challenge.ts";
import { isFailure } from "../failure.ts";
import type { SecretStore } from "../tokens/tokenStore.ts";
import { type ClientOptions, chooseClient, forgetRegistration } from "./client.ts";
import { type SignInOutcome, type SignInRequest, type SignInWorld, signIn } from "./signIn.ts";

/** The settings as the editor keeps them; they are read anew for each sign-in. */
export interface SettingsValues {
  readonly gateways: unknown;
  readonly shared: { readonly ports?: unknown; readonly path?: unknown; readonly host?: unknown };
}

export interface SignInToConnectionWorld extends SignInWorld, ClientOptions {
  readonly secrets: SecretStore;
  /** Brings the tokens; by default the person does, in the browser. */
  readonly obtainTokens?: (request: SignInRequest, world: SignInWorld) => Promise<SignInOutcome>;
  readonly settings: () => SettingsValues;
  /** The port that worked last, which is tried first: the provider may know only that one. */
  readonly lastPort: { read(): number | undefined; write(port: number): PromiseLike<void> };
}

/**
 * Signs a person in to a connected gateway.
 *
 * @param extra what this sign-in needs beyond the connection's own: more scopes, or the choice of another account
 * @throws GatewayFailure of `chooseClient` and `signIn`
 */
export async function signInToConnection(
  connection: Connection,
  extra: { readonly scopes: readonly string[]; readonly chooseAccount: boolean },
  world: SignInToConnectionWorld,
): Promise<SignInOutcome> {
  const { authorization } = connection;
  if (authorization.kind === "none") return { kind: "cancelled" };
  const settings = settingsFor(connection.url, world);
  const server = await freshMetadata(authorization.server, world);
  const configured = authorization.clientSource === "configured" ? authorization.clientId : undefined;
  const client = await chooseClient(server, settings, configured, world);
  try {
    const outcome = await (world.obtainTokens ?? signIn)(
      {
        gateway: connection.name,
        server,
        client: client.identity,
        scopes: unionOfScopes(authorization.scopes, extra.scopes),
        redirect: settings.redirect,
        chooseAccount: extra.chooseAccount,
        ...(authorization.resource !== undefined && { resource: authorization.resource }),
        ...(settings.audience !== undefined && { audience: settings.audience }),
      },
      world,
    );
    if (outcome.kind === "signedIn" && outcome.port !== undefined) await world.lastPort.write(outcome.port);
    return outcome;
  } catch (failure) {
    // The provider has forgotten our registration: the next sign-in makes a new one.
    const forgotten = isFailure(failure, "token_refused") && failure.facts.error === "invalid_client";
    if (forgotten && client.source === "registered") await forgetRegistration(server.issuer, world.secrets);
    throw failure;
  }
}

/** The settings of one gateway, with the port that worked last in front. */
export function settingsFor(
  url: string,
  world: Pick<SignInToConnectionWorld, "settings" | "lastPort">,
): GatewaySettings {
  const { gateways, shared } = world.settings();
  const settings = readGatewaySettings(gateways, shared, url);
  const last = world.lastPort.read();
  const { ports } = settings.redirect;
  if (last === undefined || !ports.includes(last)) return settings;
  return {
    ...settings,
    redirect: { ...settings.redirect, ports: [last, ...ports.filter((port) => port !== last)] },
  };
}

/** The provider's metadata as it is today; that of the last time serves while it cannot be had. */
async function freshMetadata(
  known: AuthorizationServer,
  world: Pick<SignInWorld, "fetch" | "signal">,
): Promise<AuthorizationServer> {
  try {
    return await findAuthorizationServer(known.issuer, world);
  } catch (failure) {
    if (isFailure(failure, "authorization_server_unreachable")) return known;
    throw failure;
  }
}
