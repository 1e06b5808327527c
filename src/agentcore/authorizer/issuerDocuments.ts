import type { JWK } from "jose";
import { askServer } from "../../lib/askServer.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { parseShallow } from "../../lib/json/parseShallow.ts";
import { MAX_DOCUMENT_DEPTH, requestPolicies } from "../../lib/limits.ts";
import { reachOf } from "../../lib/networkPlace.ts";
import { networkReason } from "../../lib/networkReason.ts";
import { parseUrl } from "../../lib/secureUrl.ts";

/** The issuer or its keys could not be read, which says nothing about the token. */
export class KeysUnavailable extends Error {}

/** What an issuer publishes about itself, as far as tokens are checked with it. */
export interface IssuerDocuments {
  readonly issuer: string;
  /** Where the keys are. */
  readonly jwksUri: string;
  readonly keys: readonly JWK[];
}

/**
 * Reads an issuer's discovery document (OpenID Connect Discovery 1.0, 4) and its keys. What is no key among them is
 * ignored, like a key of a kind that nobody knows here (RFC 7517, 5). Redirects are not followed.
 *
 * @throws KeysUnavailable with a reason that may be shown and logged
 */
export async function readIssuer(discoveryUrl: string, world: { readonly fetch: HttpFetch }): Promise<IssuerDocuments> {
  const { issuer, jwks_uri: jwksUri } = await readDocument(discoveryUrl, world);
  if (typeof issuer !== "string" || typeof jwksUri !== "string") {
    throw new KeysUnavailable(`${discoveryUrl} has no issuer or no jwks_uri`);
  }
  if (!mayName(discoveryUrl, jwksUri))
    throw new KeysUnavailable(`${discoveryUrl} names a place for its keys that is not safe`);
  const { keys } = await readDocument(jwksUri, world);
  if (!Array.isArray(keys)) throw new KeysUnavailable(`${jwksUri} has no list of keys`);
  return { issuer, jwksUri, keys: keys.filter(isKey) };
}

/** A document that came over https has its keys over https, and one from elsewhere none on this machine. */
function mayName(discoveryUrl: string, jwksUri: string): boolean {
  const [from, to] = [parseUrl(discoveryUrl), parseUrl(jwksUri)];
  if (!from || !to || (to.protocol !== "https:" && to.protocol !== "http:")) return false;
  return (from.protocol !== "https:" || to.protocol === "https:") && reachOf(from, to) !== "refused";
}

const isKey = (value: unknown): value is JWK =>
  typeof value === "object" && value !== null && typeof (value as JWK).kty === "string";

async function readDocument(
  url: string,
  world: { readonly fetch: HttpFetch },
): Promise<Readonly<Record<string, unknown>>> {
  const { status, ok, text } = await ask(url, world);
  if (!ok) throw new KeysUnavailable(`${url} answered with HTTP ${status}`);
  const value = jsonValue(text);
  if (typeof value !== "object" || value === null) throw new KeysUnavailable(`${url} has no JSON document`);
  return value as Readonly<Record<string, unknown>>;
}

async function ask(url: string, world: { readonly fetch: HttpFetch }) {
  try {
    const { status, ok, text } = await askServer({ url }, requestPolicies.keys, world);
    return { status, ok, text: await text() };
  } catch (cause) {
    throw new KeysUnavailable(`${url} could not be read: ${networkReason(cause).text}`, { cause });
  }
}

function jsonValue(text: string): unknown {
  try {
    return parseShallow(text, MAX_DOCUMENT_DEPTH);
  } catch {
    return undefined;
  }
}
