import { openPolicy } from "../policy/openPolicy.ts";
import { policyPlace } from "../policy/policyPlace.ts";
import { type Finding, type FindingSection, ok, problem } from "./finding.ts";
import { type HostsWorld, hostFindings } from "./hostFindings.ts";
import { certificateFindings, proxyFindings } from "./networkFindings.ts";
import { policyFindings } from "./policyFindings.ts";

/** The oldest major version of Node that our programs run with. */
const OLDEST_NODE = 20;

export interface MachineWorld extends HostsWorld {
  /** The program that runs this, and its Node. */
  readonly execPath: string;
  readonly nodeVersion: string;
  readonly arch: string;
  /** Proxies that are set elsewhere than in the environment, by the names of their settings. */
  readonly proxies?: Readonly<Record<string, string>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** What a help desk asks for of a machine, whichever program runs there. Nothing is sent, written or asked of anybody. */
export async function machineFindings(world: MachineWorld): Promise<readonly FindingSection[]> {
  const { env, proxies, now } = world;
  return [
    { id: "runtime", title: "Runtime", findings: runtimeFindings(world) },
    { id: "proxy", title: "Proxy", findings: proxyFindings(env, proxies) },
    { id: "certificates", title: "Certificates", findings: certificateFindings(env, now) },
    { id: "policy", title: "Policy", findings: policyFindings(openPolicy(policyPlace(), undefined).state) },
    { id: "hosts", title: "Hosts and their entries", findings: await hostFindings(world) },
  ];
}

function runtimeFindings({ execPath, nodeVersion, platform, arch }: MachineWorld): readonly Finding[] {
  const found = `${nodeVersion} at ${execPath}`;
  const isOld = Number.parseInt(nodeVersion.replace(/^v/, ""), 10) < OLDEST_NODE;
  return [
    isOld ? problem("Node", found, `Install Node ${OLDEST_NODE} or newer, and have it started.`) : ok("Node", found),
    ok("System", `${platform} ${arch}`),
  ];
}
