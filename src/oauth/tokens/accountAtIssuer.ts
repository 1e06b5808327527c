import { foreignText } from "../../lib/foreignText.ts";
import { asAccount, isNamed } from "./account.ts";
import type { TokenSet } from "./tokenSet.ts";

/** What follows "signed in" in a sentence: whose account it is and at whom, since two issuers may have accounts of one name. */
export const accountAtIssuer = ({ account, server }: Pick<TokenSet, "account" | "server">): string =>
  isNamed(account) ? `${asAccount(account)} (${foreignText(new URL(server.issuer).host)})` : "";
