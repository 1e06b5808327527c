import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeProtectedHeader } from "jose";
import type { BundleHost } from "../support/bundleHost.ts";
import { pageOf, refuse, withEditor, withHome } from "../support/editorWorld.ts";
import { withRefusingProvider } from "../support/refusingProvider.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { startWorkloadPlatform } from "../support/workloadPlatform.ts";

/** What the page to sign in asks for when a gateway with these settings is connected. */
async function askedFor(
  gateway: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<URLSearchParams> {
  let asked = new URLSearchParams();
  await withEditor({ gateway: () => gateway, settings: () => settings, browse: refuse }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    asked = pageOf(host);
  });
  assert.ok(asked.has("code_challenge"), "a page was opened");
  return asked;
}

/** The tokens' account and failures, as messages tell them. */
const said = ({ editor }: BundleHost): string => editor.shown.join("\n");

test("the client ID and the scopes of a gateway are those that the page is asked for", async () => {
  const asked = await askedFor({ clientId: "a-client-of-ours", scopes: ["gateway.write", "profile"] });
  assert.deepEqual(
    [asked.get("client_id"), asked.get("scope")?.split(" ").sort()],
    ["a-client-of-ours", ["gateway.write", "profile"]],
  );
});

test("the resource of a gateway goes before that of its metadata, and false sends none", async () => {
  assert.equal((await askedFor({ resource: "urn:a-resource-of-ours" })).get("resource"), "urn:a-resource-of-ours");
  assert.equal((await askedFor({ resource: false })).get("resource"), null);
});

test("the browser comes back to the host, port and path that are set for all gateways", async () => {
  const asked = await askedFor(
    {},
    {
      "gatewayConnect.redirectHost": "127.0.0.1",
      "gatewayConnect.redirectPorts": [35_891, 35_892],
      "gatewayConnect.redirectPath": "/back/here",
    },
  );
  assert.match(asked.get("redirect_uri") ?? "", /^http:\/\/127\.0\.0\.1:3589[12]\/back\/here$/);
});

test("the browser comes back to the host, port and path that are set for one gateway", async () => {
  const own = { redirectHost: "127.0.0.1", redirectPorts: [35_893, 35_894], redirectPath: "/own/way" };
  assert.match((await askedFor(own)).get("redirect_uri") ?? "", /^http:\/\/127\.0\.0\.1:3589[34]\/own\/way$/);
});

test("the product that is set for an issuer is asked in its own way", async () => {
  assert.equal((await askedFor({})).has("resource"), true);
  assert.equal((await askedFor({ identityProvider: "entra" })).has("resource"), false);
});

test("a gateway that names no identity provider is signed in to at the issuer that is set", () =>
  withEditor({ gateway: ({ issuer }) => ({ issuer }) }, async (host, sandbox) => {
    sandbox.setGatewayFaults({ noAuthorizationServers: true });
    await host.run("connect", sandbox.gatewayUrl);
    assert.match(said(host), /Connected to local-\d+ as Ada Lovelace/);
  }));

test("a token for another audience than the one that is set is not kept", () =>
  withEditor({ gateway: () => ({ audience: "urn:something-else" }) }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    // It is asked for again, with what is wrong below it.
    const asked = host.editor.asked.map(({ text }) => text);
    assert.ok(
      asked.some((text) => text.includes("The audience that the gateway takes")),
      asked.join("\n"),
    );
    assert.doesNotMatch(said(host), /Connected to/);
  }));

test("the company's client ID metadata document is the client, where the provider takes such documents", () =>
  withRefusingProvider(async (issuer) => {
    const clientMetadataUrl = "https://company.example/client.json";
    await withEditor({ gateway: () => ({ issuer, clientMetadataUrl }), browse: refuse }, async (host, sandbox) => {
      sandbox.setGatewayFaults({ noAuthorizationServers: true });
      await host.run("connect", sandbox.gatewayUrl);
      assert.equal(pageOf(host).get("client_id"), clientMetadataUrl);
    });
  }));

test("the gateway is sent the ID token where that is set", () =>
  withEditor({ gateway: () => ({ token: "id" }), sandbox: { recordSecrets: true } }, async (host, sandbox) => {
    const sent: string[] = [];
    const { fetch } = globalThis;
    globalThis.fetch = (input, init) => {
      const bearer = new Headers(init?.headers).get("authorization");
      if (String(input) === sandbox.gatewayUrl && bearer) sent.push(bearer.replace("Bearer ", ""));
      return fetch(input, init);
    };
    try {
      await host.run("connect", sandbox.gatewayUrl);
    } finally {
      globalThis.fetch = fetch;
    }
    const kinds = sent.map((value) => sandbox.issuedSecrets().find((one) => one.value === value)?.kind);
    assert.deepEqual([...new Set(kinds)], ["id_token"]);
  }));

test("a machine signs in as its settings say, with the secret that they name and in the way that they name", async () => {
  const methods: string[] = [];
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const form = new URLSearchParams(String(init?.body ?? ""));
    if (form.get("grant_type") === "client_credentials") methods.push(form.has("client_secret") ? "post" : "basic");
    return fetch(input, init);
  };
  process.env.SECRET_OF_TEST = "";
  try {
    const gateway = ({ machine }: { machine: { clientId: string; clientSecret: string } }) => {
      process.env.SECRET_OF_TEST = machine.clientSecret;
      return {
        signIn: "clientCredentials",
        clientId: machine.clientId,
        clientSecret: { environment: "SECRET_OF_TEST" },
        clientAuthentication: "client_secret_post",
      };
    };
    await withEditor({ gateway, sandbox: { callers: "machines" } }, async (host, sandbox) => {
      void host.run("connect", sandbox.gatewayUrl);
      await until(() => /Connected to local-\d+/.test(said(host)), "the machine to be signed in");
      assert.deepEqual([sandbox.observe().grants, host.editor.opened], [{ client_credentials: 1 }, []]);
    });
  } finally {
    globalThis.fetch = fetch;
    delete process.env.SECRET_OF_TEST;
  }
  assert.deepEqual([...new Set(methods)], ["post"]);
});

test("a workload signs in with the token that its settings name, for whom they name, and by the grant that they name", async () => {
  const platform = await startWorkloadPlatform();
  const folder = makeTemporaryFolder("workload");
  const file = join(folder, "token");
  try {
    await withEditor(
      {
        gateway: ({ issuer }) => {
          const audience = `${issuer}/token`;
          const written = platform.token({ audience }).then((token) => writeFileSync(file, token, { mode: 0o600 }));
          void written;
          return {
            signIn: "workloadIdentity",
            workload: { source: { file }, audience: "token-endpoint", grant: "token-exchange" },
          };
        },
        sandbox: { callers: "machines", workloadIssuer: platform.issuer },
      },
      async (host, sandbox) => {
        await until(() => existsSync(file), "the platform's token");
        void host.run("connect", sandbox.gatewayUrl);
        await until(() => /Connected to local-\d+/.test(said(host)), "the workload to be signed in");
        const grants = { "urn:ietf:params:oauth:grant-type:token-exchange": 1 };
        assert.deepEqual([sandbox.observe().grants, host.editor.opened], [grants, []]);
      },
    );
  } finally {
    rmSync(folder, { recursive: true });
    await platform.stop();
  }
});

test("a machine signs in with the private key that its settings name, and names the key as they do", () =>
  withRefusingProvider(async (issuer, assertions) => {
    const folder = makeTemporaryFolder("key");
    const file = join(folder, "client.pem");
    try {
      await withEditor(
        {
          gateway: ({ machine }) => {
            writeFileSync(file, machine.privateKey, { mode: 0o600 });
            const key = { privateKey: { file }, keyId: "the-key-of-ours" };
            return { signIn: "clientCredentials", clientId: machine.keyClientId, issuer, ...key };
          },
        },
        async (host, sandbox) => {
          sandbox.setGatewayFaults({ noAuthorizationServers: true });
          await host.run("connect", sandbox.gatewayUrl);
        },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    assert.equal(decodeProtectedHeader(assertions[0] ?? "").kid, "the-key-of-ours");
  }));

test("Explain Access shows the rules of the authorizer that is set", () =>
  withEditor(
    {
      gateway: ({ authorizer }) => ({
        authorizer: {
          customJWTAuthorizer: { ...authorizer.customJWTAuthorizer, allowedClients: ["a-client-of-nobody"] },
        },
      }),
    },
    async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await host.run("explainAccess");
      const page = host.editor.pages[0]?.html ?? "";
      assert.match(page, /a-client-of-nobody/);
      assert.match(page, /the configuration in gatewayConnect.gateways/);
      assert.doesNotMatch(page, /Can be read/);
    },
  ));

const entryIn = (home: string): { command?: string; disabled?: boolean } | undefined => {
  const file = join(home, ".kiro", "settings", "mcp.json");
  return existsSync(file) ? (Object.values(JSON.parse(readFileSync(file, "utf8")).mcpServers)[0] ?? {}) : undefined;
};

test("in an editor that reads a file the gateway is written to it without a question, where that is set", () =>
  withHome(async (home) => {
    const asked: boolean[] = [];
    for (const writeOnConnect of ["always", "never"]) {
      const settings = () => ({ "gatewayConnect.mcpJson.writeOnConnect": writeOnConnect });
      await withEditor({ appName: "Kiro", settings }, async (host, sandbox) => {
        await host.run("connect", sandbox.gatewayUrl);
        if (writeOnConnect === "always") await until(() => entryIn(home), "the entry");
        asked.push(
          host.editor.asked.some(({ text }) => /finds MCP servers in/.test(text)),
          entryIn(home) !== undefined,
        );
      });
      rmSync(join(home, ".kiro"), { recursive: true, force: true });
    }
    assert.deepEqual(asked, [false, true, false, false]);
  }));

test("the entry of a gateway is started by the program that is set, and is switched off at a sign-out where that is set", () =>
  withHome(async (home) => {
    symlinkSync(process.execPath, join(home, "a-node"));
    const settings = () => ({
      "gatewayConnect.mcpJson.writeOnConnect": "always",
      "gatewayConnect.mcpJson.disableOnSignOut": true,
      "gatewayConnect.mcpJson.runtime": join(home, "a-node"),
    });
    await withEditor({ appName: "Kiro", settings }, async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      const { command } = (await until(() => entryIn(home), "the entry")) ?? {};
      await host.run("signOut");
      await until(() => entryIn(home)?.disabled === true, "the entry to be switched off");
      assert.equal(command, join(home, "a-node"));
    });
  }));
