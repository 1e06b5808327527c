import * as vscode from "vscode";
import { runSuite } from "./suite.ts";
import "./manifest.ts";
import "./activation.ts";

/** What VS Code calls inside the extension host, whether it was started from code-server or by `@vscode/test-electron`. */
export function run(): Promise<void> {
  return runSuite(`${vscode.env.appName} ${vscode.version}`);
}
