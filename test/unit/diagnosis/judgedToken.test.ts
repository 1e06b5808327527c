import assert from "node:assert/strict";
import { test } from "node:test";
import { decodedToken } from "../../../src/agentcore/authorizer/decodedToken.ts";
import type { GivenAuthorizer } from "../../../src/diagnosis/askedAccess.ts";
import { judgedToken, type TokenToJudge } from "../../../src/diagnosis/judgedToken.ts";
import { identityProvider } from "../../../src/oauth/identityProviders/identityProviders.ts";
import { NOW_SECONDS, newKey, sign } from "../../support/issuerInProcess.ts";
import { resolvedGateway } from "../../support/resolved.ts";

const tenant = "72f988bf-86f1-41af-91ab-2d7cd011db47";
const login = "https://login.microsoftonline.com";
const ofTenant = `${login}/${tenant}/v2.0`;
const server = { issuer: `${login}/organizations/v2.0`, jwks_uri: `${login}/common/keys` };

/** The check of the issuer, for a token of somebody who signed in where people of many tenants do. */
async function issuerCheck(claims: object, authorizer?: GivenAuthorizer) {
  const key = await newKey("ES256", "one");
  const text = await sign(key, { iss: ofTenant, tid: tenant, ...claims });
  const documents: Readonly<Record<string, object>> = {
    [server.jwks_uri]: { keys: [key.jwk] },
    [`${server.issuer}/.well-known/openid-configuration`]: { ...server, issuer: `${login}/{tenantid}/v2.0` },
  };
  const tokens = { server } as unknown as NonNullable<TokenToJudge["asked"]["tokens"]>;
  const token: TokenToJudge = {
    asked: {
      gateway: { name: "Tools", url: "https://gw.example/mcp" },
      ...resolvedGateway(),
      tokens,
      bearerToken: "access",
      ...(authorizer && { authorizer }),
    },
    ...{
      text,
      decoded: decodedToken(text),
      provider: identityProvider("entra"),
      server: server as TokenToJudge["server"],
    },
    ...{ resource: undefined, challenged: [] },
  };
  const { section } = await judgedToken(token, {
    fetch: async (url) => Response.json(documents[String(url)] ?? null, { status: documents[String(url)] ? 200 : 404 }),
    now: () => NOW_SECONDS * 1000,
    signal: new AbortController().signal,
    serverNames: async () => [],
  });
  return section.checks.find(({ rule }) => rule === "issuer");
}

test("a token of a tenant is judged by its tenant's issuer where people of many tenants sign in", async () => {
  const own = await issuerCheck({});
  const other = await issuerCheck({ iss: `${login}/0f8fad5b-d9cb-469f-a165-70867728950e/v2.0` });
  assert.deepEqual(
    [own?.state, own?.expected, other?.state, other?.expected],
    ["passed", ofTenant, "failed", ofTenant],
  );
});

test("a gateway with the discovery document of many tenants is told to take that of the token's own", async () => {
  const customJWTAuthorizer = {
    discoveryUrl: `${server.issuer}/.well-known/openid-configuration`,
    allowedAudience: ["api"],
  };
  const check = await issuerCheck({}, { source: "pasted", configuration: { customJWTAuthorizer } });
  assert.deepEqual(
    { state: check?.state, expected: check?.expected, found: check?.found, paste: check?.paste },
    {
      state: "failed",
      expected: `${login}/{tenantid}/v2.0`,
      found: ofTenant,
      paste: `"discoveryUrl": "${ofTenant}/.well-known/openid-configuration"`,
    },
  );
});
