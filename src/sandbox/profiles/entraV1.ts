import { entra, entraApi, entraCaller, entraTenant } from "./entra.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

/**
 * Microsoft Entra ID with `requestedAccessTokenVersion` of the API unset. The sign-in is that of version 2, but the
 * tokens are version 1: another issuer, `appid` for the client, and the API's address as audience. A gateway that is
 * configured for version 2 refuses them all.
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
