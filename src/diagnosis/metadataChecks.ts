import { shownValue } from "../agentcore/authorizer/decisionText.ts";
import { english } from "../failures/translate.ts";
import { isTexts } from "../lib/json/jsonObject.ts";
import { isLoopback, isSecureUrl, parseUrl } from "../lib/secureUrl.ts";
import { metadataLocations } from "../oauth/discovery/authorizationServer.ts";
import { fetchMetadata } from "../oauth/discovery/fetchMetadata.ts";
import { endpoints } from "../oauth/discovery/keptMetadata.ts";
import type { AccessCheck } from "./accessReport.ts";
import type { AccessWorld } from "./askedAccess.ts";

/** Members that are lists of texts (RFC 8414, 2). */
const lists = [
  "scopes_supported",
  "response_types_supported",
  "grant_types_supported",
  "token_endpoint_auth_methods_supported",
  "code_challenge_methods_supported",
  "id_token_signing_alg_values_supported",
] as const;

/**
 * What makes no sense in the metadata of an issuer. A sign-in leaves such a member out where it does not need it, so that
 * nobody would learn why sign-out revokes nothing, for instance.
 */
export async function metadataChecks(issuer: string, world: AccessWorld): Promise<AccessCheck[]> {
  const document = await documentOf(issuer, world);
  if (!document) return [];
  const { say = english } = world;
  const isLocal = isLoopback(new URL(issuer).hostname);
  const given = (name: string): unknown => document[name] ?? undefined;
  return [
    ...endpoints
      .filter((name) => given(name) !== undefined && !isEndpoint(given(name), isLocal))
      .map(atFault(say("an https address"))),
    ...lists.filter((name) => given(name) !== undefined && !isTexts(given(name))).map(atFault(say("a list of texts"))),
  ];

  function atFault(expected: string): (name: string) => AccessCheck {
    return (name) => ({
      what: say("Its metadata makes sense: {0}", name),
      state: "note",
      expected,
      found: shownValue(given(name)) || say("an empty text"),
      fix: say(
        "The identity provider's metadata is at fault, and this member counts as if it were not there: tell whoever runs it.",
      ),
    });
  }
}

async function documentOf(issuer: string, world: AccessWorld): Promise<Readonly<Record<string, unknown>> | undefined> {
  for (const location of metadataLocations(new URL(issuer))) {
    const document = await fetchMetadata(location, world).catch(() => undefined);
    world.signal.throwIfAborted();
    if (typeof document?.issuer === "string") return document;
  }
  return undefined;
}

function isEndpoint(value: unknown, isLocal: boolean): boolean {
  const url = typeof value === "string" ? parseUrl(value) : undefined;
  return url !== undefined && isSecureUrl(url) && (isLocal || url.protocol === "https:");
}
