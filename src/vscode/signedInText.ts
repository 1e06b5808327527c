import type { Connection } from "../connections/connection.ts";
import { type Account, accountText, isNamed } from "../oauth/tokens/account.ts";
import { translate } from "./translate.ts";

/** That somebody has just signed in to a gateway, and who, where that is known. */
export const signedInText = ({ name }: Connection, account: Account): string =>
  isNamed(account)
    ? translate("Signed in to {0} as {1}.", name, accountText(account, translate))
    : translate("Signed in to {0}.", name);

/** That somebody is signed in to a gateway already. */
export const isSignedInText = ({ name }: Connection, account: Account): string =>
  isNamed(account)
    ? translate("You are signed in to {0} as {1}.", name, accountText(account, translate))
    : translate("You are signed in to {0}.", name);
