import assert from "node:assert/strict";
import { test } from "node:test";
import { generic } from "../../../../src/oauth/identityProviders/generic.ts";
import { userInfo } from "../../../../src/oauth/signIn/userInfo.ts";
import { fakeNetwork, html, json, networkError } from "../../../support/fakePorts.ts";

const issuer = "https://login.example.com";
const place = `${issuer}/userinfo`;

/** Who it is, and what the provider was asked with, where it answers so. */
async function asked(answer: () => Response | Error, { scopes = ["openid"], endpoint = place as string | null } = {}) {
  const network = fakeNetwork({ [place]: answer });
  const server = { issuer, ...(endpoint !== null && { userinfo_endpoint: endpoint }) };
  const account = await userInfo(
    { server, identityProvider: generic },
    { accessToken: "marked-access", scopes },
    network,
  );
  return { account, requests: network.requests.length };
}

test("a person whom no token names is asked for at the provider, where it lists the place and openid was granted", async () => {
  assert.deepEqual(await asked(() => json({ sub: "1", name: "Ada" })), {
    account: { id: "1", label: "Ada" },
    requests: 1,
  });
});

test("nobody is asked without the place or the scope, nor over plain http, and no answer keeps anybody from signing in", async () => {
  const ada = () => json({ sub: "1", name: "Ada" });
  assert.deepEqual(
    [
      await asked(ada, { endpoint: null }),
      await asked(ada, { scopes: ["tools.read"] }),
      await asked(ada, { endpoint: "http://login.example.com/userinfo" }),
      await asked(ada, { endpoint: "" }),
      await asked(() => json({ error: "invalid_token" }, 401)),
      await asked(() => html(200)),
      await asked(() => json({})),
      await asked(() => json(null)),
      await asked(() => networkError("ECONNRESET")),
    ],
    [0, 0, 0, 0, 1, 1, 1, 1, 1].map((requests) => ({ account: undefined, requests })),
  );
});
