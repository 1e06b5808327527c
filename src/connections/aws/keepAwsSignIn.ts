import type { AwsAccounts } from "../../aws/awsAccounts.ts";
import { isFailure } from "../../failures/failure.ts";
import type { Connection } from "../connection.ts";
import { type KnownConnections, withoutSignIn } from "../knownConnections.ts";
import type { GatewaySettings } from "../settings/readGatewaySettings.ts";
import { awsSigningOf } from "./awsSigning.ts";

/** What a sign-in with AWS credentials begins with. */
export interface BegunAwsSignIn {
  readonly connection: Connection;
  /** Of the last sign-out then, see `signOutMarks.ts`. */
  readonly mark: string | undefined;
  /** Runs a command of AWS's in front of the person; resolves to whether it is worth another try. */
  readonly awsLogin?: ((command: string) => Promise<boolean>) | undefined;
}

export interface KeptAwsSignIn {
  /** Not where somebody signed out meanwhile. */
  readonly kept: boolean;
  /** The sign-in that was used before. */
  readonly before?: string | undefined;
}

/**
 * Reads the credentials of a connection, and keeps that there is a sign-in, and whose: nothing of the keys.
 *
 * @throws GatewayFailure of the source of the credentials, `aws_region_needed`
 */
export async function keepAwsSignIn(
  { connection, mark, awsLogin }: BegunAwsSignIn,
  settings: GatewaySettings,
  { accounts, connections }: { readonly accounts: AwsAccounts; readonly connections: KnownConnections },
): Promise<KeptAwsSignIn> {
  const { id } = connection;
  const signing = awsSigningOf(connection, settings);
  const identity = await accounts.signIn(signing).catch(async (failure: unknown) => {
    if (!awsLogin || !isFailure(failure, "aws_login_needed") || !(await awsLogin(failure.facts.command))) throw failure;
    return await accounts.signIn(signing);
  });
  const { profile, region } = signing;
  const outcome = await connections.change(id, async ({ now, mark: markNow }) => {
    if (!now || (markNow !== undefined && markNow !== mark)) return { result: undefined };
    const recorded = { region, ...(profile !== undefined && { profile }), ...(identity && { identity }) };
    const next = {
      ...withoutSignIn(now),
      authorization: { kind: "aws", ...recorded } as const,
      sessionId: `aws:${id}`,
    };
    return { next, result: { before: now.sessionId } };
  });
  if (!outcome) accounts.forget(profile);
  return { kept: outcome !== undefined, before: outcome?.before };
}
