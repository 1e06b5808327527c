import type { Translate } from "../../failures/translate.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { type Account, accountAtIssuer, isNamed, issuerText } from "../../oauth/tokens/account.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { GatewaySummary } from "../gatewayStatus.ts";

/** How many characters a name has, and what tells it from another: a side bar is narrow, and more follows. */
const LONGEST_NAME = 28;
const LONGEST_MARK = 20;
/** Of a subject the end is shown, since those of one provider begin alike. */
const END_OF_SUBJECT = 6;

/**
 * Who is signed in, as short as it can be: the name alone. Where another gateway has an account of that name, it has what
 * tells them apart behind it: of another issuer the host, or the part in which their addresses differ, and of another account
 * at one issuer the end of its subject. The whole is in `wholeAccount`.
 *
 * @param all every gateway that is shown beside it
 * @returns undefined where nobody knows who it is
 */
export function shortAccount(tokens: TokenSet, all: readonly GatewaySummary[], say: Translate): string | undefined {
  const { account } = tokens;
  if (!isNamed(account)) return undefined;
  const label = foreignText(account.label, LONGEST_NAME);
  const name = account.machine ? say("{0} (machine)", label) : label;
  const { issuers, subjects } = namesakesOf(tokens, all);
  const marks = [
    ...(issuers.length > 0 ? [issuerMark(accountIssuer(tokens), issuers)] : []),
    ...(subjects.length > 0 ? [subjectMark(account.id, subjects)] : []),
  ];
  return marks.length === 0 ? name : say("{0} ({1})", name, marks.join(", "));
}

/** Who is signed in, in full: with the issuer, and with the subject where another account there has that name. */
export function wholeAccount(tokens: TokenSet, all: readonly GatewaySummary[], say: Translate): string {
  const { account } = tokens;
  const isDouble = namesakesOf(tokens, all).subjects.length > 0;
  const told: Account = isDouble ? { ...account, label: say("{0} ({1})", account.label, account.id) } : account;
  return accountAtIssuer({ ...tokens, account: told }, say);
}

/** The other issuers that have accounts of that name, and the subjects of the others at the same one. */
function namesakesOf(tokens: TokenSet, all: readonly GatewaySummary[]) {
  const { id, label } = tokens.account;
  const issuer = accountIssuer(tokens);
  const others = all.flatMap(({ state }) =>
    state.kind === "signedIn" && state.tokens.account.label === label ? [state.tokens] : [],
  );
  const here = others.filter((other) => accountIssuer(other) === issuer && other.account.id !== id);
  return {
    issuers: others.map(accountIssuer).filter((other) => other !== issuer),
    subjects: here.map(({ account }) => account.id),
  };
}

/** Where somebody has the account: at their company, where that lets them into the gateway. */
const accountIssuer = ({ server, enterprise }: TokenSet): string => enterprise?.issuer ?? server.issuer;

/** The part of an issuer's address that none of the others has in its place: the host, if that will do. */
function issuerMark(issuer: string, others: readonly string[]): string {
  const isApart = (partOf: (one: string) => string | undefined) =>
    others.every((other) => partOf(other) !== partOf(issuer));
  const host = hostOf(issuer);
  if (host !== undefined && host.length <= LONGEST_MARK && isApart(hostOf)) return foreignText(host);
  const parts = partsOf(issuer);
  const at = parts.findIndex((part, place) => part !== "" && isApart((one) => markOf(partsOf(one)[place])));
  return markOf(parts[at] ?? issuerText(issuer)) ?? "";
}

const markOf = (part: string | undefined): string | undefined =>
  part === undefined ? undefined : foreignText(part, LONGEST_MARK);

const hostOf = (issuer: string): string | undefined => (URL.canParse(issuer) ? new URL(issuer).host : undefined);

/** The labels of the host, its port, and the segments of the path. */
const partsOf = (issuer: string): readonly string[] => {
  const { hostname, port, pathname } = new URL(URL.canParse(issuer) ? issuer : "about:blank");
  return [...hostname.split("."), port, ...pathname.split("/")];
};

function subjectMark(subject: string, others: readonly string[]): string {
  const end = subject.slice(-END_OF_SUBJECT);
  const isShort = subject.length <= END_OF_SUBJECT || others.some((other) => other.endsWith(end));
  return isShort ? foreignText(subject, LONGEST_MARK) : `…${foreignText(end)}`;
}
