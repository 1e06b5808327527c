import { type AnyFailure, GatewayFailure } from "../failures/failure.ts";
import type { TimeLimit } from "./answersInTime.ts";
import type { CountedSignIns } from "./gatewayAccess.ts";
import type { AnswerWorld } from "./handleRequest.ts";

/** Hosts give up on a call after a minute. */
const HOST_TIMEOUT_MS = 50_000;

/** How long a call of a host may wait for a person, and what it is answered with then. */
export function hostTimeLimit({
  gateway: { name: gateway },
  failureWords,
  signIns,
  consents,
}: Pick<AnswerWorld, "gateway" | "failureWords" | "consents"> & { readonly signIns: CountedSignIns }): TimeLimit {
  const told = (code: "sign_in_waiting" | "consent_waiting"): string => {
    const { title, nextStep } = failureWords(new GatewayFailure(code, { gateway }) as AnyFailure);
    return `${title} ${nextStep}`;
  };
  return {
    ms: HOST_TIMEOUT_MS,
    waitsFor() {
      if (signIns.waiting() > 0) return told("sign_in_waiting");
      return consents.waiting > 0 ? told("consent_waiting") : undefined;
    },
  };
}
