import { GatewayFailure } from "../../failures/failure.ts";
import { isSameAddress } from "../../lib/sameAddress.ts";
import { timeText } from "../../lib/timeText.ts";
import { readClaims } from "../tokens/account.ts";

/** More than any platform's token has, in characters. Headers of servers end at 8 to 16 kB. */
export const LONGEST_TOKEN = 16 * 1024;

/** How wrong a clock may be, in milliseconds: a token that ended a moment ago is the server's to refuse. */
const CLOCK_TOLERANCE_MS = 60_000;

/** A workload's token that may be sent, and what an administrator has to know to trust it. */
export interface CheckedToken {
  readonly jwt: string;
  readonly issuer: string;
  readonly subject: string;
}

/**
 * Looks at a workload's token before anybody gets it: that it is one signed JWT, has not ended, and is for whom it will be
 * sent to. Whoever gets a token for somebody else could use it there. Its signature is the server's to look at.
 *
 * @param text what the source gave
 * @param source in words
 * @param now milliseconds since the epoch
 * @throws GatewayFailure `workload_token_invalid`, `workload_token_expired`, `workload_audience_mismatch`
 */
export function checkedToken(
  text: string,
  { source, audience, now }: { readonly source: string; readonly audience: string; readonly now: number },
): CheckedToken {
  const invalid = (reason: string) => new GatewayFailure("workload_token_invalid", { source, reason });
  if (text.length > LONGEST_TOKEN) throw invalid("it is longer than any such token");
  const jwt = text.trim();
  if (/\s/.test(jwt)) throw invalid("it has several words or lines");
  if (/^[\w-]+(\.[\w-]*){4}$/.test(jwt)) throw invalid("it is encrypted, so that nobody can see for whom it is");
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(jwt)) throw invalid("it is not a JWT that says when it expires");
  const { exp, aud, iss, sub } = readClaims(jwt) ?? {};
  if (typeof exp !== "number") throw invalid("it is not a JWT that says when it expires");
  if (exp * 1000 + CLOCK_TOLERANCE_MS <= now)
    throw new GatewayFailure("workload_token_expired", { source, ended: timeText(exp) });
  const found = [aud ?? []].flat().filter((one) => typeof one === "string");
  if (!found.some((one) => isSameAddress(one, audience))) {
    throw new GatewayFailure("workload_audience_mismatch", { source, expected: audience, found });
  }
  return { jwt, issuer: textOf(iss), subject: textOf(sub) };
}

const textOf = (claim: unknown): string => (typeof claim === "string" && claim !== "" ? claim : "unknown");
