import type { FailureOf } from "./failure.ts";
import type { ProofFacts } from "./proofFacts.ts";
import { afterWrongClock } from "./refusalText.ts";
import type { Translate } from "./translate.ts";
import { type FailureText, withWords } from "./wording.ts";

/** Words for tokens that are bound to a key, and for the proofs that are sent with them. */
export function proofText(failure: FailureOf<ProofFacts>, say: Translate): FailureText {
  switch (failure.code) {
    case "proof_key_unusable":
      return {
        title: say("The key of this sign-in cannot be used."),
        detail: say("Expected the key that its tokens are bound to (DPoP). What is kept of it cannot sign."),
        nextStep: say("Sign in again; that makes another key."),
      };
    case "token_key_mismatch":
      return {
        title: say("The identity provider issued a token that is bound to another key."),
        detail: say(
          "Expected a token that is bound to the key of this sign-in (DPoP). {0} bound it to one that is not here.",
          failure.facts.issuer,
        ),
        nextStep: say(
          'The token was not kept. Sign in again; if it stays, set "dpop": false for this gateway in gatewayConnect.gateways and tell your platform team.',
        ),
      };
    case "proof_refused": {
      const { error, words } = failure.facts;
      return {
        title: say("{0} does not take the proof that is sent with the token.", failure.facts.gateway),
        detail: withWords(proofSentence(failure.facts, say), words, say),
        nextStep:
          afterWrongClock(failure.facts, say) ??
          (error === "use_dpop_nonce"
            ? say(
                "It asked for a nonce again after it had got the one that it sent. Try again; if it stays, tell your platform team.",
              )
            : say(
                "A proxy that changes the gateway's address on the way breaks the proof. Tell your platform team this error.",
              )),
      };
    }
    case "bound_token_needed":
      return {
        title: say("{0} takes only tokens that are bound to a key (DPoP).", failure.facts.gateway),
        detail: say("Expected a token that {0} binds to a key. This one is for any bearer.", failure.facts.issuer),
        nextStep: say(
          'Sign in again. If it stays, the identity provider does not bind tokens for this client, or "dpop" is false for this gateway in gatewayConnect.gateways: tell your platform team.',
        ),
      };
  }
}

function proofSentence({ error, minutesAhead, minutesBehind }: ProofFacts["proof_refused"], say: Translate): string {
  const answered = say("Expected the proof to pass (DPoP). The gateway answered HTTP 401, {0}.", error);
  if (minutesAhead !== undefined) {
    return say("{0} The clock of this computer is {1} minutes ahead of the gateway's.", answered, minutesAhead);
  }
  return minutesBehind === undefined
    ? answered
    : say("{0} The clock of this computer is {1} minutes behind the gateway's.", answered, minutesBehind);
}
