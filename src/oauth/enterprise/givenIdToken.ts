import type { EnterpriseFacts } from "../../failures/enterpriseFacts.ts";
import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import { isSameAddress } from "../../lib/sameAddress.ts";
import { timeText } from "../../lib/timeText.ts";
import { readClaims } from "../tokens/account.ts";
import { type ReadCredential, sourceText } from "../tokens/clientCredential.ts";
import type { GivenIdentity } from "./enterpriseGrant.ts";

/**
 * Reads an ID token that somebody else obtains. It is looked at before it is sent: one of another issuer or for another client
 * would be handed to somebody whom it is not for.
 *
 * @throws GatewayFailure `given_id_token_unusable`
 */
export async function givenIdToken(
  { place, server, client }: GivenIdentity,
  { now, readCredential }: { readonly now: () => number; readonly readCredential?: ReadCredential | undefined },
): Promise<string> {
  const { issuer } = server;
  const unusable = (problem: EnterpriseFacts["given_id_token_unusable"]["problem"], found: string) =>
    new GatewayFailure("given_id_token_unusable", { source: sourceText(place), issuer, problem, found });
  const text = await readCredential?.(place).catch((error: unknown) => {
    throw isFailure(error, "credential_unreadable") ? unusable("unreadable", error.facts.reason) : error;
  });
  const claims = readClaims(text);
  if (text === undefined || !claims) throw unusable("form", "something else");
  if (typeof claims.iss !== "string" || !isSameAddress(claims.iss, issuer)) {
    throw unusable("issuer", String(claims.iss));
  }
  const audiences = [claims.aud ?? []].flat();
  if (!audiences.includes(client.clientId)) throw unusable("client", audiences.join(", ") || "nobody");
  if (typeof claims.exp !== "number" || claims.exp * 1000 <= now()) {
    throw unusable("expired", typeof claims.exp === "number" ? timeText(claims.exp) : "no time");
  }
  return text;
}
