import { redact } from "../lib/redact.ts";
import type { TokenSet } from "../oauth/tokens/tokenSet.ts";
import type { AccessReport } from "./accessReport.ts";

/** Shorter parts are words that stand elsewhere too. */
const SHORTEST_PART = 12;

/**
 * A report in which no secret of these tokens stands, wherever a server may have repeated one. Nothing puts them there in
 * the first place: this is the net, and the shapes that `redact` knows are the net below it.
 */
export function withoutSecrets(report: AccessReport, tokens: TokenSet | undefined): AccessReport {
  const whole = [tokens?.accessToken, tokens?.idToken, tokens?.refreshToken, tokens?.client.clientSecret];
  const secrets = whole
    .filter((secret) => secret !== undefined)
    .flatMap((secret) => [secret, ...secret.split(".").filter((part) => part.length >= SHORTEST_PART)])
    .filter((secret) => secret !== "")
    .sort((one, other) => other.length - one.length);
  const cleaned = (text: string): string =>
    redact(secrets.reduce((rest, secret) => rest.replaceAll(secret, "[token]"), text));
  return cleanedAll(report, cleaned) as AccessReport;
}

function cleanedAll(value: unknown, cleaned: (text: string) => string): unknown {
  if (typeof value === "string") return cleaned(value);
  if (Array.isArray(value)) return value.map((one) => cleanedAll(one, cleaned));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, cleanedAll(one, cleaned)]));
}
