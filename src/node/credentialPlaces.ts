import { readFile } from "node:fs/promises";
import type { CredentialPlaces } from "../core/tokens/clientCredential.ts";
import { runTool } from "./runTool.ts";

/** A password manager may ask its person first. */
const commandTimeoutMs = 60_000;

/**
 * Where clients' secrets and keys are read on this computer.
 *
 * @param environment ours, which the programs get too
 */
export function credentialPlaces(environment: Readonly<Record<string, string | undefined>>): CredentialPlaces {
  const run = runTool(commandTimeoutMs, environment);
  return {
    environment: (name) => environment[name],
    readFile: (path) =>
      readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        throw new Error(`it cannot be read (${error.code ?? "unknown"})`);
      }),
    async run([program = "", ...args]) {
      const { code, output } = await run(program, args, "").catch((error: NodeJS.ErrnoException) => {
        throw new Error(`it cannot be run (${error.code ?? "unknown"})`);
      });
      if (code !== 0) throw new Error(code === undefined ? "it did not end in time" : `it ended with ${code}`);
      return output;
    },
  };
}
