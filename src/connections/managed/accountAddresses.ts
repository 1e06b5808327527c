import { readClaims } from "../../oauth/tokens/account.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";

/** The claims by which providers name people with an address. */
const claims = ["email", "preferred_username", "upn"] as const;

/**
 * The addresses by which an identity provider knows whoever signed in: those in the ID token, else in the access token, else what
 * they are called where that is an address. All of them count, since a person may choose one of them at some providers.
 */
export function accountAddresses({
  idToken,
  accessToken,
  account,
}: Pick<TokenSet, "idToken" | "accessToken" | "account">) {
  for (const token of [idToken, accessToken]) {
    const said = readClaims(token);
    const found = claims.map((name) => said?.[name]).filter((one) => typeof one === "string" && one.includes("@"));
    // An address that nobody has looked at may be anybody's.
    if (said?.email_verified === false) found.push(`${said.email ?? ""} (not verified)`);
    if (found.length > 0) return [...new Set(found as readonly string[])];
  }
  return account.label.includes("@") ? [account.label] : [];
}
