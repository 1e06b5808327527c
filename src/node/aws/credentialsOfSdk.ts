import type { AwsCredentials } from "../../aws/awsCredentials.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { partLoaded } from "../../failures/partLoaded.ts";
import { loginNeeded } from "./loginNeeded.ts";

/** The bundle with AWS's own library, see `scripts/build.ts`. */
const sdkBundle = "awsSdk.cjs";

// What the library says is read for these words, and never told.
const loginEnded = /SSO session|SSO token|sso.*(?:expired|invalid)|aws sso login/i;
const sessionEnded = /aws login|re-?authenticate/i;
const noneFound = /Could not load credentials from any providers|could not be found|not found in/i;

/**
 * Credentials where AWS's own program is not installed.
 *
 * @param profile undefined for what is taken by default
 * @param source what that is called, for people
 * @returns undefined where there are none
 * @throws GatewayFailure `aws_login_needed`, `aws_credentials_unreadable`, `part_not_loaded`
 */
export async function credentialsOfSdk(
  profile: string | undefined,
  source: string,
): Promise<AwsCredentials | undefined> {
  const { sdkCredentials } = await partLoaded(import("./sdkCredentials.ts"), sdkBundle);
  try {
    return await sdkCredentials(profile);
  } catch (error) {
    const said = error instanceof Error ? error.message : "";
    if (loginEnded.test(said)) throw loginNeeded("aws sso login", { profile, source });
    if (sessionEnded.test(said)) throw loginNeeded("aws login", { profile, source });
    if (noneFound.test(said)) return undefined;
    const reason = "AWS's library found none that it can use; the AWS CLI, version 2, is not installed";
    throw new GatewayFailure("aws_credentials_unreadable", { source, reason });
  }
}
