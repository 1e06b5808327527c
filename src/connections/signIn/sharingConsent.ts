import { audiencesOf } from "../../oauth/tokens/account.ts";
import { type BearerToken, sentToken, type TokenSet } from "../../oauth/tokens/tokenSet.ts";

/** What a person agreed to when one gateway was to use the sign-in of another. */
export interface GivenConsent {
  readonly kind: "given";
  /** Whose sign-in: the subject and its issuer. */
  readonly account: { readonly issuer: string; readonly id: string };
  /** Whom the token names as its audience; empty for a token that names nobody or cannot be read. */
  readonly audience: string;
  /** The host of the gateway the sign-in was made for. */
  readonly from: string;
  /** The host of the gateway that uses it too. */
  readonly to: string;
}

/** A person's consent that one gateway uses the sign-in of another, as it is kept with the connection that does. */
export type SharingConsent =
  | GivenConsent
  /**
   * The sign-in that was in use when the list was written by version 1 of its format, which kept no consents. That
   * version asked in the editor's dialog before it shared a sign-in, so whoever shares one has agreed to that one.
   */
  | { readonly kind: "beforeRecords"; readonly sessionId: string };

/** What a connection tells about itself here. */
interface SharingConnection {
  readonly id: string;
  readonly url: string;
  readonly sharing?: SharingConsent;
}

/** The host of a gateway, with its port: two gateways of one host belong to the same people. */
export const gatewayHost = (url: string): string => new URL(url).host;

/**
 * The consent that a connection needs to use a sign-in.
 *
 * @param url the address of the connection's gateway
 * @param from the host of the gateway that the sign-in was made for
 * @param bearer which of its tokens the connection's gateway gets
 */
export function neededConsent(
  tokens: TokenSet,
  url: string,
  { from, bearer }: { readonly from: string; readonly bearer: BearerToken },
): GivenConsent {
  const { text } = sentToken(tokens, bearer);
  const audiences = (text === undefined ? undefined : audiencesOf(text)) ?? [];
  return {
    kind: "given",
    account: { issuer: tokens.server.issuer, id: tokens.account.id },
    audience: tokens.boundAudience ?? tokens.resource ?? [...audiences].sort().join(" "),
    from,
    to: gatewayHost(url),
  };
}

/** Whether what was agreed to is what is needed, in every part. */
export const isSameConsent = (given: SharingConsent | undefined, needed: GivenConsent): boolean =>
  given?.kind === "given" &&
  given.account?.issuer === needed.account.issuer &&
  given.account.id === needed.account.id &&
  given.audience === needed.audience &&
  given.from === needed.from &&
  given.to === needed.to;

/**
 * Whether a connection may use a sign-in: its own, one of the same gateway host, or one the person agreed to share.
 *
 * @param madeFor the host of the gateway that the sign-in was made for, undefined where nobody knows it any more
 * @param bearer which of its tokens the connection's gateway gets, asked only where it matters
 */
export function mayUse(
  { id, url, sharing }: SharingConnection,
  tokens: TokenSet,
  { madeFor, bearer }: { readonly madeFor: string | undefined; readonly bearer: () => BearerToken },
): boolean {
  if (tokens.connectionId === id || madeFor === gatewayHost(url)) return true;
  if (sharing?.kind === "beforeRecords") return sharing.sessionId === tokens.sessionId;
  if (madeFor === undefined || !sharing) return false;
  return isSameConsent(sharing, neededConsent(tokens, url, { from: madeFor, bearer: bearer() }));
}
