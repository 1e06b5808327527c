import assert from "node:assert/strict";
import { test } from "node:test";
import type { SandboxProfileId } from "../../src/sandbox/profiles/sandboxProfiles.ts";
import { type ProfileClient, post, refusal, withProfile } from "../support/profileClient.ts";
import { claimsOf, tokens } from "../support/sandboxClient.ts";
import { startSandboxProcess } from "../support/sandboxProcess.ts";

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface Case {
  readonly claims: Readonly<Record<string, unknown>>;
  /** Whether a client may sign an assertion in place of a secret. */
  readonly key: boolean;
}

/** What a machine's token says; `client` stands for the machine. */
const cases: Readonly<Partial<Record<SandboxProfileId, Case>>> = {
  generic: {
    key: true,
    claims: { sub: "client", client_id: "client", cid: "client", azp: "client", scope: "gateway.read", aud: "gateway" },
  },
  okta: { key: true, claims: { sub: "client", cid: "client", scp: ["gateway.read"], aud: "api://default" } },
  entra: {
    key: true,
    claims: {
      sub: guid,
      azp: "client",
      roles: ["Gateway.Call"],
      idtyp: "app",
      aud: "d1a41783-c85c-4a52-a938-4df5b9626d40",
    },
  },
  cognito: { key: false, claims: { sub: "client", client_id: "client", scope: "gateway/read", token_use: "access" } },
  auth0: {
    key: true,
    claims: {
      sub: /^[a-z0-9]{32}@clients$/,
      azp: "client",
      scope: "read:tools",
      aud: "gateway",
      gty: "client-credentials",
    },
  },
  keycloak: { key: true, claims: { sub: guid, azp: "client", client_id: "client", scope: "gateway.read" } },
  pingFederate: { key: true, claims: { client_id: "client", scope: "gateway.read" } },
};

const names = ["sub", "aud", "client_id", "cid", "azp", "scope", "scp", "roles", "idtyp", "token_use", "gty", "uid"];

for (const [profile, expected] of Object.entries(cases) as [SandboxProfileId, Case][]) {
  test(`a machine gets a token at ${profile} by each way it may say who it is, and the gateway's policy for machines lets it in`, () =>
    withProfile({ profile, callers: "machines" }, async (client, sandbox) => {
      const { machine } = sandbox;
      const ways: Record<string, unknown> = {};
      for (const how of ["header", "form", "key"] as const) {
        const answer = await client.machine(how);
        if (how === "key" && !expected.key) {
          ways.key = refusal(answer);
          continue;
        }
        const token = String(answer.body.access_token);
        ways[how] = [answer.status, answer.body.refresh_token, (await client.gateway.knock(token)).status];
        const clientId = how === "key" ? machine.keyClientId : machine.clientId;
        const claims = claimsOf(token);
        const found = Object.fromEntries(
          names
            .filter((name) => claims[name] !== undefined)
            .map((name) => {
              const value = claims[name];
              return [name, value === clientId ? "client" : value === sandbox.gatewayUrl ? "gateway" : value];
            }),
        );
        assert.deepEqual(Object.keys(found).sort(), Object.keys(expected.claims).sort());
        for (const [name, value] of Object.entries(expected.claims)) {
          if (value instanceof RegExp) assert.match(String(found[name]), value, name);
          else assert.deepEqual(found[name], value, name);
        }
      }
      assert.deepEqual(ways, {
        header: [200, undefined, 200],
        form: [200, undefined, 200],
        key: expected.key ? [200, undefined, 200] : [401, "invalid_client"],
      });
    }));
}

test("the policy for people keeps machines out where it names a client, and lets them in where it names none", async () => {
  const answers: Record<string, number> = {};
  for (const profile of Object.keys(cases) as SandboxProfileId[]) {
    await withProfile({ profile }, async (client) => {
      const { body } = await client.machine("form");
      answers[profile] = (await client.gateway.knock(String(body.access_token))).status;
    });
  }
  assert.deepEqual(answers, {
    generic: 200,
    okta: 401,
    entra: 401,
    cognito: 401,
    auth0: 401,
    keycloak: 401,
    pingFederate: 401,
  });
});

test("a wrong secret, a wrong scope and a grant that is not there are refused in the provider's words", async () => {
  const asks: readonly (readonly [
    SandboxProfileId,
    (client: ProfileClient) => ReturnType<ProfileClient["machine"]>,
  ])[] = [
    ["entra", (client) => client.machine("form", { client_secret: "wrong" })],
    ["entra", (client) => client.machine("form", { scope: client.scopes.read })],
    ["entra", (client) => client.machine("form", { scope: undefined })],
    ["entra", (client) => client.machine("form", { resource: "https://api.example.com" })],
    ["okta", (client) => client.machine("form", { scope: "openid" })],
    ["okta", (client) => client.machine("key", { client_assertion: "a.b.c" })],
    ["cognito", (client) => client.machine("header", { scope: "openid" })],
    ["auth0", (client) => client.machine("form", { client_secret: "wrong" })],
    ["google", (client) => client.machine("form")],
  ];
  const said: unknown[] = [];
  for (const [profile, ask] of asks)
    await withProfile({ profile }, async (client) => void said.push(refusal(await ask(client))));
  assert.deepEqual(said, [
    [401, "invalid_client", "AADSTS7000215"],
    [400, "invalid_scope", "AADSTS1002012"],
    [400, "invalid_scope", "AADSTS1002012"],
    [400, "invalid_request", "AADSTS901002"],
    [400, "invalid_scope"],
    [400, "invalid_request"],
    [400, "invalid_scope"],
    [401, "access_denied"],
    [401, "invalid_client"],
  ]);
});

const withDevices = [
  ...["generic", "okta", "oktaOrg", "entra", "entraV1", "auth0", "keycloak", "pingFederate", "google"],
] as readonly SandboxProfileId[];

for (const profile of withDevices) {
  test(`a code of ${profile} that is entered elsewhere gives the same tokens as a sign-in in the browser`, () =>
    withProfile({ profile }, async (client) => {
      const { asked, before, answer } = await client.useDevice();
      const direct = await client.exchange((await client.authorize()).code);
      assert.deepEqual(
        { asked: asked.status, before, got: Object.keys(answer.body).sort(), scope: answer.body.scope },
        {
          asked: 200,
          before: "authorization_pending",
          got: Object.keys(direct.body).sort(),
          scope: direct.body.scope,
        },
      );
      if (profile === "google") return;
      const claims = [answer, direct].map((one) => Object.keys(claimsOf(tokens(one).accessToken)).sort());
      assert.deepEqual(claims[0], claims[1]);
    }));
}

test("Cognito has no codes to enter elsewhere", () =>
  withProfile({ profile: "cognito" }, async (client, { issuer, clientId }) => {
    const answer = await post(`${issuer}/device_authorization`, { client_id: clientId });
    const grant = { grant_type: "urn:ietf:params:oauth:grant-type:device_code", device_code: "x" };
    assert.deepEqual([answer.status, (await client.ask(grant)).body.error], [404, "unsupported_grant_type"]);
  }));

test("a machine's secrets are on record once they were handed out, whole and by a line that no line break changes", () =>
  withProfile({ profile: "okta", recordSecrets: true }, async (client, sandbox) => {
    const before = sandbox.issuedSecrets().length;
    const { clientSecret, privateKey } = sandbox.machine;
    await client.machine("key");
    const { accessToken } = await client.signIn();
    const secrets = sandbox.issuedSecrets();
    const kinds = (value: string) => secrets.filter((secret) => secret.value === value).map(({ kind }) => kind);
    const line = secrets.find(({ kind, value }) => kind === "private_key" && !value.includes("\n"))?.value ?? "";
    assert.deepEqual(
      {
        before,
        secret: kinds(clientSecret),
        key: kinds(privateKey),
        line: [line.length, JSON.stringify(privateKey).includes(line)],
        token: kinds(accessToken),
      },
      { before: 0, secret: ["client_secret"], key: ["private_key"], line: [64, true], token: ["access_token"] },
    );
  }));

test("tokens that only the provider can read are on record too", () =>
  withProfile({ profile: "google", recordSecrets: true }, async (client, sandbox) => {
    const { accessToken } = await client.signIn();
    assert.deepEqual(
      sandbox.issuedSecrets().filter(({ value }) => value === accessToken),
      [{ kind: "access_token", value: accessToken }],
    );
  }));

test("the process says which provider it is and with which policy, and tells a machine's secrets only when asked", async () => {
  const sandbox = await startSandboxProcess(["--profile", "entra", "--callers", "machines"]);
  try {
    const machine = (await sandbox.ask({ do: "machine" })) as Record<string, string>;
    const { clientId, clientSecret, keyClientId, privateKey } = machine;
    const { process, profile, authorizer } = sandbox;
    const ready = process.logs.find((line) => line.startsWith('{"ready"')) ?? "";
    assert.deepEqual(
      {
        profile,
        roles: JSON.stringify(authorizer?.customJWTAuthorizer.customClaims).includes('"roles"'),
        told: [clientId, clientSecret, keyClientId].every((one) => typeof one === "string" && one !== ""),
        key: /^-----BEGIN PRIVATE KEY-----\n/.test(privateKey ?? ""),
        onReadyLine: [clientSecret, privateKey?.split("\n")[2]].filter((secret) => ready.includes(secret ?? "")),
        more: Object.keys(machine).sort(),
        client: await sandbox.ask({ do: "client" }),
      },
      {
        profile: "entra",
        roles: true,
        told: true,
        key: true,
        onReadyLine: [],
        more: ["clientId", "clientSecret", "keyClientId", "privateKey"],
        client: { clientId: sandbox.clientId },
      },
    );
  } finally {
    await sandbox.process.stop();
  }
});
