import * as vscode from "vscode";

/** The tools by which an agent that was refused finds out why, by the names that the manifest has. */
const languageModelToolNames = ["gateway_connect_list_gateways", "gateway_connect_explain_access"] as const;

export type LanguageModelTools = Readonly<
  Record<(typeof languageModelToolNames)[number], Required<vscode.LanguageModelTool<{ readonly gateway?: unknown }>>>
>;

/** Registers them. What they do is loaded with the first that an agent wants to use. */
export const registerLanguageModelTools = (load: () => Promise<LanguageModelTools>): vscode.Disposable =>
  vscode.Disposable.from(
    ...languageModelToolNames.map((name) =>
      vscode.lm.registerTool<{ readonly gateway?: unknown }>(name, {
        prepareInvocation: async (asked, token) => (await load())[name].prepareInvocation(asked, token),
        invoke: async (asked, token) => (await load())[name].invoke(asked, token),
      }),
    ),
  );
