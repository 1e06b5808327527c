import { Provider } from "oidc-provider";
import { exchangeIdentity } from "../enterprise/exchangeIdentity.ts";
import { faultsRoute } from "../faults/faultsRoute.ts";
import { faultyAnswers } from "../faults/faultyAnswers.ts";
import { askForConsent } from "./askForConsent.ts";
import { atEndpoints } from "./atEndpoints.ts";
import type { IdentityProviderOptions } from "./identityProviderOptions.ts";
import { profileAnswers } from "./profileAnswers.ts";
import { profileRequests } from "./profileRequests.ts";
import { type ProviderWorld, providerConfiguration } from "./providerConfiguration.ts";
import { recordingMiddleware } from "./recordingMiddleware.ts";
import type { ClientSecrets } from "./registeredClients.ts";
import { signInRoutes } from "./signInRoutes.ts";
import { workloadAssertions } from "./workloadAssertions.ts";

/** What an identity provider has between its start and its next one. */
interface ProviderState
  extends Pick<ProviderWorld, "profile" | "addresses" | "accounts" | "keys" | "store" | "ledger">,
    Pick<ClientSecrets, "machine" | "machineKey" | "appSecret"> {
  /** The `jti` of an access token that was signed here and has not expired. */
  readonly tokenId: (token: string) => Promise<string | undefined>;
}

/** Answers requests as the identity provider of a profile, with what it knows. */
export function providerHandler(options: IdentityProviderOptions, state: ProviderState) {
  const { profile, accessTokenSeconds, wantsNonces, resourceRefusal, faults, workloadIssuer, applications } = options;
  const { addresses, accounts, keys, store, ledger, machine, machineKey, appSecret, tokenId } = state;
  const secrets = { machine, machineKey, appSecret };
  const provider = new Provider(
    addresses.issuer,
    providerConfiguration({
      ...{ profile, addresses, accounts, keys, store, ledger, secrets, accessTokenSeconds, wantsNonces, faults },
    }),
  );
  provider.use(atEndpoints(profile, addresses));
  provider.use(faultsRoute(options.faultNames));
  provider.use(recordingMiddleware(ledger, profile, tokenId));
  provider.use(askForConsent(profile.routes.authorization));
  provider.use(faultyAnswers(profile.routes, faults));
  if (workloadIssuer !== undefined) {
    const { routes } = profile;
    provider.use(workloadAssertions({ routes, addresses, issuer: workloadIssuer, client: machine, faults }));
  }
  if (applications) {
    const { issuer } = addresses;
    const { token: tokenPath } = profile.routes;
    const clientId = profile.clients.app;
    provider.use(exchangeIdentity({ issuer, tokenPath, clientId, key: keys.published, applications, ledger, faults }));
  }
  provider.use(profileRequests(profile, { resourceRefusal, appSecret }));
  provider.use(profileAnswers(profile, addresses, profile.unpublishedKey && keys.access.privateJwk.kid));
  provider.use(signInRoutes(provider, { profile, addresses, accounts, asksConsent: options.asksConsent }));
  provider.on("grant.revoked", (_ctx, grantId) => {
    if (profile.revocation.cascades) ledger.revokeGrant(grantId);
  });
  provider.on("server_error", (_ctx, error) => options.log(`identity provider: ${error.stack ?? error.message}`));
  return provider.callback();
}
