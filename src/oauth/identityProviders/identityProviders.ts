import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import { auth0 } from "./auth0.ts";
import { cognito } from "./cognito.ts";
import { entra, entraV1 } from "./entraId.ts";
import { generic } from "./generic.ts";
import { google } from "./google.ts";
import type { IdentityProvider } from "./identityProvider.ts";
import type { IdentityProviderId } from "./identityProviderIds.ts";
import { keycloak } from "./keycloak.ts";
import { okta, oktaOrg } from "./okta.ts";
import { pingFederate } from "./pingFederate.ts";

/** All products, in the order in which they are tried; the last one takes whatever is left. */
const providers: Readonly<Record<IdentityProviderId, IdentityProvider>> = {
  entra,
  entraV1,
  okta,
  oktaOrg,
  cognito,
  google,
  keycloak,
  pingFederate,
  auth0,
  generic,
};

/**
 * The product behind an issuer.
 *
 * @param chosen what the settings say, for a product that hides behind a proxy
 */
export function identityProviderOf(server: AuthorizationServer, chosen?: IdentityProviderId): IdentityProvider {
  if (chosen !== undefined) return providers[chosen];
  return Object.values(providers).find((provider) => provider.recognises(server)) ?? generic;
}

/** The product with this id. */
export const identityProvider = (id: IdentityProviderId): IdentityProvider => providers[id];
