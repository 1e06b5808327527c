import assert from "node:assert/strict";
import { test } from "node:test";
import { failureText } from "../../../../src/failures/failureText.ts";
import { clearedText, readCachedSignIn, revokeCachedSignIn } from "../../../../src/hosts/mcpRemote/cachedSignIn.ts";
import { fakeNetwork, json } from "../../../support/fakePorts.ts";

const issuer = "https://login.example.com";
const jwt = (claims: object) =>
  [{ alg: "none" }, claims, "signature"]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");

test("a sign-in is read from whatever the files say of it, and a file without a token is none", () => {
  const read = [
    readCachedSignIn(
      JSON.stringify({ access_token: "a", refresh_token: "r", issuer }),
      JSON.stringify({ client_id: "c", issuer: "https://other.example.com" }),
    ),
    readCachedSignIn(
      JSON.stringify({ access_token: "a" }),
      JSON.stringify({ client_id: "c", client_secret: "s", token_endpoint_auth_method: "client_secret_basic", issuer }),
    ),
    readCachedSignIn(JSON.stringify({ access_token: jwt({ iss: issuer, cid: "0oa" }) }), undefined),
    readCachedSignIn(JSON.stringify({ access_token: "a" }), "not json"),
    ...["", "{", "[]", "null", '{"access_token": 3}'].map((text) => readCachedSignIn(text, undefined)),
  ];
  assert.deepEqual(read, [
    { accessToken: "a", refreshToken: "r", issuer, client: { clientId: "c", authMethod: "none" } },
    { accessToken: "a", issuer, client: { clientId: "c", clientSecret: "s", authMethod: "client_secret_basic" } },
    { accessToken: jwt({ iss: issuer, cid: "0oa" }), issuer, client: { clientId: "0oa", authMethod: "none" } },
    { accessToken: "a" },
    ...Array(5).fill(undefined),
  ]);
});

test("tokens go to the issuer they name and nowhere else, and what became of them is told without them", async () => {
  const network = fakeNetwork({
    [`${issuer}/.well-known/oauth-authorization-server`]: json({
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      code_challenge_methods_supported: ["S256"],
      revocation_endpoint: `${issuer}/revoke`,
      response_types_supported: ["code"],
    }),
    [`${issuer}/revoke`]: new Response(null, { status: 200 }),
  });
  const world = { fetch: network.fetch, now: () => 0, signal: new AbortController().signal };
  const client = { clientId: "c", authMethod: "none" } as const;
  const signIn = { accessToken: "marked-access", refreshToken: "marked-refresh", client };
  const ends = [
    await revokeCachedSignIn({ ...signIn, issuer }, world),
    await revokeCachedSignIn({ ...signIn, issuer: "https://gone.example.com" }, world),
    await revokeCachedSignIn({ ...signIn, issuer: "http://plain.example.com" }, world),
    await revokeCachedSignIn(signIn, world),
  ];
  const sent = network.requests.filter(({ body }) => body.includes("marked"));
  const words = clearedText(ends, 3, { time: String, failureWords: failureText });
  assert.deepEqual(
    {
      sent: sent.map(({ url, body }) => [url, new URLSearchParams(body).get("token")]),
      kinds: ends.map((end) => (end.kind === "issuerNotFound" ? end.code : end.kind)),
      shown: words.includes("marked"),
      words,
    },
    {
      sent: [
        [`${issuer}/revoke`, "marked-refresh"],
        [`${issuer}/revoke`, "marked-access"],
      ],
      kinds: ["asked", "authorization_server_unreachable", "endpoint_insecure", "issuerUnknown"],
      shown: false,
      words:
        "Signed out of mcp-remote. The tokens were deleted from this computer. Revoked at https://login.example.com: " +
        "refresh token and access token. A sign-in could not be revoked: https://gone.example.com cannot be asked " +
        "(authorization_server_unreachable). A sign-in could not be revoked: http://plain.example.com cannot be asked " +
        "(endpoint_insecure). A sign-in could not be revoked: its files do not say who issued it. 3 files were deleted.",
    },
  );
});
