import { placedFault } from "../configuration/policyRules.ts";
import type { GatewayOptions } from "../gatewayOptions.ts";
import { mcpSettings } from "../gatewayOptions.ts";
import { gatewayPolicies } from "../policies/gatewayPolicies.ts";
import type { ToolPolicies } from "../policies/toolPolicies.ts";
import { createBackOff } from "../router/backOff.ts";
import { createCatalogue } from "../router/catalogue.ts";
import { listTargetTools } from "../router/listTargetTools.ts";
import { faultLine } from "./configurationFile.ts";

/** A gateway's policies with the tools that they are about. */
export interface AskedPolicies {
  /** Undefined without any. */
  readonly policies: ToolPolicies | undefined;
  /** The targets that gave no tools; policies about them are judged by their words alone. */
  readonly silent: ReadonlySet<string>;
}

/** Asks the targets of a gateway that has policies for their tools; without policies it asks nobody. */
export async function askedPolicies(options: GatewayOptions): Promise<AskedPolicies> {
  if (options.policies === undefined) return { policies: undefined, silent: new Set() };
  const world = { now: Date.now, log: () => {} };
  const catalogue = createCatalogue();
  const silent = await listTargetTools(mcpSettings(options), { ...world, catalogue, backOff: createBackOff() });
  return { policies: gatewayPolicies(options, { ...world, catalogue }), silent };
}

/** What `--check` says of the policies of a file: faults, each on a line, and what could not be judged. */
export async function checkPolicies(
  file: string,
  options: GatewayOptions,
): Promise<{ readonly faults: readonly string[]; readonly notes: readonly string[] }> {
  const { policies, silent } = await askedPolicies(options);
  const faults = policies?.unfit().map((fault) => faultLine(file, placedFault(fault))) ?? [];
  const found =
    policies
      ?.notes()
      .map(
        (note) =>
          `${faultLine(file, placedFault(note))} (AgentCore refuses it unless validationMode is IGNORE_ALL_FINDINGS)`,
      ) ?? [];
  const notes = [
    ...found,
    ...[...silent].map(
      (target) =>
        `${file}: ${target} gave no tools, so that policies about them were read and not checked against them`,
    ),
  ];
  policies?.close();
  return { faults, notes };
}

/** The Cedar schema of a gateway's tools, whether it has policies yet or not. */
export async function toolsSchema(
  options: GatewayOptions,
): Promise<{ readonly text: string; readonly silent: ReadonlySet<string> }> {
  const rules = options.policies ?? { mode: "ENFORCE", gatewayArn: "", policies: [] };
  const { policies, silent } = await askedPolicies({ ...options, policies: rules });
  const text = policies?.schema() ?? "";
  policies?.close();
  return { text, silent };
}
