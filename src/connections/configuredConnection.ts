import { identityProviderOf } from "../oauth/identityProviders/identityProviders.ts";
import { logoutPage } from "../oauth/tokens/logoutPage.ts";
import type { WantedSession } from "../oauth/tokens/sharedSession.ts";
import type { BearerToken } from "../oauth/tokens/tokenSet.ts";
import type { Connection } from "./connection.ts";
import { type SignInToConnectionWorld, settingsFor } from "./signInToConnection.ts";

/** What a connection comes to with its gateway's settings as they are now. */
export interface ConfiguredConnection {
  /** Which token the gateway takes: what the settings say, else the one of its provider that can be checked. */
  readonly bearerToken: BearerToken;
  /** The sign-in it needs. */
  readonly wanted: WantedSession;
  /** The page that ends the session in the browser too, where the provider has one. */
  readonly logoutPage: string | undefined;
}

/**
 * Reads the settings of a connection's gateway.
 *
 * @returns undefined for a gateway that asks nobody to sign in
 * @throws GatewayFailure `setting_invalid`
 */
export function configuredConnection(
  { url, authorization }: Connection,
  world: Pick<SignInToConnectionWorld, "settings" | "redirect">,
): ConfiguredConnection | undefined {
  if (authorization.kind === "none") return undefined;
  const settings = settingsFor(url, world);
  const { server, clientId } = authorization;
  const provider = identityProviderOf(server, settings.identityProvider);
  const resource = settings.resource ?? authorization.resource;
  const bearerToken = settings.token ?? provider.token;
  return {
    bearerToken,
    wanted: {
      issuer: server.issuer,
      clientId,
      scopes: settings.scopes ?? authorization.scopes,
      resource: typeof resource === "string" ? resource : undefined,
      audience: settings.audience,
      bearerToken,
      provider,
      machine: (settings.signIn ?? authorization.signIn) === "clientCredentials",
    },
    logoutPage: logoutPage(authorization, provider, world.redirect(settings.redirect).uris[0]),
  };
}
