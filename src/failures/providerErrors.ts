/**
 * What to do about a provider's own error codes, which say more than OAuth's.
 *
 * Source: Microsoft's reference of authentication and authorization error codes (AADSTS).
 */
const nextSteps: Readonly<Record<string, string>> = {
  AADSTS50011:
    "Ask your platform team to register the redirect URI under Mobile and desktop applications: its path has to be the same, its port may differ.",
  AADSTS50105: "Ask your platform team to assign you to the application (Enterprise applications › Users and groups).",
  AADSTS65001:
    "Nobody has consented to this permission yet: ask an administrator to grant consent (App registrations › API permissions).",
  AADSTS650053:
    'The scope does not exist there: it has to be asked for by its full name, such as api://<app>/access_as_user. Ask for an advertisedScopeMapping at the gateway, or set "scopes" in gatewayConnect.gateways.',
  AADSTS70011:
    'The scope is not valid there: ask for it by its full name, such as api://<app>/access_as_user. Set "scopes" in gatewayConnect.gateways.',
  AADSTS700016:
    "The client ID is not known in this tenant. Check it, and the tenant in the issuer, with your platform team.",
  AADSTS7000215:
    'The client secret is wrong. Enter the secret\'s value, not its ID, with "Change Client Secret…", or ask your platform team for a new one.',
  AADSTS7000218:
    "The application is registered as a confidential one: ask your platform team to allow public client flows (Authentication › Settings).",
  AADSTS7000222:
    'The client secret has expired. Ask your platform team for a new one, and enter it with "Change Client Secret…".',
  AADSTS1002012:
    'A client by itself asks for everything it was granted: set "audience" for this gateway in gatewayConnect.gateways to the API\'s Application (client) ID, or "scopes" to ["api://<app>/.default"].',
  AADSTS901002:
    'It takes no resource indicator: set "resource": false for this gateway in gatewayConnect.gateways and sign in again.',
  AADSTS9010010:
    'The resource does not fit the scopes: set "resource": false for this gateway in gatewayConnect.gateways, or ask your platform team to register the gateway\'s address as an identifier URI of the API.',
};

/** What to do about this code, where it is known. */
export const afterProviderCode = (code: string | undefined): string | undefined =>
  code === undefined ? undefined : nextSteps[code];
