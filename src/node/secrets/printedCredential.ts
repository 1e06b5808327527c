import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { findProgram } from "../../system/findProgram.ts";
import { foreignPlaces } from "../../system/ownPrograms.ts";
import { runTool } from "../../system/runTool.ts";

/** How a program that prints a credential is run. */
export interface PrintingWorld {
  /** Its environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly timeoutMs: number;
  /** The folders of the workspace: no program is taken from there. */
  readonly workspaces: readonly string[];
}

/**
 * What a program prints that somebody named for a secret, a key or a header.
 *
 * @throws Error in words that may be shown
 */
export async function printedCredential(
  [program = "", ...args]: readonly string[],
  { env, platform, timeoutMs, workspaces }: PrintingWorld,
): Promise<string> {
  const isForeign = foreignPlaces(workspaces);
  // Many tools are scripts on Windows (`az`, `gcloud`, `bw`), which have to be known as such.
  const where = { platform, env, scripts: true, isForeign };
  const found = platform === "win32" && (await findProgram(program, where).next()).value;
  const run = runTool(timeoutMs, env, { platform, isForeign });
  const { code, output, late, tooMuch } = await run(found || program, args, "").catch(
    (error: NodeJS.ErrnoException) => {
      throw new Error(`it cannot be run (${error.code ?? "unknown"})`);
    },
  );
  if (tooMuch || output.length > MAX_DOCUMENT_BYTES) throw new Error("it printed too much");
  if (late) throw new Error("it did not end in time");
  if (code !== 0) throw new Error(code === undefined ? "a signal ended it" : `it ended with ${code}`);
  return output;
}
