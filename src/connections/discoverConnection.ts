import { chooseClient } from "../oauth/signIn/client.ts";
import { type Connection, suggestedName } from "./connection.ts";
import { discoverGateway } from "./discoverGateway.ts";
import { type SignInToConnectionWorld, settingsFor } from "./signInToConnection.ts";

/**
 * Everything a sign-in needs, found out without asking anybody: what discovery leaves open has to be in the settings.
 *
 * @throws GatewayFailure of `discoverGateway` and `chooseClient`, `client_id_needed` among them
 */
export async function discoverConnection(
  id: string,
  candidates: readonly URL[],
  world: Pick<
    SignInToConnectionWorld,
    "fetch" | "secrets" | "settings" | "redirect" | "clientSecret" | "moreGrants" | "signal"
  >,
): Promise<Connection> {
  const found = await discoverGateway(candidates, (url) => settingsFor(url, world), world);
  const place = { id, name: suggestedName(new URL(found.url)), url: found.url };
  if (found.kind === "open") return { ...place, authorization: { kind: "none" } };
  const { server, settings, resource, scopes } = found;
  const redirectUris = world.redirect(settings.redirect).uris;
  const client = await chooseClient({ server, settings, redirectUris }, world);
  return {
    ...place,
    authorization: {
      kind: "oauth",
      server,
      scopes,
      clientId: client.identity.clientId,
      clientSource: client.source,
      ...(resource !== undefined && { resource }),
    },
  };
}
