import { deviceCodeGrant } from "../signIn/deviceCode.ts";

/** What a company publishes about us, at the address that is our client ID (client ID metadata document, 4). */
export interface ClientMetadataDocument {
  readonly client_id: string;
  readonly client_name: string;
  readonly application_type: "native";
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  readonly token_endpoint_auth_method: "none";
}

/**
 * The document for an address. There is no secret in it, which a program on a person's computer could not keep (RFC 8252, 8.5).
 *
 * @param url as it will be asked for: the client ID is the same, byte for byte
 */
export const clientMetadataDocument = (url: string, redirectUris: readonly string[]): ClientMetadataDocument => ({
  client_id: url,
  client_name: "Gateway Connect",
  application_type: "native",
  redirect_uris: redirectUris,
  grant_types: ["authorization_code", "refresh_token", deviceCodeGrant],
  response_types: ["code"],
  token_endpoint_auth_method: "none",
});

/** The document as a file of it stands. */
export const documentText = (document: ClientMetadataDocument): string => `${JSON.stringify(document, null, 2)}\n`;
