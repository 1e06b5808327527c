import { jsonObjectIn } from "../lib/json/jsonObject.ts";
import type { AwsCredentials } from "./awsCredentials.ts";

/**
 * Reads what a program prints that gives credentials: `aws configure export-credentials --format process`, and each
 * `credential_process` (AWS CLI User Guide, "Sourcing credentials with an external process").
 *
 * @returns undefined where it is in no such form; nothing of it is ever told
 */
export function processCredentials(text: string): AwsCredentials | undefined {
  const printed = jsonObjectIn(text);
  if (!printed) return undefined;
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = printed;
  if (Version !== 1 || !isText(AccessKeyId) || !isText(SecretAccessKey)) return undefined;
  const expiresAt = isText(Expiration) ? Date.parse(Expiration) : undefined;
  if (expiresAt !== undefined && Number.isNaN(expiresAt)) return undefined;
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(isText(SessionToken) && { sessionToken: SessionToken }),
    ...(expiresAt !== undefined && { expiresAt }),
  };
}

/** Keys and tokens go into headers, where nothing but these characters may stand. */
const isText = (value: unknown): value is string => typeof value === "string" && /^[\x21-\x7e]+$/.test(value);
