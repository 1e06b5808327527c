import type { IdentityProvider } from "../identityProviders/identityProvider.ts";
import { audiencesOf } from "./account.ts";
import { type BearerToken, sentToken, type TokenSet } from "./tokenSet.ts";

/** Which audience the token of a gateway must have. */
export interface WantedAudience {
  /** As the settings name it; undefined leaves it to the gateway. */
  readonly audience: string | undefined;
  /** Which token the gateway gets. */
  readonly bearerToken: BearerToken;
  readonly provider: IdentityProvider;
}

/** The audiences of the token that a gateway gets, where the wanted one is not among them. */
export function otherAudiences(
  tokens: TokenSet,
  { audience, bearerToken, provider }: WantedAudience,
): readonly string[] | undefined {
  if (audience === undefined) return undefined;
  const { text } = sentToken(tokens, bearerToken);
  const found = (text === undefined ? undefined : audiencesOf(text)) ?? [];
  const isWanted = (one: string) => provider.isAudience?.(one, audience) ?? one === audience;
  return found.some(isWanted) ? undefined : found;
}
