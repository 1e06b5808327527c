import type { AwsListFacts } from "./awsListFacts.ts";
import type { FailureFacts, FailureOf } from "./failure.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, withWords } from "./wording.ts";

/** Words for what somebody chooses from in their AWS account. */
export function awsListText(failure: FailureOf<AwsListFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "aws_throttled": {
      const { permission, region, waitedSeconds, words } = failure.facts;
      return {
        title: say("AWS gets too many requests."),
        detail: withWords(
          say(
            "Expected an answer to {0} in {1}. AWS asked to wait, and after {2} seconds it still did not answer.",
            permission,
            region,
            waitedSeconds,
          ),
          words,
          say,
        ),
        nextStep: say("Try again in a minute. All programs of your AWS account share this limit."),
      };
    }
    case "aws_listing_denied":
      return deniedText(failure.facts, say);
    case "aws_api_refused": {
      const { url, permission, status, words } = failure.facts;
      return {
        title: say("AWS refused to list what there is."),
        detail: withWords(
          say("Expected {0} to answer to {1}. It answered with the status {2}.", url, permission, status),
          words,
          say,
        ),
        nextStep: say("Try again, or try the same in a terminal: {0}.", "aws bedrock-agentcore-control list-gateways"),
      };
    }
    case "aws_answer_invalid":
      return {
        title: say("This is not an answer of AWS."),
        detail: say("Expected {0} to answer as AWS does. In its answer {1}.", failure.facts.url, failure.facts.problem),
        nextStep: say(
          "Look whether a proxy answers in its place, and whether an endpoint is set: AWS_ENDPOINT_URL, or endpoint_url in the profile.",
        ),
      };
    case "aws_endpoint_unreachable":
      return {
        title: say("AWS cannot be reached in this region."),
        detail: say("Expected an answer of {0}. There was none: {1}.", failure.facts.url, failure.facts.reason),
        nextStep: say(
          "Look whether there is a region {0} in which AgentCore is offered, and whether your network lets you out to it. Then try again, or choose another region.",
          failure.facts.region,
        ),
      };
    case "aws_endpoint_invalid":
      return {
        title: say("The AWS endpoint that is set cannot be used."),
        detail: say(
          "Expected an https address in {0} (http only for this machine), without a password, a query or a fragment. Found {1}.",
          failure.facts.source,
          failure.facts.found,
        ),
        nextStep: say("Correct it, or take it out: requests go to AWS itself then."),
      };
    case "aws_nothing_listed":
      return nothingText(failure.facts, say);
    case "gateway_not_ready": {
      const { name, status, reasons } = failure.facts;
      const detail = say("Expected {0} to have the state READY. Its state is {1}.", name, status);
      return {
        title: say("This gateway takes no requests now."),
        detail: withWords(detail, reasons.length > 0 ? reasons.join("; ") : undefined, say),
        nextStep: say(
          "Wait until it is ready, and try again. Where it failed, whoever deploys it has to mend it: what AWS says of it is the reason.",
        ),
      };
    }
    case "choice_not_mcp":
      return {
        title: say("This is not an MCP server."),
        detail: say("Expected an MCP server. {0} is {1}.", failure.facts.name, failure.facts.found),
        nextStep: say("Choose another one. Only MCP servers have tools for your agent."),
      };
  }
}

function deniedText(facts: FailureFacts["aws_listing_denied"], say: Translate): FailureText {
  const { permission, region, resource, who } = facts;
  const where = resource ?? region;
  return {
    title: say("These AWS credentials have no permission to list what there is."),
    detail:
      who === undefined
        ? say("Expected the permission {0} on {1}. AWS answered that it is not granted.", permission, where)
        : say(
            "Expected {0} to have the permission {1} on {2}. AWS answered that it is not granted.",
            who,
            permission,
            where,
          ),
    nextStep: say(
      "Ask whoever manages your AWS account for the least policy, which can be copied here and stands in the documentation; or connect by the gateway's address, for which nothing has to be listed.",
    ),
  };
}

function nothingText({ permission, region, where }: FailureFacts["aws_nothing_listed"], say: Translate): FailureText {
  const detail = say(
    "Expected something to choose from. AWS answered to {0} in {1} with nothing for {2}.",
    permission,
    region,
    where,
  );
  const anotherPlace = say("Choose another region or another profile: AWS lists one account in one region at a time.");
  const anotherRegistry = say(
    "Choose another registry, or ask who curates it: only records that are approved are shown.",
  );
  switch (permission) {
    case "bedrock-agentcore:ListGateways":
      return { title: say("There is no gateway here."), detail, nextStep: anotherPlace };
    case "agent-registry:ListRegistries":
      return { title: say("There is no registry here."), detail, nextStep: anotherPlace };
    case "agent-registry:SearchDiscoverableRegistryRecords":
      return { title: say("Nothing in this registry matches."), detail, nextStep: anotherRegistry };
    default:
      return { title: say("There is no MCP server in this registry."), detail, nextStep: anotherRegistry };
  }
}
