import * as vscode from "vscode";
import { untilCancelled } from "../untilCancelled.ts";
import type { LanguageModelTools } from "./registerLanguageModelTools.ts";

/** What the tools for agents answer, as text. */
export interface AgentAnswers {
  listGateways(): Promise<string>;
  /** @param name of a gateway that is connected */
  explainAccess(name: unknown, signal: AbortSignal): Promise<string>;
}

/**
 * What an agent may ask: which gateways there are, and why the access to one fails. The tools change nothing, take no address,
 * and answer without claims of a token.
 */
export const languageModelTools = (answers: AgentAnswers): LanguageModelTools => ({
  gateway_connect_list_gateways: {
    prepareInvocation: () =>
      asked(vscode.l10n.t("Listing the MCP gateways"), {
        title: vscode.l10n.t("List the MCP gateways?"),
        message: vscode.l10n.t("The agent is told the names of your gateways and whether they can be used."),
      }),
    invoke: async () => text(await answers.listGateways()),
  },
  gateway_connect_explain_access: {
    prepareInvocation: ({ input }) =>
      asked(vscode.l10n.t("Looking at the access to {0}", shown(input.gateway)), {
        title: vscode.l10n.t("Explain the access to {0}?", shown(input.gateway)),
        message: vscode.l10n.t(
          "The gateway and its identity provider are asked. The agent is told which checks fail, and nothing of what is in your token.",
        ),
      }),
    invoke: async ({ input }, token) =>
      text(await untilCancelled(token, (signal) => answers.explainAccess(input.gateway, signal))),
  },
});

const asked = (
  invocationMessage: string,
  confirmationMessages: vscode.LanguageModelToolConfirmationMessages,
): vscode.PreparedToolInvocation => ({ invocationMessage, confirmationMessages });

const text = (value: string) => new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(value)]);

/** A name as an agent wrote it, in a dialog. */
const shown = (name: unknown): string =>
  `"${String(name)
    .replace(/[^\p{L}\p{N} ._:-]/gu, "")
    .slice(0, 60)}"`;
