import { execFileSync } from "node:child_process";
import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryFolder } from "./temporaryFolder.ts";

/** A machine whose administrator has a file, with bundles that look for it there. */
export interface ManagedMachine {
  /** The folder of the bundles. */
  readonly bundles: string;
  /** The administrator's file. */
  readonly file: string;
  /** Puts a file in its place, as a whole; undefined takes it away. */
  write(policy: object | string | undefined): void;
  remove(): void;
}

/**
 * Builds what ships once more, with another place for the administrator's file, which belongs to whoever runs the test: what
 * ships has one place, that of root, and no way to another. Everything else is the same.
 */
export function managedMachine(): ManagedMachine {
  const folder = makeTemporaryFolder("managed");
  const [bundles, place] = [join(folder, "dist"), join(folder, "etc")];
  const file = join(place, "policy.json");
  mkdirSync(place, { mode: 0o755 });
  const wanted = { out: bundles, place: { file, owner: process.getuid?.() ?? 0 } };
  const build = ["--import", import.meta.resolve("tsx"), "scripts/build.ts"];
  execFileSync(process.execPath, [...build, `--policy-of-tests=${JSON.stringify(wanted)}`], { stdio: "inherit" });
  return {
    bundles,
    file,
    write(policy) {
      if (policy === undefined) return rmSync(file, { force: true });
      const text = typeof policy === "string" ? policy : JSON.stringify({ version: 1, ...policy });
      writeFileSync(`${file}.new`, text, { mode: 0o644 });
      renameSync(`${file}.new`, file);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
