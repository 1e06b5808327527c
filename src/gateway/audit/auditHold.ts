import { hostname } from "node:os";
import { type HeldFile, holdFile } from "../../system/heldFile.ts";
import type { ChainSettings } from "./auditChain.ts";

/**
 * Takes an audit's chain for this process. Two that write one would each go on from the line that they know, so that a part
 * of the lines of either would be in no chain: `audit --verify` finds that, once nothing can be mended any more.
 *
 * Nothing else is kept from the file: others may read, rename and rotate it.
 *
 * @param say called with words for people, where it could not be taken or was taken over
 * @returns gives it back
 * @throws Error with a message for the operator, where another gateway has it
 */
export async function holdAudit(
  auditFile: string,
  { head }: Pick<ChainSettings, "head">,
  say: (words: string) => void,
): Promise<() => Promise<void>> {
  const held: HeldFile[] = [];
  const release = async () => {
    await Promise.all(held.map((one) => one.release()));
  };
  // A head that is the file's own needs no lock of its own.
  for (const path of head === `${auditFile}.head` ? [auditFile] : [auditFile, head]) {
    const lost = () => say(`${path} was taken over by another gateway, since this one stood still (auditInUse)`);
    const found = await holdFile(`${path}.lock`, lost).catch((error: NodeJS.ErrnoException) => {
      // Where there is no such folder, opening the file says so.
      if (error.code !== "ENOENT")
        say(`no other gateway can be kept from ${path} (auditNotLocked): ${error.code ?? error.message}`);
      return undefined;
    });
    if (found === undefined) continue;
    if ("release" in found) held.push(found);
    else {
      await release();
      const where = found.host === hostname() ? "" : ` on ${found.host}`;
      throw new Error(
        `local.audit.chain: ${path} is written by another gateway, process ${found.pid}${where}, and a chain has one writer: stop that one, or name another file here (auditInUse)`,
      );
    }
  }
  return release;
}
