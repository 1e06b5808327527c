import * as vscode from "vscode";

/**
 * What a person has done with something that is connected. The steps of the walkthrough end by these, and not by commands:
 * one that found nothing to do has shown nothing.
 */
export const milestones = {
  gatewaysSeen: () => vscode.commands.executeCommand("setContext", "gatewayConnect.gatewaysSeen", true),
  toolRun: () => vscode.commands.executeCommand("setContext", "gatewayConnect.toolRun", true),
  accessExplained: () => vscode.commands.executeCommand("setContext", "gatewayConnect.accessExplained", true),
  signedOut: () => vscode.commands.executeCommand("setContext", "gatewayConnect.signedOut", true),
} as const;
