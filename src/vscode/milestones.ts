import * as vscode from "vscode";

/** What the editor calls our walkthrough, and its steps behind it. */
const walkthrough = "gateway-connect.gateway-connect#start";

/**
 * What a person has done with something that is connected. The steps of the walkthrough end by these, and not by commands:
 * one that found nothing to do has shown nothing.
 */
export const milestones = {
  connected: () => ended("connect"),
  /** What is seen is connected, whichever way. */
  gatewaysSeen: () => Promise.all([ended("connect"), reached("gatewaysSeen", "see")]),
  toolRun: () => reached("toolRun", "use"),
  accessExplained: () => reached("accessExplained", "explain"),
  signedOut: () => reached("signedOut", "signOut"),
} as const;

async function reached(context: string, step: string): Promise<void> {
  await vscode.commands.executeCommand("setContext", `gatewayConnect.${context}`, true);
  await ended(step);
}

const told = new Set<string>();

/**
 * Ticks a step. VS Code 1.139 reads a walkthrough when it is opened, and never ticks a step whose context is set by then. The
 * command for that is not one of the API: where there is none, and of steps that are not read yet, it throws after it was kept.
 */
async function ended(step: string): Promise<void> {
  if (told.has(step)) return;
  told.add(step);
  try {
    await vscode.commands.executeCommand("welcome.markStepComplete", `${walkthrough}#${step}`);
  } catch {
    // An editor that has no such command ticks by the context alone.
  }
}
