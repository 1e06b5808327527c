import type { Connection } from "../connection.ts";
import type { GatewaySettings } from "../settings/readGatewaySettings.ts";

/** Whether requests to a gateway are signed with AWS credentials: what is set goes before what was found. */
export const isSigned = (
  { authorization }: Pick<Connection, "authorization">,
  { signIn }: Pick<GatewaySettings, "signIn">,
): boolean => signIn === "aws" || (signIn === undefined && authorization.kind === "aws");
