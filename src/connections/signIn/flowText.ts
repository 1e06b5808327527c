import { translatable } from "../../failures/translate.ts";
import type { SignInFlow } from "../../oauth/signIn/signInFlow.ts";

/** What a person reads about how a sign-in goes. */
export interface FlowText {
  /** What comes after they agreed to sign in. */
  readonly next: string;
  /** What is going on meanwhile. */
  readonly waiting: string;
  /** What signing in is, among other choices. */
  readonly choice: string;
}

export const flowText: Readonly<Record<SignInFlow, FlowText>> = {
  browser: {
    next: translatable("Your browser will open."),
    waiting: translatable("waiting for your sign-in in the browser"),
    choice: translatable("sign in in the browser"),
  },
  deviceCode: {
    next: translatable("You are shown a code to enter on any device."),
    waiting: translatable("waiting until you have entered the code"),
    choice: translatable("sign in with a code, on any device"),
  },
  clientCredentials: {
    next: translatable("It signs in as a machine, with the client's own secret or key."),
    waiting: translatable("signing in as the client"),
    choice: translatable("sign in as the client itself"),
  },
  workloadIdentity: {
    next: translatable("It signs in as a workload, with the token of its platform."),
    waiting: translatable("signing in as the workload"),
    choice: translatable("sign in as the workload itself"),
  },
  enterprise: {
    next: translatable("Your company signs you in; your browser opens where you are not signed in there yet."),
    waiting: translatable("signing in by way of your company"),
    choice: translatable("sign in by way of your company"),
  },
};
