import { join } from "node:path";
import { GatewayFailure } from "../../failures/failure.ts";
import { formatOf } from "../../hosts/formats/formats.ts";
import type { HostFiles } from "../../hosts/hostEntries.ts";
import { hostOf } from "../../hosts/hosts.ts";
import { findProgram } from "../../system/findProgram.ts";
import type { IsForeign } from "../../system/ownPrograms.ts";
import { type RunTool, runTool } from "../../system/runTool.ts";

const COMMAND_TIMEOUT_MS = 30_000;

export interface ClaudeCodeWorld {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly run?: RunTool;
  /** See `FindProgramWorld`; asked for at each use, since folders come and go. */
  readonly isForeign?: (() => IsForeign) | undefined;
}

/**
 * The files of hosts, with one exception: Claude Code's user file, which holds much else, is read by us but changed by
 * the `claude` command (code.claude.com/docs/en/mcp, `claude mcp add-json`).
 *
 * @param own the path of that file
 * @param plain reads and changes all other files
 */
export function withClaudeCode(own: string | undefined, plain: HostFiles, world: ClaudeCodeWorld): HostFiles {
  const { platform, env, home } = world;
  const run = world.run ?? runTool(COMMAND_TIMEOUT_MS, env);
  // Its own installers use these folders; npm's makes a script on Windows.
  const installFolders = [join(home, ".local", "bin"), join(home, ".claude", "local")];
  const claude = async (path: string, ...args: readonly string[]): Promise<void> => {
    const where = { platform, env, scripts: true, isForeign: world.isForeign?.() };
    const { value: command } = await findProgram("claude", where, installFolders).next();
    const answer = command && (await run(command, ["mcp", ...args, "--scope", "user"], "").catch(() => undefined));
    if (!answer)
      throw new GatewayFailure("host_file_protected", { path, reason: 'the command "claude" was not found' });
    if (answer.code !== 0) {
      throw new GatewayFailure("host_file_protected", {
        path,
        reason: `"claude mcp ${args[0]}" said ${answer.complaint.trim()}`,
      });
    }
  };
  return {
    read: (path) => plain.read(path),
    async change(path, change) {
      if (path !== own) return plain.change(path, change);
      const format = await formatOf(hostOf("claude-code"));
      const before = await plain.read(path);
      const after = change(before);
      if (after === before || after === undefined) return false;
      const servers = (text: string | undefined) =>
        new Map(format.read(text, path).servers.map(({ key, value }) => [key, JSON.stringify(value)]));
      const [old, wanted] = [servers(before), servers(after)];
      for (const [key, value] of old) if (wanted.get(key) !== value) await claude(path, "remove", key);
      for (const [key, value] of wanted) {
        if (old.get(key) !== value) await claude(path, "add-json", key, value);
      }
      return true;
    },
  };
}
