import { translatable } from "./translate.ts";

/** What to do about a provider's own code, a sentence of ours for each place where a person reads it. */
export interface ProviderAdvice {
  /** Names settings and commands of the editor. */
  readonly inEditor: string;
  /** Names options of the program without an editor. */
  readonly inTerminal: string;
}

/**
 * What to do about a provider's own error codes, which say more than OAuth's. A text stands alone where it names nothing of
 * the editor.
 *
 * Source: Microsoft's reference of authentication and authorization error codes (AADSTS).
 */
const advice: Readonly<Record<string, string | ProviderAdvice>> = {
  AADSTS50011: translatable(
    "Ask your platform team to register the redirect URI under Mobile and desktop applications: its path has to be the same, its port may differ.",
  ),
  AADSTS50105: translatable(
    "Ask your platform team to assign you to the application (Enterprise applications › Users and groups).",
  ),
  AADSTS65001: translatable(
    "Nobody has consented to this permission yet: ask an administrator to grant consent (App registrations › API permissions).",
  ),
  AADSTS650053: {
    inEditor: translatable(
      'The scope does not exist there: it has to be asked for by its full name, such as api://<app>/access_as_user. Ask for an advertisedScopeMapping at the gateway, or set "scopes" in gatewayConnect.gateways.',
    ),
    inTerminal:
      "The scope does not exist there: it has to be asked for by its full name, such as api://<app>/access_as_user. Ask for an advertisedScopeMapping at the gateway, or add --scopes.",
  },
  AADSTS70011: {
    inEditor: translatable(
      'The scope is not valid there: ask for it by its full name, such as api://<app>/access_as_user. Set "scopes" in gatewayConnect.gateways.',
    ),
    inTerminal:
      "The scope is not valid there: ask for it by its full name, such as api://<app>/access_as_user, with --scopes.",
  },
  AADSTS700016: translatable(
    "The client ID is not known in this tenant. Check it, and the tenant in the issuer, with your platform team.",
  ),
  AADSTS7000215: {
    inEditor: translatable(
      'The client secret is wrong. Enter the secret\'s value, not its ID, with "Change Client Secret…", or ask your platform team for a new one.',
    ),
    inTerminal:
      "The client secret is wrong. Check that --client-secret gives the secret's value, not its ID, or ask your platform team for a new one.",
  },
  AADSTS7000218: translatable(
    "The application is registered as a confidential one: ask your platform team to allow public client flows (Authentication › Settings).",
  ),
  AADSTS7000222: {
    inEditor: translatable(
      'The client secret has expired. Ask your platform team for a new one, and enter it with "Change Client Secret…".',
    ),
    inTerminal:
      "The client secret has expired. Ask your platform team for a new one, and put it where --client-secret looks for it.",
  },
  AADSTS1002012: {
    inEditor: translatable(
      'A client by itself asks for everything it was granted: set "audience" for this gateway in gatewayConnect.gateways to the API\'s Application (client) ID, or "scopes" to ["api://<app>/.default"].',
    ),
    inTerminal:
      "A client by itself asks for everything it was granted: add --audience with the API's Application (client) ID, or --scopes api://<app>/.default.",
  },
  AADSTS901002: {
    inEditor: translatable(
      'It takes no resource indicator: set "resource": false for this gateway in gatewayConnect.gateways and sign in again.',
    ),
    inTerminal: "It takes no resource indicator: add --resource none.",
  },
  AADSTS9010010: {
    inEditor: translatable(
      'The resource does not fit the scopes: set "resource": false for this gateway in gatewayConnect.gateways, or ask your platform team to register the gateway\'s address as an identifier URI of the API.',
    ),
    inTerminal:
      "The resource does not fit the scopes: add --resource none, or ask your platform team to register the gateway's address as an identifier URI of the API.",
  },
};

/** What to do about this code, where it is known. */
export function adviceAbout(providerCode: string | undefined): ProviderAdvice | undefined {
  const known = advice[providerCode ?? ""];
  return typeof known === "string" ? { inEditor: known, inTerminal: known } : known;
}

/** The codes that somebody has written advice for. */
export const advisedCodes: readonly string[] = Object.keys(advice);
