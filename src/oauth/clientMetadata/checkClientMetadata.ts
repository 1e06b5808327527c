import type { MetadataDocumentFault } from "../../failures/clientMetadataFacts.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { type AskedWorld, askServer, type LimitedAnswer } from "../../lib/askServer.ts";
import { isTooLarge } from "../../lib/httpPort.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { requestPolicies } from "../../lib/limits.ts";
import { networkReason } from "../../lib/networkReason.ts";
import { metadataAddressFault } from "./metadataAddress.ts";

/** What identity providers read of a document at the most, in bytes (client ID metadata document, 6.6). */
export const LARGEST_DOCUMENT = 5 * 1024;

/** How a client authenticates whose secret both sides know, which a public document cannot have. */
const withSecrets: ReadonlySet<unknown> = new Set(["client_secret_basic", "client_secret_post", "client_secret_jwt"]);

/**
 * An address that can be a client ID.
 *
 * @throws GatewayFailure `client_metadata_address_refused`
 */
export function metadataAddress(input: string): string {
  const address = input.trim();
  const fault = metadataAddressFault(address);
  if (!fault) return address;
  const spelled = fault === "spelling" && { spelled: new URL(address).href };
  throw new GatewayFailure("client_metadata_address_refused", { input: address, fault, ...spelled });
}

/**
 * Fetches a published document as an identity provider would, and looks whether it is the right one.
 *
 * @param redirectUris all that it has to name; it may name more
 * @throws GatewayFailure `client_metadata_address_refused`, `client_metadata_wrong` with all that is wrong at once
 */
export async function checkClientMetadata(
  input: string,
  redirectUris: readonly string[],
  world: AskedWorld,
): Promise<void> {
  const url = metadataAddress(input);
  const faults = await faultsAt(url, redirectUris, world);
  if (faults.length > 0) throw new GatewayFailure("client_metadata_wrong", { url, faults });
}

async function faultsAt(
  url: string,
  redirectUris: readonly string[],
  world: AskedWorld,
): Promise<readonly MetadataDocumentFault[]> {
  let answer: LimitedAnswer;
  let bytes: Uint8Array;
  try {
    answer = await askServer({ url, headers: { accept: "application/json" } }, requestPolicies.clientMetadata, world);
    bytes = await answer.bytes();
  } catch (error) {
    world.signal?.throwIfAborted();
    if (isTooLarge(error))
      return [{ kind: "size", bytes: requestPolicies.clientMetadata.maxBytes, most: LARGEST_DOCUMENT }];
    return [{ kind: "unreachable", reason: networkReason(error).text }];
  }
  const { status } = answer;
  if (status >= 300 && status < 400) return [{ kind: "redirect", to: answer.headers.get("location") ?? "" }];
  if (status !== 200) return [{ kind: "status", status }];
  const contentType = (answer.headers.get("content-type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  return [
    ...(/^application\/(json|[\w.-]+\+json)$/.test(contentType)
      ? []
      : [{ kind: "contentType", found: contentType } as const]),
    ...(bytes.length > LARGEST_DOCUMENT
      ? [{ kind: "size", bytes: bytes.length, most: LARGEST_DOCUMENT } as const]
      : []),
    ...faultsIn(objectIn(bytes), url, redirectUris),
  ];
}

function faultsIn(
  document: JsonObject | undefined,
  url: string,
  redirectUris: readonly string[],
): readonly MetadataDocumentFault[] {
  if (!document) return [{ kind: "json" }];
  const { client_id: id, redirect_uris: uris, token_endpoint_auth_method: method } = document;
  const named: readonly unknown[] = Array.isArray(uris) ? uris : [];
  const missing = redirectUris.filter((uri) => !named.includes(uri));
  const secret = document.client_secret !== undefined ? "client_secret" : withSecrets.has(method) ? String(method) : "";
  return [
    ...(id === url ? [] : [{ kind: "clientId", found: typeof id === "string" ? id : "" } as const]),
    ...(missing.length === 0 ? [] : [{ kind: "redirectUris", missing } as const]),
    ...(secret === "" ? [] : [{ kind: "secret", found: secret } as const]),
  ];
}

function objectIn(bytes: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
