import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import { type CredentialSource, type ReadCredential, sourceText } from "../tokens/clientCredential.ts";
import type { GrantWorld } from "../tokens/tokenRequests.ts";
import { githubActionsToken } from "./githubActionsToken.ts";
import { PROJECTED_TOKEN, type WorkloadSource } from "./workloadIdentity.ts";

/** Asks AWS for a token of the caller (STS, GetWebIdentityToken). */
export type AskAwsForToken = (
  wanted: Omit<Extract<WorkloadSource, { kind: "aws" }>, "kind"> & { readonly audience: string },
) => Promise<string>;

export interface PlatformWorld extends Pick<GrantWorld, "fetch" | "signal" | "readCredential"> {
  readonly webIdentityToken?: AskAwsForToken | undefined;
}

/** A source of tokens in words. */
export function workloadSourceText(source: WorkloadSource): string {
  switch (source.kind) {
    case "github-actions":
      return "GitHub Actions";
    case "kubernetes":
      return sourceText({ kind: "file", path: PROJECTED_TOKEN });
    case "aws":
      return "AWS";
    default:
      return sourceText(source);
  }
}

/**
 * The token that a platform gives to this workload, as it gives it: nothing looks at it here, and nobody keeps it.
 *
 * @param audience for whom it is asked for, where the source can be asked
 * @throws GatewayFailure of `githubActionsToken` and `AskAwsForToken`, `workload_token_unreadable`
 */
export async function platformToken(source: WorkloadSource, audience: string, world: PlatformWorld): Promise<string> {
  const read = world.readCredential ?? unreadable;
  switch (source.kind) {
    case "github-actions":
      return await githubActionsToken(audience, { ...world, variable: (name) => variable(name, read) });
    case "aws": {
      const { kind: _, ...account } = source;
      const region = account.region ?? (await regionOf(read));
      if (region === undefined) {
        throw new GatewayFailure("workload_platform_missing", { platform: "AWS", missing: ["AWS_REGION"] });
      }
      return await (world.webIdentityToken ?? unreadable)({ ...account, region, audience });
    }
    case "kubernetes":
      return await placed({ kind: "file", path: PROJECTED_TOKEN }, read, audience);
    case "command":
      // Programs such as `gcloud` and `spire-agent` issue a token for whom they are told.
      return await placed(
        { ...source, command: source.command.map((word) => word.replaceAll("{audience}", audience)) },
        read,
      );
    default:
      return await placed(source, read);
  }
}

async function placed(source: CredentialSource, read: ReadCredential, projectedFor?: string): Promise<string> {
  try {
    return await read(source);
  } catch (error) {
    if (!isFailure(error, "credential_unreadable")) throw error;
    const { source: place, reason } = error.facts;
    const facts = { source: place, reason, ...(projectedFor !== undefined && { projectedFor }) };
    throw new GatewayFailure("workload_token_unreadable", facts);
  }
}

const variable = (name: string, read: ReadCredential): Promise<string | undefined> =>
  read({ kind: "environment", name }).catch(() => undefined);

const regionOf = async (read: ReadCredential): Promise<string | undefined> =>
  (await variable("AWS_REGION", read)) ?? (await variable("AWS_DEFAULT_REGION", read));

const unreadable = async (): Promise<never> => {
  throw new GatewayFailure("workload_token_unreadable", {
    source: "this program",
    reason: "there is no way to read it",
  });
};
