import type { FailureFacts, FailureOf } from "./failure.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list, withWords } from "./wording.ts";
import type { WorkloadFacts } from "./workloadFacts.ts";

/** Words for the token that a platform gives to a workload: which side did not give it, or did not take it. */
export function workloadText(failure: FailureOf<WorkloadFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "workload_platform_missing": {
      const { platform, missing } = failure.facts;
      return {
        title: say("This does not run on {0}.", platform),
        detail: say("Expected what {0} sets for its workloads. Not set: {1}.", platform, list(missing, say)),
        nextStep: say(
          'Set the "source" of "workload" to where the token is on this machine: a file, an environment variable or a command.',
        ),
      };
    }
    case "workload_permission_missing":
      return permissionText(failure.facts, say);
    case "workload_platform_refused": {
      const { platform, reason, words } = failure.facts;
      return {
        title: say("{0} gave this workload no token.", platform),
        detail: withWords(say("Expected a token from {0}. Found: {1}.", platform, reason), words, say),
        nextStep: say(
          "Try again. If it stays, look whether the platform has trouble, and whether a proxy is in the way.",
        ),
      };
    }
    case "workload_token_unreadable": {
      const { source, reason, projectedFor } = failure.facts;
      return {
        title: say("The workload's token cannot be read."),
        detail: say("Looked at {0}: {1}.", source, reason),
        nextStep:
          projectedFor === undefined
            ? say('Have the token put there before it is used, or correct the "source" of "workload".')
            : say(
                "Mount a projected service account token there, with the audience {0}. The token that every pod has is for the cluster alone.",
                projectedFor,
              ),
      };
    }
    case "workload_token_invalid":
      return {
        title: say("What was read is not a workload's token."),
        detail: say("Looked at {0}: {1}. It was not sent.", failure.facts.source, failure.facts.reason),
        nextStep: say("Look at what is there: it has to be one signed JWT, and nothing else."),
      };
    case "workload_token_expired":
      return {
        title: say("The workload's token has expired."),
        detail: say(
          "Expected a token that is still valid. The one from {0} expired at {1}, and was not sent.",
          failure.facts.source,
          failure.facts.ended,
        ),
        nextStep: say("Have it renewed where it comes from, and look at the clock of this machine."),
      };
    case "workload_audience_mismatch": {
      const { source, expected, found } = failure.facts;
      return {
        title: say("The workload's token is for somebody else."),
        detail: say(
          "Expected a token for {0} from {1}. Found one for {2}, which was not sent: whoever gets it could use it there.",
          expected,
          source,
          list(found, say),
        ),
        nextStep: say(
          'Have the token issued for {0}. Where the authorization server takes another audience, set it as "audience" of "workload".',
          expected,
        ),
      };
    }
    case "workload_refused": {
      const { issuer, status, error, words, from, subject } = failure.facts;
      return {
        title: say("The authorization server does not take this workload's token."),
        detail: withWords(
          say(
            "Expected {0} to trust the tokens of {1} for {2}. It refused with “{3}” (HTTP {4}), and nothing else was tried.",
            issuer,
            from,
            subject,
            error,
            status,
          ),
          words,
          say,
        ),
        nextStep: afterRefusal(failure.facts, say),
      };
    }
  }
}

function permissionText(
  { platform, lacks, words }: FailureFacts["workload_permission_missing"],
  say: Translate,
): FailureText {
  const title = say("The platform gives this workload no token.");
  if (lacks === "outbound identity federation") {
    return {
      title,
      detail: withWords(say("Expected an account of {1} with {0}. It is off.", lacks, platform), words, say),
      nextStep: say("Ask your administrator to switch it on: {0}.", "aws iam enable-outbound-web-identity-federation"),
    };
  }
  if (lacks === "id-token: write") {
    return {
      title,
      detail: say(
        "Expected the permission {0} for this job. Without it {1} has no address for tokens.",
        lacks,
        platform,
      ),
      nextStep: say(
        "Add {0} to the permissions of the job or of the workflow. The run of a pull request from a fork never has it.",
        lacks,
      ),
    };
  }
  return {
    title,
    detail: withWords(say("Expected the permission {0}. {1} refused the request.", lacks, platform), words, say),
    nextStep: say("Ask your administrator to allow {0} to the role of this workload.", lacks),
  };
}

function afterRefusal({ error, from, subject, audience }: FailureFacts["workload_refused"], say: Translate): string {
  switch (error) {
    case "unsupported_grant_type":
    case "unauthorized_client":
      return say(
        'Ask your platform team whether workloads may sign in there, and by which grant. Set it as "grant" of "workload".',
      );
    case "invalid_scope":
      return say('Ask which scopes this workload may use, and set them as "scopes".');
    case "invalid_target":
      return say('Ask for which resource this workload may get tokens, and set it as "resource".');
    default:
      return say(
        "Ask your platform team to trust the issuer {0}, the subject {1} and the audience {2} there.",
        from,
        subject,
        audience,
      );
  }
}
