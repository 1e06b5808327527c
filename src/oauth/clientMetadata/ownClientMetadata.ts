import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { ClientSettings } from "../signIn/clientSettings.ts";
import { defaultRedirect, publishedRedirects } from "./publishedRedirects.ts";

declare const BUNDLED_CLIENT_METADATA_URL: string | undefined;

/** Where our own document is, as the build was told; undefined where nobody publishes one. */
export const ownMetadataUrl: string | undefined =
  (typeof BUNDLED_CLIENT_METADATA_URL === "string" && BUNDLED_CLIENT_METADATA_URL) || undefined;

/** The redirect URIs that our own document names. */
export const ownRedirects: readonly string[] = publishedRedirects(defaultRedirect);

/**
 * The address of the document that is the client at a provider which takes such documents: the company's, else our own where
 * it names the redirect URIs in use.
 *
 * @param own where our own is
 */
export function metadataUrlAt(
  { client_id_metadata_document_supported: isSupported }: AuthorizationServer,
  { clientMetadataUrl }: Pick<ClientSettings, "clientMetadataUrl">,
  redirectUris: readonly string[],
  own = ownMetadataUrl,
): string | undefined {
  if (isSupported !== true) return undefined;
  if (clientMetadataUrl) return clientMetadataUrl;
  return redirectUris.every((uri) => ownRedirects.includes(uri)) ? own : undefined;
}
