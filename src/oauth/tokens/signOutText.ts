import { foreignText } from "../../lib/foreignText.ts";
import type { RevocationReport, RevocationStep } from "./revocationReport.ts";

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
 * @param time gives a moment, in milliseconds since the epoch, as the person's clock shows it
 */
export function signOutText(
  name: string,
  report: RevocationReport | undefined,
  time: (moment: number) => string,
  sharing?: SharingGateways,
): string {
  const others = sharing?.names.join(" and ") ?? "";
  if (sharing && !sharing.ended) return `Signed out of ${name}. The sign-in goes on for ${others}.`;
  if (!report) return `Signed out of ${name}. There was no token to revoke.`;
  const issuer = foreignText(report.issuer);
  const revoked = report.steps.filter(({ kind }) => kind === "revoked").map(({ token }) => token);
  const notOffered = report.steps.filter(({ kind }) => kind === "notOffered").map(({ token }) => token);
  const failed = report.steps.filter((step) => step.kind === "failed");
  const sentences = [`Signed out of ${name}. The tokens were deleted from this computer.`];
  if (sharing) sentences.push(`The same sign-in has ended for ${others}.`);
  if (revoked.length > 0) sentences.push(`Revoked at ${issuer}: ${revoked.join(" and ")}.`);
  if (notOffered.length > 0) {
    sentences.push(`${issuer} offers no way to revoke the ${notOffered.join(" and the ")}.`);
  }
  if (report.reach !== undefined && !allRevoked(report)) sentences.push(report.reach);
  for (const step of failed) sentences.push(failedSentence(issuer, step));
  if (report.passesOfflineUntil !== undefined) {
    sentences.push(
      `A copy of the token would still pass a gateway that checks it without asking the provider until ${time(report.passesOfflineUntil)}.`,
    );
  }
  return sentences.join(" ");
}

const failedSentence = (issuer: string, step: Extract<RevocationStep, { kind: "failed" }>): string =>
  `The ${step.token} could not be revoked at ${issuer} (${step.reason}).`;

/** Whether everything the person had was revoked, so that there is nothing to warn about. */
export const allRevoked = (report: RevocationReport | undefined): boolean =>
  report === undefined || report.steps.every(({ kind }) => kind === "revoked");
