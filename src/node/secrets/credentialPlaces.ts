import { decodedText } from "../../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import type { CredentialPlaces } from "../../oauth/tokens/clientCredential.ts";
import { findProgram } from "../../system/findProgram.ts";
import { readNamedFileMeanwhile } from "../../system/readNamedFile.ts";
import { runTool } from "../../system/runTool.ts";

/** A password manager may ask its person first. */
const commandTimeoutMs = 60_000;

/**
 * Where clients' secrets and keys are read on this computer.
 *
 * @param env ours, which the programs get too
 */
export function credentialPlaces(
  env: Readonly<Record<string, string | undefined>>,
  {
    platform = process.platform,
    timeoutMs = commandTimeoutMs,
  }: { readonly platform?: NodeJS.Platform; readonly timeoutMs?: number } = {},
): CredentialPlaces {
  const run = runTool(timeoutMs, env, platform);
  return {
    environment: (name) => env[name],
    readFile: (path) =>
      readNamedFileMeanwhile(path, MAX_DOCUMENT_BYTES).then(decodedText, (error: NodeJS.ErrnoException) => {
        throw new Error(`it cannot be read (${error.code ?? "unknown"})`);
      }),
    async run([program = "", ...args]) {
      // Many tools are scripts on Windows (`az`, `gcloud`, `bw`), which have to be known as such.
      const found = platform === "win32" && (await findProgram(program, { platform, env, scripts: true }).next()).value;
      const { code, output, late, tooMuch } = await run(found || program, args, "").catch(
        (error: NodeJS.ErrnoException) => {
          throw new Error(`it cannot be run (${error.code ?? "unknown"})`);
        },
      );
      if (tooMuch || output.length > MAX_DOCUMENT_BYTES) throw new Error("it printed too much");
      if (late) throw new Error("it did not end in time");
      if (code !== 0) throw new Error(code === undefined ? "a signal ended it" : `it ended with ${code}`);
      return output;
    },
  };
}
