import { homedir } from "node:os";
import { join } from "node:path";
import type { AwsCredentials } from "../../aws/awsCredentials.ts";
import { processCredentials } from "../../aws/processCredentials.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import type { Environment } from "../../system/environment.ts";
import { findProgram } from "../../system/findProgram.ts";
import { foreignPlaces } from "../../system/ownPrograms.ts";
import { runTool } from "../../system/runTool.ts";
import { cliEnvironment } from "./cliEnvironment.ts";
import { type AskedProfile, loginNeeded } from "./loginNeeded.ts";

export interface AwsCliWorld {
  readonly env: Environment;
  readonly platform: NodeJS.Platform;
  /** Folders of other people's files, where no program is taken from: those of the workspace. */
  readonly foreignFolders: readonly string[];
  /** The current directory. */
  readonly cwd: string;
}

/** Roles and IAM Identity Center are asked over the network. */
const TIMEOUT_MS = 30_000;

const installFolders = (platform: NodeJS.Platform): readonly string[] =>
  platform === "win32"
    ? ["C:\\Program Files\\Amazon\\AWSCLIV2"]
    : ["/usr/local/bin", "/opt/homebrew/bin", "/usr/bin", "/snap/bin", join(homedir(), ".local/bin")];

/**
 * AWS's own program, version 2, absolute; undefined where there is none. What lies in the workspace or in the current directory
 * is none of a person's programs, whatever it is called.
 */
export async function findAwsCli({ env, platform, foreignFolders, cwd }: AwsCliWorld): Promise<string | undefined> {
  const world = { platform, env: cliEnvironment(env, platform), isForeign: foreignPlaces(foreignFolders, cwd) };
  const { value } = await findProgram("aws", world, installFolders(platform)).next();
  return value ?? undefined;
}

/**
 * Asks AWS's own program for credentials: it knows IAM Identity Center (SSO), roles, `credential_process`, web identity and the
 * machine that it runs on.
 *
 * @param profile undefined for what it takes by default
 * @param source what that is called, for people
 * @returns undefined where this program cannot give any, as version 1 cannot
 * @throws GatewayFailure `aws_login_needed`, `aws_credentials_unreadable`
 */
export async function credentialsOfCli(
  program: string,
  { profile, source }: AskedProfile,
  { env, platform }: Pick<AwsCliWorld, "env" | "platform">,
): Promise<AwsCredentials | undefined> {
  const unreadable = (reason: string) => new GatewayFailure("aws_credentials_unreadable", { source, reason });
  const named = profile === undefined ? [] : ["--profile", profile];
  const run = runTool(TIMEOUT_MS, cliEnvironment(env, platform), { platform });
  const args = ["configure", "export-credentials", ...named, "--format", "process"];
  const answer = await run(program, args, "").catch((error: NodeJS.ErrnoException) => {
    throw unreadable(`the AWS CLI cannot be run (${error.code ?? "unknown"})`);
  });
  if (answer.late) throw unreadable("the AWS CLI did not answer in time");
  if (answer.code === 0) {
    const credentials = processCredentials(answer.output);
    if (credentials) return credentials;
    throw unreadable("the AWS CLI printed something else than credentials");
  }
  return failedCli(answer, { profile, source });
}

// What the program says is read for these words, and never told: a credential_process may have written it.
const loginEnded =
  /aws sso login|SSO Token|SSO session .*(?:expired|invalid)|Token has expired and refresh failed|sso.*(?:expired|not authenticated)/i;
const sessionEnded = /aws login|session has expired/i;
const noneFound = /Unable to (?:locate|retrieve) credentials|no credentials found/i;
const isVersion1 = /invalid choice|argument (?:operation|subcommand)/i;

function failedCli(
  { code, complaint }: { readonly code: number | undefined; readonly complaint: string },
  { profile, source }: AskedProfile,
): undefined {
  if (loginEnded.test(complaint)) throw loginNeeded("aws sso login", { profile, source });
  if (sessionEnded.test(complaint)) throw loginNeeded("aws login", { profile, source });
  if (noneFound.test(complaint) || isVersion1.test(complaint)) return undefined;
  const reason = code === undefined ? "the AWS CLI was ended" : `the AWS CLI ended with ${code}`;
  throw new GatewayFailure("aws_credentials_unreadable", { source, reason });
}
