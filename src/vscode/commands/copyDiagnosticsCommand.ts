import * as vscode from "vscode";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import type { DiagnosticsFacts, diagnosticsText } from "../../diagnosis/diagnosticsText.ts";
import { asFailure } from "../../failures/failure.ts";
import type { LazyBundles } from "../lazyBundles.ts";
import { tellFact } from "../messages/tellFact.ts";
import type { Hosts } from "../servers/hosts.ts";
import { translate } from "../translate.ts";

export interface DiagnosticsWorld {
  readonly version: string;
  /** Whether the relay's socket is open. */
  readonly isSocketOpen: () => boolean;
  readonly now: () => number;
  readonly summaries: () => Promise<readonly GatewaySummary[]>;
  readonly load: () => Promise<{ readonly diagnosticsText: typeof diagnosticsText }>;
}

/** What there is to tell of this machine. */
export const diagnosticsFacts = (world: DiagnosticsWorld): DiagnosticsFacts => ({
  version: world.version,
  editor: `${vscode.env.appName} ${vscode.version}`,
  platform: `${process.platform} ${process.arch}`,
  remote: vscode.env.remoteName,
  relay: world.isSocketOpen() ? "listening" : "not started",
  now: world.now(),
});

export interface CopyDiagnosticsWorld extends DiagnosticsWorld {
  readonly hosts: Pick<Hosts, "find" | "read">;
  readonly lazyBundles: Pick<LazyBundles, "machine" | "mcpJson">;
}

/** **Copy Diagnostics**: what a platform engineer or a help desk needs to see, without secrets. */
export async function copyDiagnosticsCommand(world: CopyDiagnosticsWorld): Promise<void> {
  const { diagnosticsText } = await world.load();
  const gateways = diagnosticsText(diagnosticsFacts(world), await world.summaries());
  // What cannot be looked at keeps nobody from the rest.
  const machine = await machineText(world).catch((error: unknown) => `This machine: ${asFailure(error).code}`);
  await vscode.env.clipboard.writeText(`${gateways}\n${machine}\n`);
  void tellFact(translate("Diagnostics were copied. They hold no token."));
}

async function machineText({ hosts: { find, read }, lazyBundles, now }: CopyDiagnosticsWorld): Promise<string> {
  const [{ machineFindings, findingsText, shareable }, { formatOf }] = await Promise.all([
    lazyBundles.machine(),
    lazyBundles.mcpJson(),
  ]);
  const { env, platform, execPath, version: nodeVersion, arch } = process;
  const proxy = vscode.workspace.getConfiguration("http").get<string>("proxy");
  const proxies = proxy ? { "http.proxy": proxy } : {};
  const runtime = { platform, execPath, nodeVersion, arch };
  const found = await machineFindings({ ...runtime, env, proxies, find, read, formatOf, now: now() });
  return findingsText(shareable(found, env));
}
