import type { AwsFacts } from "./awsFacts.ts";
import type { FailureFacts, FailureOf } from "./failure.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list, withWords } from "./wording.ts";

/** Words for credentials of AWS, and for the signatures made with them. */
export function awsText(failure: FailureOf<AwsFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "aws_login_needed":
      return {
        title: say("Your AWS sign-in has expired."),
        detail: say(
          "Expected credentials from {0}. Its sign-in at AWS has expired; {1} begins another.",
          failure.facts.source,
          failure.facts.command,
        ),
        nextStep: say("Run {0} and sign in, then try again.", failure.facts.command),
      };
    case "aws_profile_missing": {
      const { profile, found } = failure.facts;
      return {
        title: say("There is no AWS profile of this name."),
        detail: say("Expected the profile {0}. Found: {1}.", profile, list(found, say)),
        nextStep: say(
          'Correct "awsProfile" for this gateway in gatewayConnect.gateways, or make the profile with {0}.',
          `aws configure sso --profile ${profile}`,
        ),
      };
    }
    case "aws_credentials_missing":
      return {
        title: say("There are no AWS credentials."),
        detail: say(
          "Expected credentials from one of these: {0}. None of them has any.",
          list(failure.facts.tried, say),
        ),
        nextStep: say(
          'Name a profile as "awsProfile" for this gateway in gatewayConnect.gateways, or make one with {0}.',
          "aws configure sso",
        ),
      };
    case "aws_credentials_unreadable":
      return {
        title: say("The AWS credentials cannot be read."),
        detail: say(
          "Expected credentials from {0}. Reading them failed: {1}.",
          failure.facts.source,
          failure.facts.reason,
        ),
        nextStep: say(
          "Try the same in a terminal: {0}. What it says there is the way to go on.",
          "aws sts get-caller-identity",
        ),
      };
    case "aws_credentials_expired":
      return {
        title: say("The AWS credentials have expired."),
        detail: say("Expected credentials that are still valid. Those from {0} have expired.", failure.facts.source),
        nextStep: say(
          "Renew them where they come from. A program keeps the credentials of its environment until it is started again; those of a profile are renewed by themselves.",
        ),
      };
    case "aws_credentials_refused": {
      const { url, source, words } = failure.facts;
      return {
        title: say("AWS does not know these credentials."),
        detail: withWords(
          say("Expected credentials that AWS knows. {0} refused those from {1}.", url, source),
          words,
          say,
        ),
        nextStep: say(
          "The key may have been deleted or made inactive, or its session token is missing. Try the same in a terminal: {0}.",
          "aws sts get-caller-identity",
        ),
      };
    }
    case "aws_clock_skewed":
      return {
        title: say("The clock of this computer is wrong."),
        detail: withWords(clockSentence(failure.facts, say), failure.facts.words, say),
        nextStep: say("Set the clock, best by letting the system do so from the network, then try again."),
      };
    case "aws_signature_mismatch": {
      const { url, service, region, words } = failure.facts;
      return {
        title: say("AWS does not take the signature of the request."),
        detail: withWords(
          say(
            "Expected {0} to take a request that is signed for {1} in {2}. It refused the signature.",
            url,
            service,
            region,
          ),
          words,
          say,
        ),
        nextStep: say(
          'Look whether the gateway is in this region, and whether the secret key belongs to the key. Behind a domain of your own set "awsRegion" for this gateway in gatewayConnect.gateways. A proxy that changes requests on the way breaks the signature too.',
        ),
      };
    }
    case "aws_token_needed":
      return {
        title: say("This gateway takes OAuth tokens, and no requests that AWS credentials sign."),
        detail: say(
          "Expected a gateway with the authorizer type AWS_IAM or AUTHENTICATE_ONLY. {0} refused a signed request as one without a token.",
          failure.facts.url,
        ),
        nextStep: say(
          'Take "signIn" of this gateway out of gatewayConnect.gateways, or set it to "browser" there, and sign in.',
        ),
      };
    case "aws_region_needed":
      return {
        title: say("The region of the gateway is not known."),
        detail: say(
          "Expected an address that says for which region requests are signed. {0} does not, and awsRegion is not set.",
          failure.facts.url,
        ),
        nextStep: say(
          'Set "awsRegion" for this gateway in gatewayConnect.gateways to the region that it is in, such as {0}.',
          "eu-central-1",
        ),
      };
  }
}

function clockSentence({ url, minutesAhead, minutesBehind }: FailureFacts["aws_clock_skewed"], say: Translate): string {
  if (minutesAhead !== undefined) {
    return say(
      "Expected a clock that differs by five minutes at most from that of {0}. It is {1} minutes ahead.",
      url,
      minutesAhead,
    );
  }
  return minutesBehind === undefined
    ? say("Expected a clock that differs by five minutes at most from that of {0}.", url)
    : say(
        "Expected a clock that differs by five minutes at most from that of {0}. It is {1} minutes behind.",
        url,
        minutesBehind,
      );
}
