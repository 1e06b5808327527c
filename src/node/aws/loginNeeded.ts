import { GatewayFailure } from "../../failures/failure.ts";

/** Whose credentials are asked for. */
export interface AskedProfile {
  /** Undefined for what AWS's tools take by default. */
  readonly profile: string | undefined;
  /** What the credentials are called, for people. */
  readonly source: string;
}

/**
 * The failure of a sign-in of AWS's own tools that has ended.
 *
 * @param login what begins another: `aws sso login` for IAM Identity Center, `aws login` for the console's sign-in
 */
export function loginNeeded(
  login: "aws sso login" | "aws login",
  { profile, source }: AskedProfile,
): GatewayFailure<"aws_login_needed"> {
  const command = profile === undefined ? login : `${login} --profile ${quotedForShell(profile)}`;
  return new GatewayFailure("aws_login_needed", { source, command });
}

/** For a command that a person reads, and may paste into whichever shell. */
const quotedForShell = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `"${text.replace(/["$`\\]/g, "")}"`;
