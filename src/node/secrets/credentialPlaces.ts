import { partLoaded } from "../../failures/partLoaded.ts";
import { decodedText } from "../../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import type { CredentialPlaces } from "../../oauth/tokens/clientCredential.ts";
import { signInBundle } from "../../oauth/tokens/lazyRequests.ts";
import { readNamedFileMeanwhile } from "../../system/readNamedFile.ts";

/** A password manager may ask its person first. */
const commandTimeoutMs = 60_000;

export interface CredentialPlacesOptions {
  readonly platform?: NodeJS.Platform;
  readonly timeoutMs?: number;
  /** The folders of the workspace, as they are now: no program is taken from there. */
  readonly workspaces?: (() => readonly string[]) | undefined;
}

/**
 * Where clients' secrets and keys are read on this computer.
 *
 * @param env ours, which the programs get too
 */
export function credentialPlaces(
  env: Readonly<Record<string, string | undefined>>,
  { platform = process.platform, timeoutMs = commandTimeoutMs, workspaces }: CredentialPlacesOptions = {},
): CredentialPlaces {
  return {
    environment: (name) => env[name],
    readFile: (path) =>
      readNamedFileMeanwhile(path, MAX_DOCUMENT_BYTES).then(decodedText, (error: NodeJS.ErrnoException) => {
        throw new Error(`it cannot be read (${error.code ?? "unknown"})`);
      }),
    async run(command) {
      const { printedCredential } = await partLoaded(import("./printedCredential.ts"), signInBundle);
      return await printedCredential(command, { env, platform, timeoutMs, workspaces: workspaces?.() ?? [] });
    },
  };
}
