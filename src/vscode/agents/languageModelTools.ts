import * as vscode from "vscode";

/** What the tools for agents answer, as text. */
export interface AgentAnswers {
  listGateways(): Promise<string>;
  /** @param name of a gateway that is connected */
  explainAccess(name: unknown, signal: AbortSignal): Promise<string>;
}

/**
 * Registers the tools by which an agent that was refused finds out why: it may list gateways, and have the access to one
 * explained. They change nothing, take no address, and answer without claims of a token.
 */
export function registerLanguageModelTools(answers: () => Promise<AgentAnswers>): vscode.Disposable {
  return vscode.Disposable.from(
    vscode.lm.registerTool("gateway_connect_list_gateways", {
      prepareInvocation: () =>
        asked("Listing the MCP gateways", {
          title: vscode.l10n.t("List the MCP gateways?"),
          message: vscode.l10n.t("The agent is told the names of your gateways and whether they can be used."),
        }),
      invoke: async () => text(await (await answers()).listGateways()),
    }),
    vscode.lm.registerTool<{ readonly gateway?: unknown }>("gateway_connect_explain_access", {
      prepareInvocation: ({ input }) =>
        asked(vscode.l10n.t("Looking at the access to {0}", shown(input.gateway)), {
          title: vscode.l10n.t("Explain the access to {0}?", shown(input.gateway)),
          message: vscode.l10n.t(
            "The gateway and its identity provider are asked. The agent is told which checks fail, and nothing of what is in your token.",
          ),
        }),
      async invoke({ input }, token) {
        const ended = new AbortController();
        const listener = token.onCancellationRequested(() => ended.abort());
        try {
          return text(await (await answers()).explainAccess(input.gateway, ended.signal));
        } finally {
          listener.dispose();
        }
      },
    }),
  );
}

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
