import type { ClientSuite } from "../support/conformance/clientConformance.ts";
import type { ScenarioOutcome } from "../support/conformance/scenarioResult.ts";

/** A scenario that does not simply pass, and why. */
export interface Expectation {
  readonly outcome: ScenarioOutcome;
  /** The checks that are missed, by the names that the suite gives them. */
  readonly missed?: readonly string[];
  /** Tools that answer the editor with an error: seen by the editor, and not by the suite. */
  readonly errors?: readonly string[];
  readonly because: string;
}

/** One run of a suite, in which every scenario passes that is not named here. */
export interface ClientRun extends ClientSuite {
  /** How many scenarios it has: one that goes missing is noticed. */
  readonly scenarios: number;
  readonly expected: Readonly<Record<string, Expectation>>;
}

const takenAsOpen =
  "The server answers initialize without a token and asks for one at the next request. A gateway that was open once is " +
  "taken as open for ever: nobody is signed in when it answers 401 later.";

const stepUp: Expectation = {
  outcome: "fails",
  missed: ["scope-step-up-initial", "scope-step-up-escalation"],
  because: takenAsOpen,
};

const retryLimit: Expectation = { outcome: "fails", missed: ["scope-retry-limit"], because: takenAsOpen };

const idJag: Expectation = {
  outcome: "fails",
  missed: ["complete-flow-token-exchange", "complete-flow-jwt-bearer"],
  because:
    "Enterprise-managed authorization is not offered: no option takes a company's identity provider, whose ID token " +
    "would be exchanged for an identity assertion (ID-JAG).",
};

const noDpop = "DPoP (RFC 9449) is not offered: tokens are bearer tokens.";

const dpop = ["token-request-proof", "dpop-auth-scheme", "fresh-proof"].map((check) => `sep-1932-client-${check}`);

const skillsAreTheHosts: Expectation = {
  outcome: "checks nothing",
  because:
    "Skills are listed, loaded and verified by the host. The suite looks at nothing until a host asks for skills, which " +
    "editors of today do not.",
};

export const clientRuns: readonly ClientRun[] = [
  {
    version: "0.1.16",
    scenarios: 26,
    expected: {
      "auth/scope-step-up": stepUp,
      "auth/scope-retry-limit": retryLimit,
      "auth/cross-app-access-complete-flow": idJag,
    },
  },
  { version: "0.2.0-alpha.12", revision: "2025-03-26", scenarios: 2, expected: {} },
  {
    version: "0.2.0-alpha.12",
    revision: "2025-11-25",
    scenarios: 19,
    expected: {
      "auth/scope-step-up": stepUp,
      "auth/scope-retry-limit": retryLimit,
    },
  },
  {
    version: "0.2.0-alpha.12",
    revision: "2026-07-28",
    scenarios: 33,
    expected: {
      "request-metadata": {
        outcome: "fails",
        missed: [
          "sep-2575-http-client-sends-version-header",
          "sep-2575-client-populates-meta",
          "sep-2575-client-sends-client-info",
        ],
        because:
          "The first request, which finds out whether the gateway asks for a sign-in, is a bare initialize: without " +
          "MCP-Protocol-Version and without _meta.",
      },
      "http-standard-headers": {
        outcome: "fails",
        missed: ["sep-2243-client-includes-standard-headers"],
        because: "The same first request has no Mcp-Method.",
      },
      "auth/scope-step-up": { ...stepUp, missed: [...(stepUp.missed ?? []), "sep-2350-scope-union-on-reauth"] },
      "auth/scope-retry-limit": retryLimit,
      "auth/authorization-server-migration": {
        outcome: "fails",
        missed: ["sep-2352-reregister-on-as-change"],
        because: takenAsOpen,
      },
    },
  },
  {
    version: "0.2.0-alpha.12",
    revision: "extensions",
    scenarios: 10,
    expected: {
      "auth/enterprise-managed-authorization": idJag,
      "auth/dpop": { outcome: "fails", missed: dpop, because: noDpop },
      "auth/dpop-nonce": {
        outcome: "fails",
        missed: [...dpop, "sep-1932-client-as-nonce", "sep-1932-client-rs-nonce"],
        because: noDpop,
      },
      "auth/wif-jwt-bearer": {
        outcome: "fails",
        missed: ["wif-grant-type"],
        because:
          "A workload's own assertion as the grant (RFC 7523, 2.1) is not offered: a person is sent to the browser.",
      },
      "sep-2640-client-no-prefetch": skillsAreTheHosts,
      "sep-2640-client-verify-digest": skillsAreTheHosts,
      "sep-2640-client-verify-size": skillsAreTheHosts,
      "sep-2640-client-verify-frontmatter": skillsAreTheHosts,
    },
  },
];
