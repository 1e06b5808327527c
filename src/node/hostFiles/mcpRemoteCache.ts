import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { type CachedSignIn, readCachedSignIn } from "../../hosts/mcpRemote/cachedSignIn.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { readRegularFile } from "../../system/readRegularFile.ts";

/** The files of all versions of mcp-remote: a hash of the server, then the kind of file. */
const ownFile =
  /^[0-9a-f]{32}_(tokens\.json|client_info\.json|code_verifier.*\.txt|discovery_state.*\.json|refresh_in_progress.*|lock\.json|debug\.log)$/;
/** Every version of mcp-remote writes into a folder of its own. */
const versionFolder = /^mcp-remote-/;

export interface McpRemoteCache {
  readonly folder: string;
  readonly files: readonly string[];
  readonly signIns: readonly CachedSignIn[];
}

/**
 * The folders in which mcp-remote keeps tokens: its default, the one that `MCP_REMOTE_CONFIG_DIR` names instead, and
 * the one that guides mention.
 */
export function mcpRemoteFolders(home: string, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const own = [join(home, ".mcp-auth"), join(home, ".mcp-remote", "auth-cache")];
  return env.MCP_REMOTE_CONFIG_DIR ? [env.MCP_REMOTE_CONFIG_DIR, ...own] : own;
}

/** Finds mcp-remote's files in these folders. It ignores other files, and links. */
export async function findMcpRemoteCaches(folders: readonly string[]): Promise<readonly McpRemoteCache[]> {
  const caches: McpRemoteCache[] = [];
  for (const folder of new Set(folders)) {
    const files = await ownFiles(folder);
    if (files.length > 0) caches.push({ folder, files, signIns: await signInsIn(files) });
  }
  return caches;
}

/** Deletes mcp-remote's files, and then the folders that are empty. */
export async function deleteMcpRemoteCache({ folder, files }: McpRemoteCache): Promise<void> {
  for (const file of files) await rm(file, { force: true });
  const below = await readdir(folder).catch(() => []);
  for (const name of below) if (versionFolder.test(name)) await rmdir(join(folder, name)).catch(() => {});
  await rmdir(folder).catch(() => {});
}

async function ownFiles(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isFile() && ownFile.test(entry.name)) found.push(path);
    if (entry.isDirectory() && versionFolder.test(entry.name)) found.push(...(await ownFiles(path)));
  }
  return found;
}

/** What is no file of mcp-remote's, or far too large for one, says nothing. */
async function textOf(path: string): Promise<string | undefined> {
  const found = await readRegularFile(path, MAX_DOCUMENT_BYTES);
  return found.kind === "read" ? found.bytes.toString("utf8") : undefined;
}

async function signInsIn(files: readonly string[]): Promise<readonly CachedSignIn[]> {
  const found: CachedSignIn[] = [];
  for (const file of files) {
    if (!file.endsWith("_tokens.json")) continue;
    const clientInfo = await textOf(file.replace(/tokens\.json$/, "client_info.json"));
    const signIn = readCachedSignIn((await textOf(file)) ?? "", clientInfo);
    if (signIn) found.push(signIn);
  }
  return found;
}
