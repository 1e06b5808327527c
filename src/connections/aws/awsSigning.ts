import { GATEWAY_SERVICE, signedFor } from "../../agentcore/addresses.ts";
import type { AwsSigning } from "../../aws/awsAccounts.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import type { Authorization } from "../../oauth/signIn/recordedAuthorization.ts";
import { resolveGateway, type SettingsWorld } from "../resolvedConnection.ts";
import type { GatewaySettings } from "../settings/readGatewaySettings.ts";

/** Which of the addresses of a gateway is one whose settings say that requests are signed: nothing is asked there without. */
export const signedBySettings = (candidates: readonly URL[], world: SettingsWorld): string | undefined =>
  candidates.map(({ href }) => href).find((url) => resolveGateway({ url }, world).settings.signIn === "aws");

/**
 * With what requests to a gateway are signed, and for which service and region: those of its host, and what is set only where
 * the host does not say them.
 *
 * @throws GatewayFailure `aws_region_needed`
 */
export function awsSigningOf(
  { url, authorization }: { readonly url: string; readonly authorization?: Authorization },
  { awsProfile, awsRegion, awsService }: GatewaySettings,
): AwsSigning {
  const recorded = authorization?.kind === "aws" ? authorization : undefined;
  const profile = awsProfile ?? recorded?.profile;
  const said = signedFor(new URL(url).hostname);
  if (said) return { ...said, profile };
  const region = awsRegion ?? recorded?.region;
  if (region === undefined) throw new GatewayFailure("aws_region_needed", { url });
  return { service: awsService ?? GATEWAY_SERVICE, region, profile };
}
