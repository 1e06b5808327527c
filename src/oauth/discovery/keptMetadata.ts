import type { AuthorizationServer } from "oauth4webapi";
import { MAX_IN_METADATA, MAX_URL_LENGTH } from "../../lib/limits.ts";

/** Every endpoint that a token, a code or a person may be sent to. */
export const endpoints = [
  "authorization_endpoint",
  "token_endpoint",
  "revocation_endpoint",
  "registration_endpoint",
  "device_authorization_endpoint",
  "end_session_endpoint",
  "userinfo_endpoint",
] as const;

const lists = [
  "scopes_supported",
  "grant_types_supported",
  "token_endpoint_auth_methods_supported",
  "id_token_signing_alg_values_supported",
  "dpop_signing_alg_values_supported",
  "subject_types_supported",
  "authorization_grant_profiles_supported",
] as const;

const others = [
  "issuer",
  "jwks_uri",
  "authorization_response_iss_parameter_supported",
  "client_id_metadata_document_supported",
] as const;

/**
 * The members of an issuer's metadata that somebody here uses (RFC 8414, 2). They are kept with every connection and
 * every sign-in, and a document may have anything besides. A list that is none is as if it were not there.
 */
export function keptMetadata(document: Readonly<Record<string, unknown>>): AuthorizationServer {
  const used = [...endpoints, ...others].map((name) => [name, shortened(document[name])]);
  const named = lists.map((name) => [name, listOf(document[name])]);
  // PKCE depends on this one, so that whatever stands there counts.
  const methods = document.code_challenge_methods_supported ?? undefined;
  named.push(["code_challenge_methods_supported", methods && listOf([methods].flat().map(String))]);
  return Object.fromEntries([...used, ...named].filter(([, value]) => value !== undefined)) as AuthorizationServer;
}

/** No address is this long: what is left of it is none, and is refused as that. */
const shortened = (value: unknown): unknown =>
  typeof value === "string" && value.length > MAX_URL_LENGTH ? "" : value;

function listOf(value: unknown): unknown {
  if (!Array.isArray(value)) return undefined;
  return value.filter((item) => typeof item === "string" && item.length <= MAX_URL_LENGTH).slice(0, MAX_IN_METADATA);
}
