import type { AwsCredentials } from "../../aws/awsCredentials.ts";
import { processCredentials } from "../../aws/processCredentials.ts";
import type { ProfileFields } from "../../aws/sharedFiles.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { runTool } from "../../system/runTool.ts";
import type { AwsCliWorld } from "./awsCli.ts";
import { cliEnvironment } from "./cliEnvironment.ts";

const TIMEOUT_MS = 60_000;

/** What makes a profile one of another kind, whose own keys may belong to another identity. */
const otherKinds = ["role_arn", "sso_session", "sso_start_url", "credential_process", "web_identity_token_file"];

/** The keys that stand in a profile itself, for which nothing has to be started. */
export function keysOfProfile(fields: ProfileFields | undefined): AwsCredentials | undefined {
  if (!fields || otherKinds.some((name) => name in fields)) return undefined;
  const { aws_access_key_id: accessKeyId, aws_secret_access_key: secretAccessKey, aws_session_token: token } = fields;
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, ...(token && { sessionToken: token }) };
}

/**
 * Runs the `credential_process` of a profile, as AWS's own tools do: its words are split as a shell would, and no shell runs them.
 *
 * @throws GatewayFailure `aws_credentials_unreadable`
 */
export async function credentialsOfProcess(
  command: string,
  source: string,
  { env, platform }: Pick<AwsCliWorld, "env" | "platform">,
): Promise<AwsCredentials> {
  const unreadable = (reason: string) => new GatewayFailure("aws_credentials_unreadable", { source, reason });
  const [program = "", ...args] = wordsOfCommand(command);
  const run = runTool(TIMEOUT_MS, cliEnvironment(env, platform), { platform });
  const { code, output, late } = await run(program, args, "").catch((error: NodeJS.ErrnoException) => {
    throw unreadable(`its credential_process cannot be run (${error.code ?? "unknown"})`);
  });
  if (late) throw unreadable("its credential_process did not end in time");
  if (code !== 0) throw unreadable(`its credential_process ended with ${code ?? "a signal"}`);
  const credentials = processCredentials(output);
  if (!credentials) throw unreadable("its credential_process printed something else than credentials");
  return credentials;
}

const wordsOfCommand = (command: string): string[] =>
  [...command.matchAll(/(?:"([^"]*)"|'([^']*)'|([^\s"']+))/g)].map(
    ([, double, single, plain]) => double ?? single ?? plain ?? "",
  );
