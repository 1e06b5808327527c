import { closeSync, constants, fstatSync, lstatSync, openSync, realpathSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { type AnyFailure, GatewayFailure } from "../../failures/failure.ts";
import { brokenPolicy } from "../../policy/brokenPolicy.ts";
import { DocumentPolicy } from "../../policy/documentPolicy.ts";
import { noPolicy, type Policy, type PolicyDistrust } from "../../policy/policy.ts";
import { readPolicy } from "../../policy/readPolicy.ts";
import { readOpenFile } from "../../system/readNamedFile.ts";
import type { PolicyPlace } from "./policyPlace.ts";

/** No policy is as long, in bytes. */
const MOST_BYTES = 1024 * 1024;

/**
 * Opens the administrator's file.
 *
 * @param last the policy before, by which goes on what is in use while the file is broken
 */
export function openPolicy(place: PolicyPlace, last?: Policy, platform = process.platform): Policy {
  const { file } = place;
  const broken = (problem: string): Policy => brokenPolicy(file, [{ path: "", line: 1, column: 1, problem }], last);
  let handle: number | undefined;
  try {
    // Without O_NONBLOCK, which Windows does not have, opening a pipe waits for somebody to write to it.
    handle = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const about = fstatSync(handle);
    const reason = distrust(place, about, platform);
    if (reason) return ignored(file, reason);
    if (!about.isFile()) return broken("it is no regular file");
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readOpenFile(handle, MOST_BYTES));
    const read = readPolicy(text);
    return read.kind === "read" ? new DocumentPolicy(read.document, file) : brokenPolicy(file, read.faults, last);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return noPolicy;
    if (code === "EFBIG") return broken(`expected at most ${MOST_BYTES / 1024} kB`);
    return broken(error instanceof TypeError ? "it is not UTF-8" : `it cannot be read (${code ?? "unknown"})`);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function ignored(file: string, reason: PolicyDistrust): Policy {
  const fault = new GatewayFailure("managed_policy_ignored", { file, reason }) as AnyFailure;
  return { ...noPolicy, state: { kind: "ignored", file, reason }, fault };
}

/**
 * Why a file is not the administrator's alone; undefined where it is.
 *
 * On Windows its place says so: only administrators may create something in `C:\Program Files`, unless it is a link to
 * elsewhere. Elsewhere the file has to belong to root and be writable by nobody else, and so has the folder that it is in:
 * whoever may write there may put another file in its place. A link is followed, since some systems keep all of `/etc` so.
 */
function distrust(
  { file, owner }: PolicyPlace,
  about: Pick<Stats, "uid" | "mode">,
  platform: NodeJS.Platform,
): PolicyDistrust | undefined {
  if (platform === "win32") {
    return [file, dirname(file)].some((path) => lstatSync(path).isSymbolicLink()) ? "link" : undefined;
  }
  if (about.uid !== owner) return "owner";
  if (isWritable(about)) return "writable";
  for (const folder of new Set([dirname(file), dirname(realpathSync(file))])) {
    const stats = statSync(folder);
    if (stats.uid !== owner) return "folderOwner";
    if (isWritable(stats)) return "folderWritable";
  }
  return undefined;
}

/** Whether others than the owner may write. */
const isWritable = ({ mode }: Pick<Stats, "mode">): boolean => (mode & 0o022) !== 0;
