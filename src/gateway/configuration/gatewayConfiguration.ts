import type { BeyondAgentCore } from "../../agentcore/authorizer/beyondAgentCore.ts";
import type { GatewayOptions } from "../gatewayOptions.ts";
import type { AuditSettings } from "./auditSettings.ts";

/** The content of a gateway's configuration file, ready to start the gateway with. */
export interface GatewayConfiguration {
  /** The name in the file, for people. */
  readonly name: string | undefined;
  readonly gatewayArn?: string | undefined;
  readonly options: Omit<
    GatewayOptions,
    "audit" | "auditRefuses" | "metrics" | "isRevoked" | "faults" | "log" | "now" | "fetch"
  >;
  readonly beyondAgentCore: BeyondAgentCore;
  /** The path of the audit file: absolute, or relative to the configuration file. No audit when undefined. */
  readonly auditFile: string | undefined;
  /** How it is kept. */
  readonly audit?: AuditSettings | undefined;
  /** Whether `/metrics` is served. */
  readonly metrics: boolean;
}

/** A fault in a configuration file that prevents the gateway from starting. */
export interface ConfigurationFault {
  /** The file of policies, or of a target's description, that it is in; absent for the configuration file itself. */
  readonly file?: string;
  /** The path in the JSON, such as `authorizerConfiguration.customJWTAuthorizer.customClaims[0]`. */
  readonly path: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What was expected and what was found; never the value of a header or of a variable. */
  readonly problem: string;
}

export type ReadConfiguration =
  | {
      readonly kind: "good";
      readonly configuration: GatewayConfiguration;
      /** The paths of members that AWS supports and that have no effect here. */
      readonly ignored: readonly string[];
      /** The targets that run at AWS only, each as `name (kind): what becomes of it`. */
      readonly notRun: readonly string[];
    }
  | { readonly kind: "faulty"; readonly faults: readonly ConfigurationFault[] };
