import type { clearedText, revokeCachedSignIn } from "../../hosts/mcpRemote/cachedSignIn.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import type { Log } from "../../lib/log.ts";
import type {
  deleteMcpRemoteCache,
  findMcpRemoteCaches,
  mcpRemoteFolders,
} from "../../node/hostFiles/mcpRemoteCache.ts";
import { clockTime } from "../clockTime.ts";
import { withCancellableProgress } from "../messages/cancellableProgress.ts";
import { failureWords } from "../messages/failureWords.ts";
import { isConfirmed } from "../messages/isConfirmed.ts";
import { tellFact } from "../messages/tellFact.ts";
import { shownPath } from "../shownPath.ts";
import { translate } from "../translate.ts";

export interface ClearMcpRemoteWorld {
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly fetch: HttpFetch;
  readonly now: () => number;
  readonly log: Log;
  readonly load: () => Promise<ClearParts>;
}

interface ClearParts {
  readonly mcpRemoteFolders: typeof mcpRemoteFolders;
  readonly findMcpRemoteCaches: typeof findMcpRemoteCaches;
  readonly deleteMcpRemoteCache: typeof deleteMcpRemoteCache;
  readonly revokeCachedSignIn: typeof revokeCachedSignIn;
  readonly clearedText: typeof clearedText;
}

/** **Clear mcp-remote Cache**: revokes the tokens that mcp-remote keeps in plain files, and deletes these. */
export async function clearMcpRemoteCommand({ home, env, fetch, now, log, load }: ClearMcpRemoteWorld): Promise<void> {
  const mcpRemote = await load();
  const folders = mcpRemote.mcpRemoteFolders(home, env);
  const caches = await mcpRemote.findMcpRemoteCaches(folders);
  const signIns = caches.flatMap((cache) => cache.signIns);
  if (caches.length === 0) {
    void tellFact(
      translate("mcp-remote keeps nothing in {0}.", folders.map((folder) => shownPath(folder, home)).join(", ")),
    );
    return;
  }
  const question =
    signIns.length === 1
      ? translate("mcp-remote keeps 1 sign-in in plain files. Revoke and delete it?")
      : translate("mcp-remote keeps {0} sign-ins in plain files. Revoke and delete them?", signIns.length);
  const detail = translate(
    "In {0}. Each token is revoked at the identity provider that issued it. Hosts that still start mcp-remote sign in anew; files of others stay.",
    caches.map(({ folder }) => shownPath(folder, home)).join(", "),
  );
  if (!(await isConfirmed(question, detail, translate("Revoke and Delete")))) return;
  const ends = await withCancellableProgress(translate("Clear mcp-remote Cache"), async (signal, report) => {
    report(translate("asking the identity providers"));
    const asked = signIns.map((signIn) => mcpRemote.revokeCachedSignIn(signIn, { fetch, now, signal }));
    const told = await Promise.all(asked);
    return signal.aborted ? undefined : told;
  });
  if (!ends) return;
  for (const cache of caches) await mcpRemote.deleteMcpRemoteCache(cache);
  const files = caches.reduce((sum, cache) => sum + cache.files.length, 0);
  log.info("mcp-remote's cache was cleared", { ends: ends.map(({ kind }) => kind), files });
  void tellFact(mcpRemote.clearedText(ends, files, { time: clockTime, failureWords, say: translate }));
}
