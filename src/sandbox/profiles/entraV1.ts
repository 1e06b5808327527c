import { entra, entraApi, entraCaller, entraTenant } from "./entra.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

/**
 * Microsoft Entra ID where the API still has `requestedAccessTokenVersion` unset: sign-in is as with version 2, but
 * the tokens are version 1, with another issuer, `appid` for the client, and the API's address as audience. A gateway
 * that was set up for version 2 refuses them all.
 *
 * "Access token claims reference"; "Access tokens: token formats"; AWS's sample for AgentCore Gateway with Entra ID,
 * troubleshooting.
 */
export const entraV1: SandboxProfile = {
  ...entra,
  accessToken: (token) => {
    const { person } = token;
    return {
      ...entraCaller(token),
      ver: "1.0",
      // At Microsoft this is https://sts.windows.net/<tenant>/.
      iss: `${token.origin}/${entraTenant}/`,
      aud: `api://${entraApi}`,
      appid: token.clientId,
      appidacr: person ? "0" : "1",
      ...(person && { upn: person.email, unique_name: person.email }),
    };
  },
};
