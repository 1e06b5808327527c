import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./runCommand.ts";

/** Runs npm in a folder of its own, which becomes a package if it is none yet. */
export async function npm(
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  logFile?: string,
): Promise<void> {
  await mkdir(cwd, { recursive: true });
  if (!existsSync(join(cwd, "package.json"))) await writeFile(join(cwd, "package.json"), '{"private":true}\n');
  await runCommand("npm", [...args, "--no-audit", "--no-fund", "--no-update-notifier"], {
    cwd,
    env: withoutOuterNpm(env),
    ...(logFile ? { logFile } : {}),
  });
}

/** Under `npm run`, npm describes *this* project in the environment; an npm started for another folder must not read that. */
function withoutOuterNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const outer =
    /^(npm_package_|npm_lifecycle_|npm_command$|npm_execpath$|npm_node_execpath$|npm_config_local_prefix$|npm_config_omit$|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !outer.test(name)));
}
