import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";

/** How a sign-in ended. `tokens` are absent where requests are signed with AWS credentials. */
export type SignInResult = { readonly kind: "signedIn"; readonly tokens?: TokenSet } | { readonly kind: "cancelled" };
