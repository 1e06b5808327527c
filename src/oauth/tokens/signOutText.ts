import { english, type Translate } from "../../failures/translate.ts";
import type { FailureWords } from "../../failures/wording.ts";
import { foreignText } from "../../lib/foreignText.ts";
import type { TokenKind } from "../identityProviders/identityProvider.ts";
import { accountAtIssuer, isNamed } from "./account.ts";
import type { EndedCompany, RevocationReport, RevocationStep } from "./revocationReport.ts";

/** How a sign-out is told to the person who reads it. */
export interface SignOutWords {
  /** Gives a moment, in milliseconds since the epoch, as the person's clock shows it. */
  readonly time: (moment: number) => string;
  readonly failureWords: FailureWords;
  /** English where there is none. */
  readonly say?: Translate;
  /** Whether the gateway was removed with it, which is then what is told. */
  readonly isRemoved?: boolean;
  /** Whether requests were signed with AWS credentials. */
  readonly isSigned?: boolean | undefined;
  /** What became of the sign-in at the company's identity provider, where there was one. */
  readonly company?: EndedCompany | undefined;
}

export interface SharingGateways {
  readonly names: readonly string[];
  /** Whether the sign-in has ended for them too. */
  readonly ended: boolean;
}

/**
 * The truth about a sign-out in words: what was revoked, what could not be, and until when an issued token passes.
 *
 * @param name the gateway's name
 * @param report undefined when nobody was signed in
 * @param sharing the other gateways that use the same sign-in
 */
export function signOutText(
  name: string,
  report: RevocationReport | undefined,
  { time, failureWords, say = english, isRemoved = false, isSigned = false, company }: SignOutWords,
  sharing?: SharingGateways,
): string {
  const both = (names: readonly string[]) => names.reduce((some, one) => say("{0} and {1}", some, one));
  const others = sharing ? both(sharing.names) : "";
  if (sharing && !sharing.ended) {
    return isRemoved
      ? say("Removed {0}. The sign-in goes on for {1}.", name, others)
      : say("Signed out of {0}. The sign-in goes on for {1}.", name, others);
  }
  if (isSigned) {
    const kept = say("The AWS keys are forgotten. The AWS CLI stays signed in: its sign-in is not ours to end.");
    return isRemoved ? say("Removed {0}. {1}", name, kept) : say("Signed out of {0}. {1}", name, kept);
  }
  if (!report) {
    return isRemoved
      ? say("Removed {0}. There was no token to revoke.", name)
      : say("Signed out of {0}. There was no token to revoke.", name);
  }
  const issuer = foreignText(report.issuer);
  const revoked = report.steps.filter(({ kind }) => kind === "revoked").map(({ token }) => tokenText(token, say));
  const notOffered = report.steps.filter(({ kind }) => kind === "notOffered");
  const failed = report.steps.filter((step) => step.kind === "failed");
  const { account, left } = report;
  const sentences = [left ? leftSentence(name, isRemoved, say) : deletedSentence(name, isRemoved, say)];
  if (left) {
    const { detail, nextStep } = failureWords(left);
    sentences.push(detail, nextStep);
  }
  if (isNamed(account)) {
    sentences.push(say("The account was {0}.", accountAtIssuer({ account, server: { issuer: report.issuer } }, say)));
  }
  if (sharing) sentences.push(say("The same sign-in has ended for {0}.", others));
  if (revoked.length > 0) sentences.push(say("Revoked at {0}: {1}.", issuer, both(revoked)));
  if (notOffered.length > 0) {
    const named = notOffered.map(({ token }) => theToken(token, say));
    sentences.push(say("{0} offers no way to revoke {1}.", issuer, both(named)));
  }
  if (report.reach !== undefined && revoked.length < report.steps.length) sentences.push(report.reach);
  for (const step of failed) sentences.push(failedSentence(issuer, step, say));
  if (company) sentences.push(companySentence(company, say));
  if (report.passesOfflineUntil !== undefined) sentences.push(passesText(report.passesOfflineUntil, time, say));
  return sentences.join(" ");
}

/** Until when an issued token passes, which nobody can change any more. */
export const passesText = (moment: number, time: SignOutWords["time"], say: Translate): string =>
  say(
    "A copy of the token would still pass a gateway that checks it without asking the provider until {0}.",
    time(moment),
  );

/** The sign-in at the company is one for all its gateways, so that it does not end with each of them. */
function companySentence({ issuer, isGiven, revocation }: EndedCompany, say: Translate): string {
  const company = foreignText(issuer);
  if (isGiven) return say("The ID token of {0} is another program's, and was left alone.", company);
  if (!revocation) return say("The sign-in at your company, {0}, goes on for other gateways.", company);
  const step = revocation.steps.find(({ token }) => token === "refresh token");
  switch (step?.kind) {
    case undefined:
      return say("The sign-in at your company, {0}, has ended here too.", company);
    case "revoked":
      return say("The sign-in at your company, {0}, has ended too: its refresh token was revoked.", company);
    case "notOffered":
      return say(
        "The sign-in at your company, {0}, has ended here too. It offers no way to revoke the refresh token.",
        company,
      );
    case "failed":
      return say(
        "The sign-in at your company, {0}, has ended here. Its refresh token could not be revoked there ({1}).",
        ...[company, step.reason],
      );
  }
}

const deletedSentence = (name: string, isRemoved: boolean, say: Translate): string =>
  isRemoved
    ? say("Removed {0}. Its tokens were deleted from this computer.", name)
    : say("Signed out of {0}. The tokens were deleted from this computer.", name);

const leftSentence = (name: string, isRemoved: boolean, say: Translate): string =>
  isRemoved
    ? say(
        "Removed {0}, but its tokens are still in the secret storage of this computer, which did not delete them.",
        name,
      )
    : say(
        "Signed out of {0}, but the tokens are still in the secret storage of this computer, which did not delete them.",
        name,
      );

const failedSentence = (issuer: string, step: Extract<RevocationStep, { kind: "failed" }>, say: Translate): string =>
  step.token === "refresh token"
    ? say("The refresh token could not be revoked at {0} ({1}).", issuer, step.reason)
    : say("The access token could not be revoked at {0} ({1}).", issuer, step.reason);

const tokenText = (token: TokenKind, say: Translate): string =>
  token === "refresh token" ? say("refresh token") : say("access token");

const theToken = (token: TokenKind, say: Translate): string =>
  token === "refresh token" ? say("the refresh token") : say("the access token");

/** Whether everything the person had was revoked and deleted, so that there is nothing to warn about. */
export const allRevoked = (report: RevocationReport | undefined, company?: EndedCompany): boolean =>
  [report, company?.revocation].every(
    (one) => one === undefined || (one.left === undefined && one.steps.every(isRevoked)),
  );

const isRevoked = ({ kind }: RevocationStep): boolean => kind === "revoked";
