import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cacheFolder } from "./cacheFolder.ts";
import { alone, type Progress } from "./installOnce.ts";
import { runCommand } from "./runCommand.ts";

/** Something of the operating system that an installation needs, with the Debian package that brings it. */
export interface SystemPart {
  readonly name: string;
  readonly debianPackage: string;
  readonly isThere: () => boolean;
}

/** What compiling VS Code's native modules needs on Linux. */
export const compilerParts: readonly SystemPart[] = [
  { name: "python3", debianPackage: "python3", isThere: () => onPath("python3") !== undefined },
  { name: "make", debianPackage: "make", isThere: () => onPath("make") !== undefined },
  { name: "g++", debianPackage: "g++", isThere: () => onPath("g++") !== undefined },
  {
    name: "Kerberos headers",
    debianPackage: "libkrb5-dev",
    isThere: () => ["/usr/include", "/usr/local/include"].some((folder) => existsSync(join(folder, "gssapi/gssapi.h"))),
  },
];

/** The first file of that name on PATH that can be executed. */
export function onPath(name: string): string | undefined {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const file = join(folder, process.platform === "win32" ? `${name}.exe` : name);
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {}
  }
  return undefined;
}

export function canUseApt(): boolean {
  return process.getuid?.() === 0 && onPath("apt-get") !== undefined;
}

/** Brings the missing parts where that is possible without asking; otherwise says which command does. */
export async function ensureSystemParts(parts: readonly SystemPart[], progress: Progress): Promise<void> {
  const missing = parts.filter((part) => !part.isThere());
  if (missing.length === 0) return;
  const names = missing.map((part) => part.name).join(", ");
  const packages = missing.map((part) => part.debianPackage);
  if (!canUseApt()) {
    throw new Error(
      `This machine lacks ${names}.\n` +
        `On Debian or Ubuntu: sudo apt-get install -y ${packages.join(" ")}\n` +
        "Elsewhere, install the packages of the same purpose, then run this command again.",
    );
  }
  progress(`installing ${packages.join(", ")} with apt`);
  await aptInstall(packages, progress);
}

/** One at a time: the lists of packages have a lock that apt does not wait for. */
export const aptInstall = (packages: readonly string[], progress: Progress): Promise<void> =>
  alone(join(cacheFolder(), "apt.lock"), () => install(packages), progress);

async function install(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  // Another run on this machine may be installing something.
  const options = ["-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"];
  const fetched = () => runCommand("apt-get", ["install", ...options, ...packages], { env });
  // A fresh container has no package lists; one with lists should not wait for new ones.
  await fetched().catch(async () => {
    await runCommand("apt-get", ["update"], { env });
    await fetched();
  });
}
