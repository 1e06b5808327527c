import { readdir } from "node:fs/promises";
import type { HostId } from "../../hosts/hostIds.ts";
import { type HostPath, type HostScope, type MachineFolders, pathOn } from "../../hosts/hostPaths.ts";
import { type Host, type HostFile, hosts } from "../../hosts/hosts.ts";
import { exists } from "../../system/exists.ts";

/** A file that a host reads, or would read if it were there. */
export interface HostPlace extends HostFile {
  readonly scope: HostScope;
  /** Whether the host is on this computer; of a folder, whether the file is in it. */
  readonly isFound: boolean;
}

/** A host that says of no file where it keeps its servers, so that its entry is pasted. */
export interface PastedHost {
  readonly host: Host;
  readonly isFound: boolean;
}

export interface HostSearch {
  readonly machine: MachineFolders;
  /** The folders that are open in the editor. */
  readonly workspaces: readonly string[];
  /** The host that the editor is, which comes first. */
  readonly own?: HostId | undefined;
}

export interface FoundHosts {
  readonly files: readonly HostPlace[];
  readonly pasted: readonly PastedHost[];
}

/** Every file in which a host here may find its servers, and which of the hosts are on this computer. */
export async function findHostFiles({ machine, workspaces, own }: HostSearch): Promise<FoundHosts> {
  const ordered = [...hosts].sort((one, other) => Number(other.id === own) - Number(one.id === own));
  const files: HostPlace[] = [];
  const pasted: PastedHost[] = [];
  for (const host of ordered) {
    const signs = await existing((host.signs ?? []).map((sign) => pathOn(machine, sign)));
    if (host.pastedAt !== undefined) pasted.push({ host, isFound: signs.length > 0 });
    for (const path of await candidates(machine, host.file.user ?? [])) {
      const isFound = signs.length > 0 || (await exists(host.signs ? path : folderOf(path)));
      files.push({ host, scope: "user", path, isFound });
    }
    for (const workspace of workspaces) {
      for (const path of await candidates({ ...machine, workspace }, host.file.workspace ?? [])) {
        files.push({ host, scope: "workspace", path, isFound: await exists(path) });
      }
    }
  }
  return { files, pasted };
}

/**
 * The files that count on this machine: of several the first that exists, else the first whose folder does, else the first.
 * Where a name has a `*`, each file that is there.
 */
async function candidates(
  machine: MachineFolders & { readonly workspace?: string },
  paths: readonly HostPath[],
): Promise<readonly string[]> {
  const all = (await Promise.all(paths.map((path) => fitting(pathOn(machine, path))))).flat();
  if (paths.some((path) => path.at(-1)?.includes("*"))) return all;
  const [there] = await existing(all);
  const [inFolder] = there === undefined ? await existing(all.map(folderOf)) : [];
  const chosen = there ?? all.find((path) => folderOf(path) === inFolder) ?? all[0];
  return chosen === undefined ? [] : [chosen];
}

/** The paths that a path with `*` in its names stands for; one without is itself. */
async function fitting(path: string | undefined): Promise<readonly string[]> {
  if (path === undefined) return [];
  const star = path.indexOf("*");
  if (star < 0) return [path];
  const separator = path.includes("\\") ? "\\" : "/";
  const start = path.lastIndexOf(separator, star);
  const [name = "", ...rest] = path.slice(start + 1).split(separator);
  const [before = "", after = ""] = name.split("*");
  const folder = path.slice(0, start);
  const names = await readdir(folder).catch(() => []);
  const fits = names.filter((one) => one.startsWith(before) && one.endsWith(after) && one.length >= name.length - 1);
  return fits.sort().map((one) => [folder, one, ...rest].join(separator));
}

const folderOf = (path: string): string => path.slice(0, Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")));

async function existing(paths: readonly (string | undefined)[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map(async (path) => (path !== undefined && (await exists(path)) ? [path] : [])),
  );
  return found.flat();
}
