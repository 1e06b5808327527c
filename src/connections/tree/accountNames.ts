import type { Translate } from "../../failures/translate.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { accountAtIssuer, isNamed } from "../../oauth/tokens/account.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { GatewaySummary } from "../gatewayStatus.ts";

/**
 * Who is signed in, as short as it can be: the name alone, with its issuer where another gateway has an account of that
 * name at another one, and with its subject where they are two accounts of one issuer.
 *
 * @param all every gateway that is shown beside it
 * @returns undefined where nobody knows who it is
 */
export function shortAccount(tokens: TokenSet, all: readonly GatewaySummary[], say: Translate): string | undefined {
  const { account } = tokens;
  if (!isNamed(account)) return undefined;
  const label = foreignText(account.machine ? say("{0} (machine)", account.label) : account.label);
  const namesakes = all.flatMap(({ state }) =>
    state.kind === "signedIn" && state.tokens.account.label === account.label ? [state.tokens] : [],
  );
  if (namesakes.some((other) => accountIssuer(other) === accountIssuer(tokens) && other.account.id !== account.id)) {
    const told = { ...account, label: say("{0} ({1})", account.label, account.id) };
    return accountAtIssuer({ ...tokens, account: told }, say);
  }
  if (namesakes.some((other) => accountIssuer(other) !== accountIssuer(tokens))) return accountAtIssuer(tokens, say);
  return label;
}

/** Where somebody has the account: at their company, where that lets them into the gateway. */
const accountIssuer = ({ server, enterprise }: TokenSet): string => enterprise?.issuer ?? server.issuer;
