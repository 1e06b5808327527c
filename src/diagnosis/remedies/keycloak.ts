import { translatable } from "../../failures/translate.ts";
import type { Table } from "./remedy.ts";

export const keycloak: Table = {
  audience: translatable(
    "access tokens have no audience of yours without a mapper. Add one (Client scopes › your scope › Mappers › Configure a new mapper › Audience), give the scope to the client, and sign in again.",
  ),
  client: translatable(
    "access tokens name the client in `azp`. Use `customClaims` with `azp` instead of allowedClients, or add a mapper (Hardcoded claim client_id) to the client.",
  ),
  scope: translatable(
    "give the client scope to the client (Clients › your client › Client scopes), with Include in token scope on, and sign in again.",
  ),
  customClaim: ({ claim = "" }, _, say) =>
    say(
      "add a mapper for the claim {0} (Client scopes › your scope › Mappers) with Add to access token on, or change the rule.",
      claim,
    ),
  issuer: translatable(
    "the issuer is the realm under its public host name: https://<host>/realms/<realm>. Compare it with the server's hostname setting.",
  ),
  registration: translatable(
    "create a client with Client authentication off and Standard flow on (Clients › Create client), and this URI under Valid redirect URIs.",
  ),
};
