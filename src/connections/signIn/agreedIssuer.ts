import { GatewayFailure } from "../../failures/failure.ts";
import { isMachineFlow } from "../../oauth/signIn/signInFlow.ts";
import type { Connection } from "../connection.ts";
import type { ProtectedGateway } from "../discovery/discoverGateway.ts";

/** A gateway that wants another sign-in than the one that is recorded for it. */
export interface ChangedSignIn {
  readonly now: ProtectedGateway;
  /** The issuer that was recorded; undefined where the gateway asked nobody to sign in. */
  readonly before: string | undefined;
}

/** To which other issuer a person has agreed: the one that they were shown, or whichever page they are shown next. */
export type AgreedIssuer = string | "whichever" | undefined;

/** What it takes to follow a gateway. */
export interface Agreement {
  readonly agreed: AgreedIssuer;
  /** Whether somebody is there to say which client it is at the other issuer. */
  readonly canAskClient: boolean;
}

/**
 * Refuses to follow a gateway to another issuer where nobody has agreed to it. A machine is nobody who could. A client that
 * somebody has configured is known to the issuer that it was configured for: it is followed where a person can say which one
 * it is there, and never where the settings name its secret, which would be sent to the other issuer.
 *
 * @throws GatewayFailure `issuer_changed`
 */
export function mayFollow(
  { now, before }: ChangedSignIn,
  { name, authorization }: Connection,
  { agreed, canAskClient }: Agreement,
): void {
  const { settings, flow } = now.resolved;
  const { issuer } = now.server;
  // Whoever sets the issuer has decided.
  if (before === undefined || settings.issuer !== undefined) return;
  const isConfigured =
    settings.clientId !== undefined || (authorization.kind === "oauth" && authorization.clientSource === "configured");
  const hasSecret = settings.clientSecret !== undefined || settings.privateKey !== undefined;
  const isAgreed = agreed === issuer || agreed === "whichever";
  if (!isMachineFlow(flow) && isAgreed && !hasSecret && (!isConfigured || canAskClient)) return;
  throw new GatewayFailure("issuer_changed", { gateway: name, expected: before, found: issuer });
}
