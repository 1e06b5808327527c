import type { SchemaFault } from "../../lib/json/checkSchema.ts";
import { loadCedar } from "../policies/loadCedar.ts";
import type { PolicyRules } from "../policies/policy.ts";
import { type PlacedFault, readPolicies } from "../policies/readPolicies.ts";
import type { ConfigurationFault } from "./gatewayConfiguration.ts";
import type { PolicyFiles } from "./policyFiles.ts";
import { type WrittenIn, writtenPolicies } from "./writtenPolicies.ts";

/** The engine's rules of a gateway's file, or what is wrong with them. */
export interface ReadPolicyRules {
  /** Undefined without `policies`, and where there are faults. */
  readonly rules: PolicyRules | undefined;
  /** Faults in the file itself. */
  readonly faults: readonly SchemaFault[];
  /** Faults in policies, which may stand in files of their own. */
  readonly placed: readonly ConfigurationFault[];
}

const nothing: ReadPolicyRules = { rules: undefined, faults: [], placed: [] };

const needsEngine = "needs policyEngineConfiguration with a mode: without an engine AgentCore asks no policy";
const needsArn =
  "needs gatewayArn, by which policies name the gateway; one of AgentCore's form that is made up does until there is one";

/** Reads the policies that a gateway's file has or names. Cedar is loaded for a file with policies only. */
export function readPolicyRules(document: WrittenIn, files: PolicyFiles): ReadPolicyRules {
  const { parts } = document;
  if (parts.node("policies") === undefined) return nothing;
  const { written, faults } = writtenPolicies(document, files);
  const mode = parts.text("policyEngineConfiguration.mode") as PolicyRules["mode"] | undefined;
  const gatewayArn = parts.text("gatewayArn");
  const missing = [
    ...(mode === undefined && parts.isValid("policyEngineConfiguration") ? [needsEngine] : []),
    ...(gatewayArn === undefined && parts.isValid("gatewayArn") ? [needsArn] : []),
  ].map((problem) => parts.nameFault("policies", problem));
  try {
    // The policies are read without the ARN too, so that all faults are told at once.
    const read = readPolicies(written, gatewayArn, loadCedar());
    const placed = read.faults.map(placedFault);
    const isGood = placed.length === 0 && faults.length === 0 && missing.length === 0;
    return {
      rules: isGood && mode && gatewayArn ? { mode, gatewayArn, policies: read.policies } : undefined,
      faults: [...missing, ...faults],
      placed,
    };
  } catch (error) {
    return { ...nothing, faults: [parts.nameFault("policies", (error as Error).message)] };
  }
}

/** A fault in a policy as a fault of the configuration. */
export function placedFault({ place, at, problem }: PlacedFault): ConfigurationFault {
  const { file, path } = place;
  return { ...(file !== undefined && { file }), path, ...place.position(at), problem };
}
