import { auth0 } from "./auth0.ts";
import { cognito } from "./cognito.ts";
import { entra } from "./entra.ts";
import { entraV1 } from "./entraV1.ts";
import { generic } from "./generic.ts";
import { google } from "./google.ts";
import { keycloak } from "./keycloak.ts";
import { okta } from "./okta.ts";
import { oktaOrg } from "./oktaOrg.ts";
import { pingFederate } from "./pingFederate.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

/** The profiles of the identity providers that the sandbox can imitate. */
export const sandboxProfiles = {
  generic,
  okta,
  oktaOrg,
  entra,
  entraV1,
  cognito,
  auth0,
  keycloak,
  pingFederate,
  google,
} as const satisfies Readonly<Record<string, SandboxProfile>>;

/** The identity providers that the sandbox can imitate, as `--profile` names them. */
export type SandboxProfileId = keyof typeof sandboxProfiles;

/** The ids of the profiles, in the order in which people are offered them. */
export const sandboxProfileIds = Object.keys(sandboxProfiles) as readonly SandboxProfileId[];
