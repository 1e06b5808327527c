import type { AwsCredentials } from "../../aws/awsCredentials.ts";
import type { CredentialsSource } from "../../aws/keptCredentials.ts";
import type { ProfileFields } from "../../aws/sharedFiles.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { type Environment, variableOf } from "../../system/environment.ts";
import { type AwsCliWorld, credentialsOfCli, findAwsCli } from "./awsCli.ts";
import { awsProfiles } from "./awsFiles.ts";
import { credentialsOfSdk } from "./credentialsOfSdk.ts";
import type { AskedProfile } from "./loginNeeded.ts";
import { credentialsOfProcess, keysOfProfile } from "./profileKeys.ts";

/**
 * Where the credentials of a profile come from on this computer: without a profile the environment, then the default profile; of
 * a profile what AWS's own program says, so that it has its person's sign-in, roles and processes, or else its library.
 */
export function awsSource(profile: string | undefined, world: AwsCliWorld): CredentialsSource {
  const { env, platform } = world;
  if (profile !== undefined) return sourceOfProfile(profile, world);
  const ofEnvironment = environmentCredentials(env, platform);
  if (ofEnvironment) return { name: "the environment variable AWS_ACCESS_KEY_ID", read: async () => ofEnvironment };
  const named = variableOf(env, "AWS_PROFILE", platform) || variableOf(env, "AWS_DEFAULT_PROFILE", platform);
  if (named) return sourceOfProfile(named, world);
  const name = "the profile default";
  return {
    name,
    async read() {
      const fields = (await awsProfiles(env, platform)).get("default");
      const found = await ofToolsOrLibrary({ profile, source: name }, fields, world);
      if (found) return found;
      throw new GatewayFailure("aws_credentials_missing", {
        tried: ["the environment variable AWS_ACCESS_KEY_ID", name],
      });
    },
  };
}

function sourceOfProfile(profile: string, world: AwsCliWorld): CredentialsSource {
  const name = `the profile ${profile}`;
  return {
    name,
    async read() {
      const known = await awsProfiles(world.env, world.platform);
      const fields = known.get(profile);
      if (!fields) {
        throw new GatewayFailure("aws_profile_missing", { profile, found: [...known.keys()].slice(0, 20) });
      }
      const found = keysOfProfile(fields) ?? (await ofToolsOrLibrary({ profile, source: name }, fields, world));
      if (found) return found;
      throw new GatewayFailure("aws_credentials_missing", { tried: [name] });
    },
  };
}

async function ofToolsOrLibrary(
  { profile, source }: AskedProfile,
  fields: ProfileFields | undefined,
  world: AwsCliWorld,
): Promise<AwsCredentials | undefined> {
  const program = await findAwsCli(world);
  const found = program && (await credentialsOfCli(program, { profile, source }, world));
  if (found) return found;
  if (fields?.credential_process) return await credentialsOfProcess(fields.credential_process, source, world);
  return keysOfProfile(fields) ?? (await credentialsOfSdk(profile, source));
}

function environmentCredentials(env: Environment, platform: NodeJS.Platform): AwsCredentials | undefined {
  const [accessKeyId, secretAccessKey, sessionToken, expiration] = [
    ...["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION"],
  ].map((name) => variableOf(env, name, platform)?.trim() || undefined);
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  const expiresAt = Date.parse(expiration ?? "");
  return {
    accessKeyId,
    secretAccessKey,
    ...(sessionToken !== undefined && { sessionToken }),
    ...(!Number.isNaN(expiresAt) && { expiresAt }),
  };
}
