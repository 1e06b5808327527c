import type { AuthorizationServer } from "../../oauth/discovery/authorizationServer.ts";
import { takesIdentityAssertions } from "../../oauth/enterprise/enterpriseIdentityProvider.ts";
import type { ClientSettings } from "../../oauth/signIn/clientSettings.ts";

/** What decides whether a gateway is entered by way of the company where there is one and nobody has said how. */
export interface EnterpriseChoice {
  readonly server: AuthorizationServer;
  readonly settings: Pick<ClientSettings, "clientId" | "clientMetadataUrl">;
  /** A client that is known at the gateway's authorization server beforehand, besides one that is set. */
  readonly hasClient?: boolean;
}

/**
 * Whether a gateway is entered by way of the company: the gateway's authorization server says that it takes assertions, and a
 * client is known by which the company's identity provider can name us. One that registered itself is
 * known to nobody there.
 */
export const goesByEnterprise = ({ server, settings, hasClient = false }: EnterpriseChoice): boolean =>
  takesIdentityAssertions(server) &&
  (hasClient || settings.clientId !== undefined || takesMetadataUrl(server, settings));

/** Whether the company's document is the client at an authorization server. */
export const takesMetadataUrl = (
  server: AuthorizationServer,
  { clientMetadataUrl }: EnterpriseChoice["settings"],
): boolean => clientMetadataUrl !== undefined && server.client_id_metadata_document_supported === true;
