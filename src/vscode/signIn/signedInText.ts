import type { Connection } from "../../connections/connection.ts";
import { accountAtIssuer, isNamed } from "../../oauth/tokens/account.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import { translate } from "../translate.ts";

/** That somebody has just signed in to a gateway, and who, where that is known. */
export const signedInText = ({ name }: Connection, tokens: TokenSet): string =>
  isNamed(tokens.account)
    ? translate("Signed in to {0} as {1}.", name, accountAtIssuer(tokens, translate))
    : translate("Signed in to {0}.", name);

/** That somebody is signed in to a gateway already. */
export const isSignedInText = ({ name }: Connection, tokens: TokenSet): string =>
  isNamed(tokens.account)
    ? translate("You are signed in to {0} as {1}.", name, accountAtIssuer(tokens, translate))
    : translate("You are signed in to {0}.", name);
