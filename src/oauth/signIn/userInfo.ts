import { askServer } from "../../lib/askServer.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { requestPolicies } from "../../lib/limits.ts";
import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";
import { type Account, accountFrom } from "../tokens/account.ts";
import { presentToken } from "../tokens/presentToken.ts";
import type { SignInRequest } from "./signInRequest.ts";

/** What was granted, as far as it matters here. */
interface Granted {
  readonly accessToken: string;
  readonly scopes: readonly string[];
  readonly isBound?: true;
}

/**
 * Who signed in, asked of the provider (OpenID Connect Core, 5.3) where the tokens do not say it. Only a provider that lists
 * the place is asked, and only where `openid` was granted, without which it would refuse.
 *
 * @returns undefined where it does not say so: nobody is kept from signing in by a name
 */
export async function userInfo(
  { server, identityProvider, proofKey }: Pick<SignInRequest, "server" | "identityProvider" | "proofKey">,
  { accessToken: text, scopes, isBound }: Granted,
  world: { readonly fetch: HttpFetch },
): Promise<Account | undefined> {
  const url = parseUrl(server.userinfo_endpoint ?? "");
  if (!url || !isSecureUrl(url) || !scopes.includes("openid")) return undefined;
  try {
    const request = { url, headers: { accept: "application/json" } };
    const answer = await presentToken(request, { text, ...(isBound && proofKey && { proofKey }) }, (headers) =>
      askServer({ url, headers }, requestPolicies.userInfo, world),
    );
    if (!answer.ok) {
      await answer.cancel();
      return undefined;
    }
    return accountFrom([await answer.json()], identityProvider.nameClaims);
  } catch {
    return undefined;
  }
}
