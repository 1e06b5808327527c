import { decodeJwt, type JWTPayload } from "jose";
import { english, type Translate } from "../../failures/translate.ts";
import { foreignText } from "../../lib/foreignText.ts";

/** Whose token it is. */
export interface Account {
  /** The subject at the issuer. */
  readonly id: string;
  /** What people call it: a name, else an address, else the subject. */
  readonly label: string;
  /** It is a client that signed in as itself, with no person behind it. */
  readonly machine?: true;
}

type Claims = Readonly<Record<string, unknown>>;

/** The claims of a JWT, for showing only: nothing is verified here. Undefined for an opaque token. */
export function readClaims(token: string | undefined): JWTPayload | undefined {
  if (token === undefined) return undefined;
  try {
    return decodeJwt(token);
  } catch {
    return undefined;
  }
}

/** The claims with a name for people, where nothing particular is known of the provider. */
export const defaultNames: readonly string[] = ["name", "email", "preferred_username", "upn", "username"];

/** Stands for a person of whom nobody says anything. Each of their sign-ins has it, so that one replaces another. */
export const unnamed: Account = { id: "unknown", label: "unknown" };

/** Whether anything is known of a person; a machine is known by its client. */
export const isNamed = ({ id, label }: Account): boolean => id !== unnamed.id || label !== unnamed.label;

/**
 * Who signed in, read from the ID token and, where there is none, from the access token.
 *
 * @param names the claims with a name for people, best first
 * @returns one that `isNamed` does not take for tokens that say nothing about their person, such as opaque ones
 */
export const accountOf = (
  tokens: { readonly idToken?: string; readonly accessToken: string },
  names: readonly string[] = defaultNames,
): Account => accountFrom([readClaims(tokens.idToken), readClaims(tokens.accessToken)], names) ?? unnamed;

/**
 * Whose claims these are.
 *
 * @param all best first
 * @returns undefined where they have neither a subject nor a name
 */
export function accountFrom(all: readonly unknown[], names: readonly string[] = defaultNames): Account | undefined {
  const known = all.filter((claims): claims is Claims => typeof claims === "object" && claims !== null);
  const id = known.map(({ sub }) => text(sub)).find((sub) => sub !== undefined);
  const label = known.flatMap((claims) => names.map((name) => text(claims[name]))).find((name) => name !== undefined);
  if (id === undefined && label === undefined) return undefined;
  return { id: id ?? unnamed.id, label: foreignText(label ?? id ?? "") };
}

/**
 * A program that signed in as itself: its subject at the issuer, and the name by which its administrators know it.
 *
 * @param name the client ID, or what its platform calls a workload
 */
export function machineOf(accessToken: string, name: string): Account {
  return { id: text(readClaims(accessToken)?.sub) ?? name, label: foreignText(name), machine: true };
}

/** An account in a sentence, which says of a machine that it is one. */
export function accountText(account: Account, say: Translate = english): string {
  if (!isNamed(account)) return say("an account without a name");
  return account.machine ? say("the machine {0}", account.label) : account.label;
}

/** An issuer as people read it. It differs from that of another tenant or server, which a host need not. */
export const issuerText = (issuer: string): string => foreignText(issuer.replace(/^https:\/\//, "").replace(/\/$/, ""));

/** Whose sign-in it is, and where. */
export interface AccountPlace {
  readonly account: Account;
  readonly server: { readonly issuer: string };
  /** The company that the account is one of, where that lets its people into the server. */
  readonly enterprise?: { readonly issuer: string };
}

/**
 * An account in a sentence with the issuer that it is one of: two of them may know people of one name. Of a sign-in by way of
 * a company both are named.
 *
 * @param signIn the tokens, or whatever has an account and its server
 */
export function accountAtIssuer({ account, server, enterprise }: AccountPlace, say: Translate = english): string {
  const person = foreignText(accountText(account, say));
  const issuer = issuerText(server.issuer);
  return enterprise
    ? say("{0} at {1}, for {2}", person, issuerText(enterprise.issuer), issuer)
    : say("{0} at {1}", person, issuer);
}

/** The audiences of an access token, or undefined where it names none (Cognito's do not). */
export function audiencesOf(accessToken: string): string[] | undefined {
  const aud = readClaims(accessToken)?.aud;
  return aud === undefined ? undefined : [aud].flat();
}

/** The key that an access token says it is bound to (RFC 9449, 6.1), or undefined where it does not say so. */
export function boundKeyOf(accessToken: string): string | undefined {
  const cnf = readClaims(accessToken)?.cnf;
  return typeof cnf === "object" && cnf !== null ? text((cnf as { readonly jkt?: unknown }).jkt) : undefined;
}

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
