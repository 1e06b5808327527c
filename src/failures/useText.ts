import type { FailureOf, UseFacts } from "./failure.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, list, withWords } from "./wording.ts";

/** JSON-RPC's code for parameters that the other side does not take. */
const INVALID_PARAMS = -32602;

/** Words for a gateway in use. */
export function useText(failure: FailureOf<UseFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "sign_in_needed":
      return {
        title: say("Sign in to {0} first.", failure.facts.gateway),
        detail: say("The gateway needs the token of a real person, and there is none that it would accept."),
        nextStep: say('Run "Gateway Connect: Sign In" and try again.'),
      };
    case "sign_in_waiting":
      return {
        title: say('A sign-in to "{0}" is waiting in the editor\'s window.', failure.facts.gateway),
        detail: say("The call could not wait for it any longer. The sign-in goes on."),
        nextStep: say("Sign in there, then call the tool again."),
      };
    case "gateway_refused_token":
      return {
        title: say("{0} refused a token that was just issued.", failure.facts.gateway),
        detail: refusedTokenDetail(failure.facts, say),
        nextStep: say(
          'Signing in again will not help: the gateway\'s rules and the identity provider disagree. Run "Gateway Connect: Explain Access" to see which rule refuses it and what to change, and send that to your platform team.',
        ),
      };
    case "insufficient_scope":
      return {
        title: say("Your sign-in to {0} does not reach that far.", failure.facts.gateway),
        detail: withWords(
          say("Needed scopes: {0}. Granted: {1}.", list(failure.facts.needed, say), list(failure.facts.granted, say)),
          failure.facts.words,
          say,
        ),
        nextStep: say(
          'Ask your platform team for that permission, then sign in again. Run "Gateway Connect: Explain Access" to see which scope is missing and where it is granted.',
        ),
      };
    case "gateway_connection_lost":
      return {
        title: say("The connection to {0} was lost.", failure.facts.gateway),
        detail: say("While waiting for the answer: {0}. The call may have taken effect.", failure.facts.reason),
        nextStep: say("Check what the call was to change before you try it again."),
      };
    case "answered_with_error":
      return {
        title: say("{0} answered with an error.", failure.facts.what),
        detail: withWords(
          say("Expected a result. Found the error {0} of JSON-RPC.", failure.facts.error),
          failure.facts.words,
          say,
        ),
        nextStep:
          failure.facts.error === INVALID_PARAMS
            ? say(
                "Change the arguments as the error says, and try again. If they are right, show it to whoever runs the server behind it.",
              )
            : say("Try again with other input. If it stays, show this to whoever runs the server behind it."),
      };
    case "tool_hidden":
      return {
        title: say("{0} is hidden from agents.", failure.facts.tool),
        detail: say(
          "The person who connected {0} keeps this tool for themselves. Nothing was run.",
          failure.facts.gateway,
        ),
        nextStep: say('To let agents use it, choose "Show to the Agent" at the tool in the view "MCP Gateways".'),
      };
  }
}

function refusedTokenDetail({ status, error, words }: UseFacts["gateway_refused_token"], say: Translate): string {
  if (error !== "") {
    return withWords(
      say("Expected the new token to pass. The gateway answered HTTP {0}, {1}.", status, error),
      words,
      say,
    );
  }
  return words === undefined
    ? say("Expected the new token to pass. The gateway answered HTTP {0}, without a reason.", status)
    : withWords(say("Expected the new token to pass. The gateway answered HTTP {0}.", status), words, say);
}
