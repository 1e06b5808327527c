import type { SignInFlow } from "../oauth/signIn/signInFlow.ts";

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
    next: "Your browser will open.",
    waiting: "waiting for your sign-in in the browser",
    choice: "sign in in the browser",
  },
  deviceCode: {
    next: "You are shown a code to enter on any device.",
    waiting: "waiting until you have entered the code",
    choice: "sign in with a code, on any device",
  },
  clientCredentials: {
    next: "It signs in as a machine, with the client's own secret or key.",
    waiting: "signing in as the client",
    choice: "sign in as the client itself",
  },
};
