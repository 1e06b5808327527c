import { spawnSync } from "node:child_process";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { readNamedFile } from "../../system/readNamedFile.ts";
import type { ChainSettings } from "../audit/auditChain.ts";
import type { ChainInFile } from "../configuration/auditSettings.ts";
import { filledIn } from "../configuration/environment.ts";

/** The fewest characters of a key. `openssl rand -base64 32` prints 44. */
const LEAST = 32;
/** How long a program may take until it has printed the key, in milliseconds. */
const COMMAND_MS = 30_000;

/**
 * The chain of an audit, with its key, wherever that is.
 *
 * @throws Error with a message for people that has nothing of the key
 */
export function chainOf(auditFile: string, chain: ChainInFile, environment: NodeJS.ProcessEnv): ChainSettings {
  const text = keyText(chain, environment);
  return { ...chainHead(auditFile, chain), ...(text !== undefined && { key: keyOf(text) }) };
}

/** Where the chain's head is. */
export const chainHead = (auditFile: string, { head }: ChainInFile): Pick<ChainSettings, "head"> => ({
  head: head ?? `${auditFile}.head`,
});

/** @throws Error with a message for people, where it is too short to be one */
export function keyOf(text: string): Buffer {
  const key = text.trim();
  if (key.length < LEAST) {
    throw new Error(
      `The key of the audit's chain has ${LEAST} characters at least (auditKeyTooShort): openssl rand -base64 32 prints one.`,
    );
  }
  return Buffer.from(key);
}

function keyText({ key, keyFile, keyCommand }: ChainInFile, environment: NodeJS.ProcessEnv): string | undefined {
  if (key !== undefined) return filledIn(key, environment);
  if (keyFile !== undefined) {
    try {
      return readNamedFile(keyFile, MAX_DOCUMENT_BYTES).toString();
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      throw new Error(`local.audit.chain.keyFile: ${keyFile} cannot be read (${code}).`);
    }
  }
  const [command, ...args] = keyCommand ?? [];
  if (command === undefined) return undefined;
  const options = { env: environment, encoding: "utf8", timeout: COMMAND_MS, windowsHide: true } as const;
  const { status, error, stdout } = spawnSync(command, args, { ...options, stdio: ["ignore", "pipe", "ignore"] });
  if (status === 0) return stdout;
  const why = (error as NodeJS.ErrnoException | undefined)?.code ?? `it ended with code ${status}`;
  throw new Error(`local.audit.chain.keyCommand: ${command} printed no key: ${why}.`);
}
