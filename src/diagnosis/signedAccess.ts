import { awsSigningOf } from "../connections/aws/awsSigning.ts";
import { type AnyFailure, asFailure, type FailureCode } from "../failures/failure.ts";
import { english, type Translate } from "../failures/translate.ts";
import { drained } from "../lib/httpPort.ts";
import { accessSentence } from "./accessOutcome.ts";
import type { AccessCheck, AccessReport } from "./accessReport.ts";
import type { AccessWorld, AskedAccess, SignedAccess } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";
import { harmlessRequest } from "./harmlessRequest.ts";
import { setChecks } from "./setChecks.ts";

/** What fails before anything is sent: the credentials themselves. */
const ofCredentials: ReadonlySet<FailureCode> = new Set([
  ...(["sign_in_needed", "aws_login_needed", "aws_profile_missing", "aws_credentials_missing"] as const),
  ...(["aws_credentials_unreadable", "aws_credentials_expired", "aws_credentials_refused"] as const),
]);

/**
 * Explains the access to a gateway whose requests AWS credentials sign: for which service and region, with whose credentials,
 * and what the gateway makes of a signed request. No rule for tokens is looked at, since none is sent.
 *
 * @throws nothing but the reason of `world.signal`
 */
export async function signedAccess(
  { gateway, settings, toolLayers, rules }: Pick<AskedAccess, "gateway" | "settings" | "toolLayers" | "rules">,
  { profile, send }: SignedAccess,
  { now, signal, say = english }: Pick<AccessWorld, "now" | "signal" | "say">,
): Promise<AccessReport> {
  const outcome = await send({ ...harmlessRequest("ping", settings), signal }).then(
    async ({ status, body }) => {
      await drained(body);
      return { status };
    },
    (error: unknown) => {
      signal.throwIfAborted();
      return { failure: asFailure(error) };
    },
  );
  const failure = "failure" in outcome ? outcome.failure : undefined;
  const isRefused = "status" in outcome && (outcome.status === 401 || outcome.status === 403);
  const ofSource = failure !== undefined && ofCredentials.has(failure.code) ? failure : undefined;
  const isWithoutRegion = failure?.code === "aws_region_needed";
  const what = say("A request that is signed");
  const answer: AccessCheck | undefined =
    "status" in outcome
      ? {
          what,
          state: isRefused ? "failed" : "passed",
          expected: say("an answer other than 401 and 403"),
          found: `HTTP ${outcome.status}`,
          ...(isRefused && { fix: say("Ask your platform team whether a rule of the gateway refuses this identity.") }),
        }
      : ofSource || isWithoutRegion
        ? undefined
        : checkOfFailure(what, failure as AnyFailure, say);
  const signedFor = isWithoutRegion
    ? checkOfFailure(say("Service and region"), failure, say)
    : { what: say("Service and region"), state: "passed" as const, found: scopeOf(gateway.url, settings) };
  const source = ofSource
    ? checkOfFailure(say("Credentials"), ofSource, say)
    : {
        what: say("Credentials"),
        state: isWithoutRegion ? ("unknown" as const) : ("passed" as const),
        found: sourceText(profile, say),
      };
  const permission = failure?.code === "aws_permission_missing" ? failure.facts.permission : undefined;
  const none = { what: say("Rules for tokens"), state: "note" as const, found: say("not needed: no token is sent") };
  // Headers, policy sessions and rules for tools are the same whoever is let in.
  const set = setChecks({ settings, ...(toolLayers && { toolLayers }), ...(rules && { rules }) }, say);
  const checks = [signedFor, ...set, source, ...(answer ? [answer] : [])];
  const [first] = checks.filter(({ state }) => state === "failed");
  return {
    gateway,
    at: now(),
    letIn: answer === undefined ? undefined : answer.state === "passed",
    outcome: first
      ? permission === undefined
        ? say("First to mend: {0}", accessSentence(first, say))
        : say("First to mend: the permission {0} is missing.", permission)
      : say("Everything passes: the gateway takes requests that these credentials sign."),
    sections: [
      { id: "gateway", title: say("The gateway"), checks: [signedFor, ...set] },
      { id: "signIn", title: say("AWS credentials"), checks: [source] },
      { id: "token", title: say("The token"), checks: [none] },
      ...(answer ? [{ id: "answer" as const, title: say("The gateway's answer"), checks: [answer] }] : []),
    ],
  };
}

function scopeOf(url: string, settings: AskedAccess["settings"]): string {
  const { service, region } = awsSigningOf({ url }, settings);
  return `${service}, ${region}`;
}

const sourceText = (profile: string | undefined, say: Translate): string =>
  profile === undefined
    ? say("those of the environment, or of the default profile")
    : say("those of the AWS profile {0}", profile);
