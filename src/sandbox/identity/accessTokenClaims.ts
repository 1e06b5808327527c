import type { Configuration } from "oidc-provider";
import type { SandboxFaults } from "../faults/sandboxFaults.ts";
import type { ProfileAddresses, SandboxProfile } from "../profiles/sandboxProfile.ts";
import type { Accounts } from "./accounts.ts";
import { UNNAMED_API } from "./resourceIndicators.ts";
import type { TokenLedger } from "./tokenLedger.ts";

type Customizer = NonNullable<NonNullable<NonNullable<Configuration["formats"]>["customizers"]>["jwt"]>;

/** Writes the claims of access tokens as the provider does, and records each token in the ledger. */
export function accessTokenClaims(
  profile: SandboxProfile,
  addresses: ProfileAddresses,
  world: { readonly accounts: Accounts; readonly ledger: TokenLedger; readonly faults: () => SandboxFaults },
): Customizer {
  return (_ctx, token, jwt) => {
    const { accessToken, resource } = profile;
    if (accessToken === "opaque") return;
    // What a token is bound to stands in it whatever else the provider writes (RFC 9449, 6.1).
    const { iss, iat, exp, jti, cnf } = jwt.payload;
    const accountId = "accountId" in token ? token.accountId : undefined;
    const clientId = String(token.clientId);
    const indicator = token.resourceServer?.identifier();
    const claims = accessToken({
      ...addresses,
      clientId,
      person: world.accounts.personOf(accountId),
      scopes: token.scope?.split(" ").filter(Boolean) ?? [],
      resource: resource === "bound" && indicator !== UNNAMED_API ? indicator : undefined,
    });
    const payload: Record<string, unknown> = { iss, iat, exp, jti, ...(cnf !== undefined && { cnf }), ...claims };
    if (world.faults().wrongAudience) payload.aud = "https://another-api.example.com";
    // oidc-provider requires an audience. One that is not enumerable satisfies it and does not get into the token.
    if (payload.aud === undefined) {
      Object.defineProperty(payload, "aud", { value: addresses.gatewayUrl, enumerable: false, writable: true });
    }
    jwt.payload = payload;
    // Only the generic provider marks access tokens with `at+jwt` (RFC 9068, 2.1).
    if (resource !== "gatewayOnly") jwt.header = { typ: "JWT" };
    const grantId = "grantId" in token ? token.grantId : undefined;
    world.ledger.accessTokenIssued(String(jti), { sub: accountId ?? clientId, clientId, grantId });
  };
}
