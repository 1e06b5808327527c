import * as vscode from "vscode";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import type { DiagnosticsFacts, diagnosticsText } from "../../diagnosis/diagnosticsText.ts";
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

/** **Copy Diagnostics**: what a platform engineer needs to see, without secrets. */
export async function copyDiagnosticsCommand(world: DiagnosticsWorld): Promise<void> {
  const { diagnosticsText } = await world.load();
  await vscode.env.clipboard.writeText(diagnosticsText(diagnosticsFacts(world), await world.summaries()));
  void vscode.window.showInformationMessage(translate("Diagnostics were copied. They hold no token."));
}
