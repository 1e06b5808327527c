import { gatewayCandidates } from "../connections/gatewayUrl.ts";
import { asFailure } from "../failures/failure.ts";
import { decodedText } from "../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../lib/limits.ts";
import { withoutVariables } from "../system/environment.ts";
import { readNamedFile } from "../system/readNamedFile.ts";
import type { HeaderOption, SecretSource, StandaloneOptions } from "./arguments.ts";
import { standaloneFailureText } from "./terminalWords.ts";

/** What the options refer to (addresses, files, environment variables), read once and checked before anything starts. */
export interface Inputs {
  /** Where the gateway may be, the best address first. */
  readonly candidates: readonly URL[];
  /** The headers of `--header`, which go to the gateway alone. */
  readonly headers: readonly [string, string][];
  readonly clientSecret?: string;
  /** The environment for programs that we start: ours, without the variables that hold a secret of ours. */
  readonly childEnvironment: NodeJS.ProcessEnv;
}

type Variable = (name: string, option: string) => string;

/**
 * Reads what the options refer to.
 *
 * @throws Error in words about the argument that cannot be used
 */
export async function readInputs(options: StandaloneOptions, env: NodeJS.ProcessEnv): Promise<Inputs> {
  const secretNames = new Set<string>();
  const variable: Variable = (name, option) => {
    secretNames.add(name);
    const value = env[name];
    if (!value) throw new Error(`${option} names the environment variable ${name}, which is not set.`);
    return value;
  };
  const candidates = await candidatesOf(options.url, env);
  const headers = options.headers.map((header): [string, string] => [header.name, headerValue(header, variable)]);
  const clientSecret = options.clientSecret && readSecret("--client-secret", options.clientSecret, variable);
  // Each signature reads the key again. Reading it here as well reports a missing key before anything starts.
  if (options.clientKey) readSecret("--client-key", options.clientKey, variable);
  return {
    candidates,
    headers,
    childEnvironment: withoutVariables(env, secretNames, process.platform),
    ...(clientSecret && { clientSecret }),
  };
}

/** @throws Error in words about the address */
async function candidatesOf(url: string, env: NodeJS.ProcessEnv): Promise<readonly URL[]> {
  try {
    const region = env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;
    const candidates = await gatewayCandidates(url, () => region);
    if (candidates) return candidates;
  } catch (error) {
    throw new Error(standaloneFailureText(asFailure(error)));
  }
  throw new Error("An AgentCore gateway id needs its region: set AWS_REGION, or give the whole address.");
}

function headerValue({ name, value }: HeaderOption, variable: Variable): string {
  if (value.kind === "text") return value.text;
  const found = value.before + variable(value.name, `--header ${name}`).trim();
  if (/[^\t\x20-\x7e]/.test(found)) throw new Error(`--header ${name}: what ${value.name} holds is no header's value.`);
  return found;
}

function readSecret(option: string, source: SecretSource, variable: Variable): string {
  if (source.kind === "environment") return variable(source.name, option).trim();
  let text: string;
  try {
    text = decodedText(readNamedFile(source.path, MAX_DOCUMENT_BYTES)).trim();
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Error(`${option}: ${source.path} cannot be read (${code}).`);
  }
  if (text === "") throw new Error(`${option}: ${source.path} is empty.`);
  return text;
}
