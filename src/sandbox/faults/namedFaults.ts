import { type GatewayFaults, gatewayFaultTable, parseGatewayFaults } from "../../gateway/gatewayFaults.ts";
import { faultSteps } from "./faultSteps.ts";
import { faultWays } from "./faultWays.ts";
import { parseSandboxFaults, type SandboxFaults, sandboxChoices, sandboxSwitches } from "./sandboxFaults.ts";
import { parseStepFault } from "./stepFaults.ts";

/** The faults that a person sets by their names. */
export interface NamedFaults {
  readonly faults: SandboxFaults;
  readonly gatewayFaults: GatewayFaults;
}

/**
 * Every name that `--fault` takes, with what happens then. A step and a way make one name, `token-lost`, behind which may
 * stand when: `:2`, `:2-3`, `:2-`.
 */
export const faultTable: Readonly<
  Record<"steps" | "ways" | "others", readonly (readonly [name: string, says: string])[]>
> = {
  steps: Object.entries(faultSteps),
  ways: Object.entries(faultWays),
  others: [
    ...Object.entries(sandboxSwitches),
    ...Object.entries(sandboxChoices).map(
      ([name, { kinds, says }]) => [`${name}=<kind>`, `${says}: ${kinds.join(", ")}`] as const,
    ),
    ...Object.entries(gatewayFaultTable).map(
      ([name, [kind, says]]) => [kind === "number" ? `${name}=<number>` : name, says] as const,
    ),
  ],
};

/**
 * Reads the names that faults were set by.
 *
 * @throws Error that says what is no fault, and where those that there are stand
 */
export function parseNamedFaults(names: readonly string[]): NamedFaults {
  const steps: string[] = [];
  const faults: Record<string, unknown> = {};
  const gatewayFaults: Record<string, unknown> = {};
  for (const text of names) {
    if (parseStepFault(text)) {
      steps.push(text);
      continue;
    }
    const [name = "", value] = text.split(/=(.*)/s, 2);
    if (Object.hasOwn(gatewayFaultTable, name)) {
      gatewayFaults[name] = value === undefined ? true : Number.isNaN(Number(value)) ? value : Number(value);
    } else if (Object.hasOwn(sandboxSwitches, name) || Object.hasOwn(sandboxChoices, name)) {
      faults[name] = value ?? true;
    } else {
      throw new Error(`there is no fault "${text}"; --help has all that there are`);
    }
  }
  return {
    faults: parseSandboxFaults({ ...faults, ...(steps.length > 0 && { steps }) }),
    gatewayFaults: parseGatewayFaults(gatewayFaults),
  };
}

/** The names of what is set. */
export function faultNames({ steps = [], ...faults }: SandboxFaults, gatewayFaults: GatewayFaults): readonly string[] {
  const set = Object.entries({ ...faults, ...gatewayFaults }).filter(
    ([, value]) => value !== undefined && value !== false,
  );
  return [...steps, ...set.map(([name, value]) => (value === true ? name : `${name}=${value}`))];
}

const MOST_LETTERS = 117;

/** The table as the program's help has it. */
export function faultHelp(): string {
  const list = (rows: readonly (readonly [string, string])[], width: number) =>
    rows.map(([name, says]) => folded(`  ${name.padEnd(width)} ${says}`, width + 3)).join("\n");
  return `Faults, for --fault: <step>-<way>, as in token-lost, each time or when a number says, token-lost:2 (or 2-3, 2-);
or one of the others below. It can be repeated.

Steps:
${list(faultTable.steps, 18)}

Ways:
${list(faultTable.ways, 6)}

Others:
${list(faultTable.others, 31)}`;
}

function folded(line: string, indent: number): string {
  const lines: string[] = [];
  let rest = line;
  while (rest.length > MOST_LETTERS) {
    const at = rest.lastIndexOf(" ", MOST_LETTERS);
    lines.push(rest.slice(0, at));
    rest = `${" ".repeat(indent)}${rest.slice(at + 1)}`;
  }
  return [...lines, rest].join("\n");
}
