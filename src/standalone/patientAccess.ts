import { setTimeout as delay } from "node:timers/promises";
import { type AnyFailure, isFailure } from "../failures/failure.ts";
import type { GatewayAccess, SignInEnding } from "../relay/gatewayAccess.ts";

/** How long the list of tools waits for the first sign-in. After it the list is empty, and `list_changed` follows. */
const firstListMs = 25_000;

export interface PatienceWorld {
  /** Whether something of the gateway is known that can be used, so that whoever uses it asks for a sign-in. */
  readonly canAct: () => boolean;
  /** Resolves when the sign-in that start-up makes has ended, with why it failed. */
  readonly firstSignIn: Promise<AnyFailure | undefined>;
  /** Asks for a client's own tokens; absent where a person signs in. */
  readonly signInAsClient?: () => Promise<SignInEnding>;
  /** Asks the person again, where the first sign-in has not led to any tools. */
  readonly signIn: () => Promise<SignInEnding>;
  readonly signal: AbortSignal;
}

/** The relay's access, which waits for the first sign-in before it says what tools there are. */
export function patientAccess(
  access: GatewayAccess,
  { canAct, firstSignIn, signInAsClient, signIn, signal }: PatienceWorld,
): GatewayAccess {
  /** A first list that needs a sign-in belongs to the start, which asks; later ones wait for an act of the person. */
  const mayAsk = () => signInAsClient ?? (canAct() ? undefined : signIn);
  return {
    ...access,
    async fetch(...request) {
      try {
        return await access.fetch(...request);
      } catch (failure) {
        const ask = isFailure(failure, "sign_in_needed") ? mayAsk() : undefined;
        if (!ask || (await ask()).kind === "cancelled") throw failure;
        return await access.fetch(...request);
      }
    },
    async ready() {
      const isLate = () => delay(firstListMs, undefined, { signal, ref: false });
      const failed = canAct() ? undefined : await Promise.race([firstSignIn, isLate()]);
      // An empty list would say that the gateway has nothing.
      if (failed) throw failed;
      if (await access.ready()) return true;
      return (await signInAsClient?.())?.kind === "signedIn";
    },
  };
}
