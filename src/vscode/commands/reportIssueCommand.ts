import * as vscode from "vscode";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import { type DiagnosticsWorld, diagnosticsFacts } from "./copyDiagnosticsCommand.ts";

export interface ReportIssueWorld extends DiagnosticsWorld {
  /** The id of this extension. */
  readonly extension: string;
}

/** Where issues are reported in an editor that has no reporter. */
const issues = "https://github.com/gateway-connect/gateway-connect/issues/new";

/**
 * **Report Issue…**: opens the editor's issue reporter with what helps to understand a fault. Issues are public, so that no
 * gateway, issuer, client or account is named in it, other than in Copy Diagnostics.
 */
export async function reportIssueCommand(world: ReportIssueWorld): Promise<void> {
  const { diagnosticsText } = await world.load();
  const [facts = ""] = diagnosticsText(diagnosticsFacts(world), []).split("\n\n");
  const issueBody = ["", "", facts, ...(await world.summaries()).map(described)].join("\n");
  try {
    await vscode.commands.executeCommand("workbench.action.openIssueReporter", {
      extensionId: world.extension,
      issueBody,
    });
  } catch {
    await vscode.env.openExternal(vscode.Uri.parse(`${issues}?body=${encodeURIComponent(issueBody)}`, true));
  }
}

function described({ state, resolved, tools, down }: GatewaySummary, index: number): string {
  const failure = state.kind === "attention" ? ` (${state.failure.code})` : "";
  const how = resolved ? `, ${resolved.flow}, client ${resolved.clientSource}` : "";
  return `Gateway ${index + 1}: ${state.kind}${failure}${how}, tools: ${tools ?? "never read"}${down ? ", not reached" : ""}`;
}
