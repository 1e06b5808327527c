import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { temporaryVariables } from "../suites/temporaryFolders.ts";

/**
 * VS Code, code-server and built-in extensions keep files of their own in the user's home; a test must leave no trace there.
 * Nor in the temporary folder, where an editor that is ended at once leaves its sockets.
 */
export function serverEnvironment(home: string, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const { PASSWORD: _, HASHED_PASSWORD: __, PORT: ___, VSCODE_IPC_HOOK_CLI: ____, ...env } = process.env;
  const temporary = join(home, "tmp");
  mkdirSync(temporary, { recursive: true });
  return {
    ...Object.fromEntries(
      Object.entries(env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|NODE_TEST_CONTEXT$)/.test(name)),
    ),
    ...temporaryVariables(temporary),
    HOME: home,
    XDG_DATA_HOME: join(home, "data"),
    XDG_CONFIG_HOME: join(home, "config"),
    ...more,
  };
}
