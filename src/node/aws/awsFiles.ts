import { homedir } from "node:os";
import { join } from "node:path";
import { type ProfileFields, readProfiles } from "../../aws/sharedFiles.ts";
import { decodedText } from "../../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { type Environment, variableOf } from "../../system/environment.ts";
import { readNamedFileMeanwhile } from "../../system/readNamedFile.ts";

/** The texts of AWS's shared files, wherever the environment says that these are; empty where there is no file. */
export async function awsFileTexts(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
): Promise<{ readonly config: string; readonly credentials: string }> {
  const home = variableOf(env, platform === "win32" ? "USERPROFILE" : "HOME", platform) || homedir();
  const at = (variable: string, file: string) => {
    const named = variableOf(env, variable, platform);
    return named ? named.replace(/^~(?=[/\\])/, home) : join(home, ".aws", file);
  };
  const [config = "", credentials = ""] = await Promise.all(
    [at("AWS_CONFIG_FILE", "config"), at("AWS_SHARED_CREDENTIALS_FILE", "credentials")].map((path) =>
      readNamedFileMeanwhile(path, MAX_DOCUMENT_BYTES).then(decodedText, () => ""),
    ),
  );
  return { config, credentials };
}

/** The profiles in these files. */
export async function awsProfiles(
  env: Environment,
  platform?: NodeJS.Platform,
): Promise<ReadonlyMap<string, ProfileFields>> {
  const { config, credentials } = await awsFileTexts(env, platform);
  return readProfiles(config, credentials);
}
