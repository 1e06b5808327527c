import { askServer } from "../lib/askServer.ts";
import type { HttpFetch } from "../lib/httpPort.ts";
import { memberIn } from "../lib/json/jsonObject.ts";
import { requestPolicies } from "../lib/limits.ts";
import type { AwsCredentials } from "./awsCredentials.ts";
import { sigV4Headers } from "./sigV4.ts";
import { stsAddress } from "./stsAddress.ts";

/** Who AWS takes a caller for, without anything that is secret. */
export interface AwsIdentity {
  /** The role, user or session, as AWS calls it: "assumed-role/Developer/ada". */
  readonly name: string;
  /** Twelve digits. */
  readonly account: string;
}

/**
 * Asks AWS whose credentials these are (STS, GetCallerIdentity), which nobody needs a permission for.
 *
 * @returns undefined where it cannot be found out: nothing depends on it
 */
export async function awsIdentity(
  credentials: AwsCredentials,
  region: string,
  { fetch, now }: { readonly fetch: HttpFetch; readonly now: () => number },
): Promise<AwsIdentity | undefined> {
  const url = stsAddress(region);
  const body = "Action=GetCallerIdentity&Version=2011-06-15";
  const plain = { "content-type": "application/x-www-form-urlencoded", accept: "application/json" };
  try {
    const request = { url, method: "POST", headers: plain, body };
    const headers = await sigV4Headers(request, { service: "sts", region, credentials, now: now() });
    const answer = await askServer({ ...request, headers }, requestPolicies.userInfo, { fetch });
    return answer.ok ? identityOf(await answer.json()) : undefined;
  } catch {
    return undefined;
  }
}

const arnPattern = /^arn:aws[a-z-]*:(?:iam|sts)::(\d{12}):([\w+=,.@/-]{1,300})$/;

function identityOf(answer: unknown): AwsIdentity | undefined {
  const result = memberIn(memberIn(answer, "GetCallerIdentityResponse"), "GetCallerIdentityResult");
  const arn = memberIn(result, "Arn");
  const [, account, name] = typeof arn === "string" ? (arnPattern.exec(arn) ?? []) : [];
  return account === undefined || name === undefined ? undefined : { account, name: withoutSuffix(name) };
}

/** Roles of IAM Identity Center are called `AWSReservedSSO_Developer_0123456789abcdef`; people know the middle of it. */
const withoutSuffix = (name: string): string => name.replace(/\bAWSReservedSSO_(.+)_[0-9a-f]{16}\b/, "$1");
