import type { BeyondAgentCore } from "../../agentcore/authorizer/beyondAgentCore.ts";
import type { GatewayOptions } from "../gatewayOptions.ts";

/** A gateway's configuration file, read: everything that has to be known to start it. */
export interface GatewayConfiguration {
  /** What the file calls the gateway; for people. */
  readonly name: string | undefined;
  readonly options: Omit<GatewayOptions, "audit" | "metrics" | "isRevoked" | "faults" | "log" | "now" | "fetch">;
  readonly beyondAgentCore: BeyondAgentCore;
  /** Where the audit is written to, as the file has it: absolute, or relative to the file. No audit when absent. */
  readonly auditFile: string | undefined;
  /** Whether `/metrics` is served. */
  readonly metrics: boolean;
}

/** Something in a configuration file that a gateway cannot be started with. */
export interface ConfigurationFault {
  /** The place in the JSON, such as `authorizerConfiguration.customJWTAuthorizer.customClaims[0]`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What was expected and what was found, in words; never the value of a header or of a variable. */
  readonly problem: string;
}

export type ReadConfiguration =
  | {
      readonly kind: "good";
      readonly configuration: GatewayConfiguration;
      /** Members that AWS knows and that have no effect here, by path. */
      readonly ignored: readonly string[];
    }
  | { readonly kind: "faulty"; readonly faults: readonly ConfigurationFault[] };
