import type { AgentCoreFacts } from "./agentCoreFacts.ts";
import type { FailureFacts, FailureOf } from "./failure.ts";
import type { Translate } from "./translate.ts";
import type { FailureText } from "./wording.ts";

/** Words for addresses of AgentCore that no MCP client can use. */
export function agentCoreText(failure: FailureOf<AgentCoreFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "address_not_mcp":
      return {
        title: say("This address is not MCP."),
        detail: notMcp(failure.facts, say),
        nextStep: insteadOf(failure.facts, say),
      };
    case "region_not_offered":
      return {
        title: say("AgentCore is not offered in this region today."),
        detail: say(
          "Expected a region that has Amazon Bedrock AgentCore. {0} is in {1}, which has none as far as this version knows, and it does not answer: {2}.",
          failure.facts.url,
          failure.facts.region,
          failure.facts.reason,
        ),
        nextStep: say(
          "Check the region: it stands in the console's address, and in the gateway's ARN. If AWS has AgentCore there by now, check your network and VPN, and try again.",
        ),
      };
  }
}

function notMcp({ address, what }: FailureFacts["address_not_mcp"], say: Translate): string {
  switch (what) {
    case "inference":
      return say("Expected an address of MCP. Under {0} a gateway answers requests to models.", address);
    case "agent":
      return say(
        "Expected an address of MCP. Under {0} a gateway speaks with agents, in a protocol of theirs.",
        address,
      );
    case "metadata":
      return say("Expected an address of MCP. Under {0} stands what a gateway says of its sign-in.", address);
    case "consent":
      return say("Expected an address of MCP. {0} is a page on which somebody gives consent.", address);
    case "controlPlane":
      return say("Expected an address of MCP. {0} is the API that makes and changes gateways.", address);
    case "console":
      return say("Expected an address of MCP. {0} is a page of AWS's console.", address);
    case "registryApi":
      return say("Expected an address of MCP. {0} is the API of registries.", address);
    default:
      return say("Expected the ARN of a gateway, a runtime or a registry. {0} is the ARN of something else.", address);
  }
}

function insteadOf({ instead }: FailureFacts["address_not_mcp"], say: Translate): string {
  return instead === undefined
    ? say("Use the gateway's URL, as the console shows it on the gateway's page, its id or its ARN.")
    : say("The tools of this gateway or registry are at {0}: use that address.", instead);
}
