import { randomBytes, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createRemoteJWKSet, decodeJwt, importJWK, type JWTPayload, jwtVerify, SignJWT } from "jose";
import type { Door } from "../../gateway/http/httpServer.ts";
import { MOST_SILENT_CONNECTIONS_OF_SANDBOX } from "../../lib/limits.ts";
import { keepConnections } from "../../system/keepConnections.ts";
import { boundSilentCallers } from "../../system/silentConnections.ts";
import type { SandboxFaults } from "../faults/sandboxFaults.ts";
import { makeProviderKeys, type ProviderKey } from "../identity/providerKeys.ts";
import { readForm } from "../identity/readForm.ts";
import type { TokenLedger } from "../identity/tokenLedger.ts";
import { listen, stopped } from "../loopbackServer.ts";

export interface AuthorizationServerOptions {
  /** The company's identity provider, the only one whose word is taken. */
  readonly identityProvider: { readonly issuer: string; readonly jwksUri: string };
  readonly gatewayUrl: string;
  readonly scopes: readonly string[];
  readonly accessTokenSeconds: number;
  readonly ledger: TokenLedger;
  readonly faults: () => SandboxFaults;
  readonly door: Door;
}

/** A gateway's authorization server that gives tokens for a company's assertions, and for nothing else. */
export interface EnterpriseAuthorizationServer {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Whether an access token was issued here, has not ended and was not revoked. */
  isActive(token: string): Promise<boolean>;
  stop(): Promise<void>;
}

/** Where it has what it is asked for. */
export const authorizationServerPaths = { token: "/token", revocation: "/revoke", jwks: "/jwks" } as const;

const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const CLIENT_ID = "gateway-connect-at-gateway";

type Answer = readonly [status: number, body: object];

/**
 * Starts it on a free port of this computer. Nobody signs in there: it has no page.
 *
 * An assertion is redeemed once (draft-ietf-oauth-identity-assertion-authz-grant, 7.4.2), by the client that it names, which
 * proves itself (7.7).
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions,
): Promise<EnterpriseAuthorizationServer> {
  const { published: key } = await makeProviderKeys(false);
  const clientSecret = randomBytes(18).toString("base64url");
  const unreadable = (): Answer => [400, { error: "invalid_request" }];
  const server = createServer((request, response) =>
    options.door(
      request,
      response,
      () =>
        void answer(request)
          .catch(unreadable)
          .then((found) => send(response, found)),
    ),
  );
  boundSilentCallers(server, MOST_SILENT_CONNECTIONS_OF_SANDBOX);
  keepConnections(server);
  const issuer = `http://127.0.0.1:${await listen(server, 0)}`;
  const redeem = redemption({ ...options, issuer, key });
  options.ledger.secretIssued("client_secret", clientSecret);

  const isClient = ({ headers }: IncomingMessage, form: URLSearchParams): boolean => {
    const [, encoded = ""] = /^Basic (.+)$/i.exec(headers.authorization ?? "") ?? [];
    const [id, secret] = Buffer.from(encoded, "base64").toString().split(":");
    const given = encoded === "" ? [form.get("client_id"), form.get("client_secret")] : [id, secret];
    return given[0] === CLIENT_ID && given[1] === clientSecret;
  };
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { method = "", url = "" } = request;
    const documents = ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"];
    if (method === "GET" && documents.includes(url)) {
      return options.faults().discoveryDown
        ? [503, { error: "temporarily_unavailable" }]
        : [200, metadata(issuer, options)];
    }
    if (method === "GET" && url === "/jwks") {
      const { kid } = key.privateJwk;
      return [200, { keys: [{ ...key.publicKey.export({ format: "jwk" }), kid, alg: "RS256", use: "sig" }] }];
    }
    if (method !== "POST" || !["/token", "/revoke"].includes(url)) return [404, { error: "not_found" }];
    const form = await readForm(request);
    if (url === "/token") options.ledger.tokenRequested(form.get("grant_type") ?? "none");
    if (!isClient(request, form))
      return [401, { error: "invalid_client", error_description: "The client is not known." }];
    if (url === "/token") return await redeem(form);
    revoke(form.get("token") ?? "", options.ledger);
    return [200, {}];
  };

  return {
    issuer,
    clientId: CLIENT_ID,
    clientSecret,
    async isActive(token) {
      const good = await jwtVerify(token, key.publicKey, { issuer }).catch(() => undefined);
      return good !== undefined && !options.ledger.isRevoked(String(good.payload.jti));
    },
    stop: () => stopped(server),
  };
}

const metadata = (issuer: string, { scopes }: AuthorizationServerOptions) => ({
  issuer,
  token_endpoint: `${issuer}/token`,
  revocation_endpoint: `${issuer}/revoke`,
  jwks_uri: `${issuer}/jwks`,
  scopes_supported: scopes,
  grant_types_supported: [JWT_BEARER],
  authorization_grant_profiles_supported: ["urn:ietf:params:oauth:grant-profile:id-jag"],
  token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
  response_types_supported: [],
});

function revoke(token: string, ledger: TokenLedger): void {
  try {
    const { jti } = decodeJwt(token);
    if (typeof jti === "string") ledger.revoke(jti);
    ledger.clientRevoked("access_token");
  } catch {
    // A token that is none needs no action (RFC 7009, 2.2).
  }
}

/** Gives a token for each assertion, once. */
function redemption(world: AuthorizationServerOptions & { readonly issuer: string; readonly key: ProviderKey }) {
  const { issuer, key, gatewayUrl, scopes, ledger, identityProvider, accessTokenSeconds } = world;
  const keys = createRemoteJWKSet(new URL(identityProvider.jwksUri));
  const seen = new Set<string>();
  const refused = (description: string, error = "invalid_grant"): Answer => [
    400,
    { error, error_description: description },
  ];

  return async (form: URLSearchParams): Promise<Answer> => {
    if (form.get("grant_type") !== JWT_BEARER) return refused("Only assertions are taken.", "unsupported_grant_type");
    const rules = { issuer: identityProvider.issuer, audience: issuer, typ: "oauth-id-jag+jwt" };
    const claims = await jwtVerify(form.get("assertion") ?? "", keys, rules).then(
      ({ payload }): JWTPayload => payload,
      () => undefined,
    );
    if (!claims || world.faults().redemptionRefused) return refused("The assertion is not one that is trusted here.");
    const { jti = "", sub = "", client_id: clientId, resource, scope } = claims;
    if (clientId !== CLIENT_ID) return refused("The assertion is for another client.");
    if (resource !== undefined && resource !== gatewayUrl) return refused("The assertion is for another resource.");
    if (seen.has(jti) || jti === "") return refused("The assertion was redeemed before.");
    seen.add(jti);
    const wanted = (form.get("scope") ?? String(scope ?? "")).split(" ").filter((one) => one !== "");
    if (wanted.some((one) => !scopes.includes(one))) return refused("There is no such scope.", "invalid_scope");
    const token = {
      iss: issuer,
      sub,
      aud: gatewayUrl,
      client_id: clientId,
      jti: randomUUID(),
      scope: wanted.join(" "),
    };
    ledger.accessTokenIssued(token.jti, { sub: token.sub, clientId, grantId: undefined });
    const accessToken = await new SignJWT(token)
      .setProtectedHeader({ alg: "RS256", kid: key.privateJwk.kid, typ: "at+jwt" })
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + accessTokenSeconds)
      .sign(await importJWK(key.privateJwk as never, "RS256"));
    ledger.secretIssued("access_token", accessToken);
    return [
      200,
      { access_token: accessToken, token_type: "Bearer", expires_in: accessTokenSeconds, scope: token.scope },
    ];
  };
}

function send(response: ServerResponse, [status, body]: Answer): void {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}
