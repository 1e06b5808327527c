import { english, type Translate } from "../../failures/translate.ts";
import type { GatewayState } from "../gatewayState.ts";

type SignedInToAws = Pick<Extract<GatewayState, { kind: "signedInToAws" }>, "profile" | "identity">;

/** Whose credentials sign: what AWS says, else the profile. */
export function awsWho({ profile, identity }: SignedInToAws, say: Translate = english): string {
  if (identity) return say("{0} in AWS account {1}", identity.name, identity.account);
  return profile === undefined ? say("AWS credentials") : say("AWS profile {0}", profile);
}

/** Where they come from. */
export const awsSourceText = ({ profile }: Pick<SignedInToAws, "profile">, say: Translate = english): string =>
  profile === undefined
    ? say("requests are signed with AWS credentials of the environment or the default profile")
    : say("requests are signed with the AWS profile {0}", profile);
