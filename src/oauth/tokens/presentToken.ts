import { bearerHeader } from "../../lib/bearer.ts";
import type { HttpRequest } from "../../lib/httpPort.ts";
import type { TokenToSend } from "./tokenSet.ts";

/** A request that is to have a token, with everything that a proof of possession would have to name. */
export interface RequestWithToken extends HttpRequest {
  readonly url: string | URL;
}

/**
 * The headers of a request that presents a token (RFC 6750, 2.1), to a gateway mostly. Whoever sends a token takes them from
 * here, so that another way to present one has one place. A promise, since a proof is signed.
 *
 * @param token undefined where the gateway asks for none: what the request itself has is left out all the same
 */
export async function presentToken(
  { headers = {} }: RequestWithToken,
  token: Pick<TokenToSend, "text"> | undefined,
): Promise<Readonly<Record<string, string>>> {
  const given = Object.entries(headers).filter(([name]) => name.toLowerCase() !== "authorization");
  const presented = token?.text === undefined ? {} : { authorization: bearerHeader(token.text) };
  return { ...Object.fromEntries(given), ...presented };
}
