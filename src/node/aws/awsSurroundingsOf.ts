import type { AwsProfile, AwsSurroundings } from "../../aws/awsSurroundings.ts";
import { configuredEndpoint } from "../../aws/configuredEndpoint.ts";
import { type ProfileFields, readProfiles, serviceFields } from "../../aws/sharedFiles.ts";
import { variableOf } from "../../system/environment.ts";
import type { AwsCliWorld } from "./awsCli.ts";
import { awsFileTexts } from "./awsFiles.ts";

/** What AWS's own tools would take on this computer. Files and environment are read, and nothing is started or asked. */
export async function awsSurroundingsOf({
  env,
  platform,
}: Pick<AwsCliWorld, "env" | "platform">): Promise<AwsSurroundings> {
  const { config, credentials } = await awsFileTexts(env, platform);
  const profiles = readProfiles(config, credentials);
  const variable = (name: string) => variableOf(env, name, platform)?.trim() || undefined;
  const hasKeys = variable("AWS_ACCESS_KEY_ID") !== undefined && variable("AWS_SECRET_ACCESS_KEY") !== undefined;
  const region = variable("AWS_REGION") ?? variable("AWS_DEFAULT_REGION");
  const named = variable("AWS_PROFILE") ?? variable("AWS_DEFAULT_PROFILE") ?? "default";
  return {
    profiles: [...profiles].map(([name, fields]) => profileOf(name, fields)),
    hasKeys,
    ...(region !== undefined && { region }),
    ...(!hasKeys && { byDefault: named }),
    endpointOf(id, profile = named) {
      const fields = profiles.get(profile);
      const service = fields?.services === undefined ? {} : serviceFields(config, fields.services, id);
      return configuredEndpoint(id, { variable, profile: fields && { name: profile, fields }, service });
    },
  };
}

function profileOf(name: string, fields: ProfileFields): AwsProfile {
  const { region } = fields;
  return { name, kind: kindOf(fields), ...(region && { region }) };
}

function kindOf(fields: ProfileFields): AwsProfile["kind"] {
  const has = (...names: readonly string[]) => names.some((name) => fields[name]);
  if (has("sso_session", "sso_start_url")) return "sso";
  if (has("web_identity_token_file")) return "webIdentity";
  if (has("role_arn")) return "role";
  if (has("credential_process")) return "process";
  return has("aws_access_key_id") ? "keys" : "other";
}
