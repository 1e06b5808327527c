import { ProtocolError } from "@modelcontextprotocol/client";
import { reachOf } from "../lib/networkPlace.ts";
import { isSecureUrl, parseUrl } from "../lib/secureUrl.ts";
import type { Json } from "./passThrough.ts";
import { INVALID_PARAMS } from "./peer.ts";

/** JSON-RPC code of an error that asks for pages to be opened first (2025-11-25, client/elicitation). */
export const URL_ELICITATION_REQUIRED = -32042;

/** A question of a server by its method: in a request of its own, or within an `input_required` result. */
interface Question {
  readonly method?: unknown;
  readonly params?: Json | undefined;
}

/**
 * Refuses a question that would have a person open anything else than a page over https, or of this machine: hosts hand
 * the address to the system, where `file:` opens programs and `javascript:` runs them (2025-11-25, client/elicitation,
 * safe URL handling). A page of this machine, or of a cloud's metadata service, is named by a server that is there itself
 * alone: by http it is for development (there, "SHOULD use HTTPS"), and what listens here would be asked by a browser that it trusts.
 *
 * @param server where the server is; undefined for a program of this machine
 * @throws ProtocolError whose message says so
 */
export function refuseUnsafeUrl({ method, params }: Question, server: URL | undefined): void {
  if (method === "elicitation/create" && params?.mode === "url") refuseUnlessSafe(params.url, server);
}

/** The same for all that an `input_required` result asks (2026-07-28, basic/patterns/mrtr). @throws ProtocolError */
export function refuseUnsafeInput({ inputRequests }: Json, server: URL | undefined): void {
  for (const question of Object.values((inputRequests ?? {}) as Readonly<Record<string, Question | null>>)) {
    if (question) refuseUnsafeUrl(question, server);
  }
}

/** The error itself, or one in its place that has none of its addresses where one of them is not safe to open. */
export function withSafeUrls(error: ProtocolError, server: URL | undefined): ProtocolError {
  if (error.code !== URL_ELICITATION_REQUIRED) return error;
  const { elicitations } = (error.data ?? {}) as { readonly elicitations?: unknown };
  try {
    for (const asked of Array.isArray(elicitations) ? (elicitations as (Json | null)[]) : []) {
      if (asked?.url !== undefined) refuseUnlessSafe(asked.url, server);
    }
    return error;
  } catch (refusal) {
    return refusal as ProtocolError;
  }
}

const thisMachine = new URL("http://localhost");

function refuseUnlessSafe(address: unknown, server: URL | undefined): void {
  const url = typeof address === "string" ? parseUrl(address) : undefined;
  if (url && isSecureUrl(url)) {
    if (reachOf(server ?? thisMachine, url) !== "refused") return;
    throw new ProtocolError(
      INVALID_PARAMS,
      "The server asked for an address to be opened that it has no business with: a page that others can reach was expected, and it is one of this computer, or where metadata services of clouds are. It was not passed on.",
    );
  }
  const found = url === undefined ? "what it gave is no address" : `it begins with ${url.protocol}`;
  throw new ProtocolError(
    INVALID_PARAMS,
    `The server asked for an address to be opened that is not safe to open: https was expected, and ${found}. It was not passed on.`,
  );
}
