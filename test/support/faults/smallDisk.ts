import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryFolder } from "../temporaryFolder.ts";

/** How a disk keeps everybody from writing, whoever they are: permissions do not stop an administrator. */
export type DiskFault = "full" | "read-only";

const mount = (...args: readonly string[]) => spawnSync("mount", [...args], { encoding: "utf8" });

/** Why this computer gives a test no disk of its own; undefined where it does. */
export function noDisks(): string | undefined {
  if (process.platform !== "linux") return "a small disk is mounted on Linux only";
  const folder = makeTemporaryFolder("disk");
  try {
    const { status, stderr, error } = mount("-t", "tmpfs", "-o", "size=64k", "none", folder);
    if (status !== 0) return `mounting is not allowed here: ${(stderr || error?.message || "").trim()}`;
    spawnSync("umount", [folder]);
    return undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A disk that holds next to nothing, in memory. */
export function smallDisk() {
  const folder = makeTemporaryFolder("disk");
  const { status, stderr } = mount("-t", "tmpfs", "-o", "size=256k", "none", folder);
  if (status !== 0) throw new Error(stderr);
  const filling = join(folder, "filling");
  return {
    folder,
    goWrong(fault: DiskFault): void {
      if (fault === "read-only") return void mount("-o", "remount,ro", folder);
      for (let size = 65_536, at = 0; size >= 1; ) {
        try {
          writeFileSync(filling, Buffer.alloc(size), { flag: "a" });
          at += size;
          if (at > 1 << 20) throw new Error("the disk is larger than it was to be");
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
          size = Math.floor(size / 2);
        }
      }
    },
    goWell(): void {
      mount("-o", "remount,rw", folder);
      rmSync(filling, { force: true });
    },
    remove(): void {
      spawnSync("umount", ["-l", folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
