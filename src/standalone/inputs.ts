import { gatewayCandidates } from "../connections/gatewayUrl.ts";
import type { HeaderPlace } from "../connections/headers/headersSetting.ts";
import type { CredentialPlace } from "../connections/settings/setting.ts";
import type { WorkloadInSettings } from "../connections/settings/workloadSetting.ts";
import { asFailure } from "../failures/failure.ts";
import { decodedText } from "../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../lib/limits.ts";
import { headerValueFault } from "../lib/settableHeaders.ts";
import { GITHUB_REQUEST_TOKEN } from "../oauth/workload/githubActionsToken.ts";
import { withoutVariables } from "../system/environment.ts";
import { readNamedFile } from "../system/readNamedFile.ts";
import type { SecretSource, StandaloneOptions } from "./arguments.ts";
import { variablesOf } from "./options/handedOptions.ts";
import { headerPlace } from "./options/headerOptions.ts";
import { standaloneFailureText } from "./terminalWords.ts";

/** What the options refer to (addresses, files, environment variables), read once and checked before anything starts. */
export interface Inputs {
  /** Where the gateway may be, the best address first. */
  readonly candidates: readonly URL[];
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
  for (const [name, place] of Object.entries(options.headers ?? {})) checkHeader(name, place, variable);
  const clientSecret = options.clientSecret && readSecret("--client-secret", options.clientSecret, variable);
  const { source } = (options.settings.workload ?? {}) as WorkloadInSettings;
  // What a job's tokens are asked with is for no program that is started here.
  if (source === "github-actions") secretNames.add(GITHUB_REQUEST_TOKEN);
  if (typeof source === "object" && source.environment !== undefined) secretNames.add(source.environment);
  for (const name of variablesOf(options.handed?.().settings)) secretNames.add(name);
  // Each signature reads the key again. Reading it here as well reports a missing key before anything starts.
  if (options.clientKey) readSecret("--client-key", options.clientKey, variable);
  const { clientSecret: secret, privateKey, idToken } = options.enterprise ?? {};
  for (const [name, place] of Object.entries({
    "client-secret": secret,
    "client-key": privateKey,
    "id-token": idToken,
  })) {
    checkPlace(`--enterprise-${name}`, place, variable);
  }
  return {
    candidates,
    childEnvironment: withoutVariables(env, secretNames, process.platform),
    ...(clientSecret && { clientSecret }),
  };
}

/** AWS's region, as its own tools read it. */
export const regionIn = (env: NodeJS.ProcessEnv): string | undefined =>
  env.AWS_REGION || env.AWS_DEFAULT_REGION || undefined;

/** @throws Error in words about the address */
async function candidatesOf(url: string, env: NodeJS.ProcessEnv): Promise<readonly URL[]> {
  try {
    const candidates = await gatewayCandidates(url, () => regionIn(env));
    if (candidates) return candidates;
  } catch (error) {
    throw new Error(standaloneFailureText(asFailure(error)));
  }
  throw new Error("An AgentCore gateway id needs its region: set AWS_REGION, or give the whole address.");
}

/** Each request reads its headers again. What is missing at the start is reported before anything is. */
function checkHeader(name: string, place: string | HeaderPlace, variable: Variable): void {
  if (typeof place === "string") return;
  const option = headerPlace(name);
  const { environment, file } = place;
  if (file !== undefined) readSecret(option, { kind: "file", path: file }, variable);
  if (environment !== undefined && headerValueFault(variable(environment, option).trim()) !== undefined) {
    throw new Error(`${option}: what ${environment} holds is no header's value.`);
  }
}

/** Each use reads it again. What a command prints is not asked for before it is needed. */
function checkPlace(option: string, place: CredentialPlace | undefined, variable: Variable): void {
  if (place?.file !== undefined) readSecret(option, { kind: "file", path: place.file }, variable);
  if (place?.environment !== undefined) variable(place.environment, option);
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
