import type { Claims } from "../../agentcore/authorizer/claimRules.ts";
import type { Finding, Rule } from "../../agentcore/authorizer/finding.ts";
import type { Translate } from "../../failures/translate.ts";
import type { KnownRules } from "../ruleForToken.ts";

/** What may have to be mended before there is a token, or about which token is sent. */
export type SignInTopic =
  | "discovery"
  | "resource"
  | "registration"
  | "redirectHost"
  | "requestScope"
  | "offlineAccess"
  | "refreshToken"
  | "tokenKind"
  | "answer";

/** How something is mended. */
export interface Fix {
  /** A sentence or two in the words of the provider's console. */
  readonly text: string;
  /** Members of `customJWTAuthorizer` that would take this token as it is. */
  readonly paste?: string;
}

export interface FixContext extends KnownRules {
  /** What the token says. */
  readonly claims?: Claims | undefined;
}

/** A sentence that is marked `translatable`, or what says one. */
export type Words = string | ((finding: Partial<Finding>, context: FixContext, say: Translate) => string);
export type Table = Readonly<Partial<Record<Rule | SignInTopic, Words>>>;
