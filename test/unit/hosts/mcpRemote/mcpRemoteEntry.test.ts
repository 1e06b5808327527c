import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { plainShape } from "../../../../src/hosts/formats/entryShape.ts";
import { importText } from "../../../../src/hosts/mcpRemote/importText.ts";
import { readMcpRemoteEntry } from "../../../../src/hosts/mcpRemote/mcpRemoteEntry.ts";
import { runs } from "../../../support/bulk.ts";

const url = "https://gw.example.com/mcp";
const read = (command: string, ...args: string[]) => readMcpRemoteEntry("tools", { command, args });

test("an entry is known however it starts mcp-remote, and no other is", () => {
  const forms = [
    read("npx", "-y", "mcp-remote", url),
    read("npx", "mcp-remote@0.1.38", url, "--debug"),
    read("npx.cmd", "--yes", "--package=mcp-remote@latest", "mcp-remote", url),
    read("npx", "-p", "mcp-remote", "mcp-remote", url),
    read("pnpm", "dlx", "mcp-remote", url),
    read("bunx", "mcp-remote", url),
    read("cmd", "/c", "npx", "-y", "mcp-remote", url),
    read("/usr/local/bin/mcp-remote", url),
    read("C:\\npm\\mcp-remote.cmd", url),
    read("node", "/x/node_modules/mcp-remote/dist/proxy.js", url),
    read("bash", "-c", `npx -y mcp-remote ${url} --allow-http`),
  ];
  const others = [
    read("npx", "-y", "mcp-remote"),
    read("npx", "-y", "my-mcp-remote", url),
    read("npx", "mcp-remote-client", url),
    read("node", "server.js"),
    ...[{ url }, null, { command: 3, args: "mcp-remote" }].map((server) =>
      readMcpRemoteEntry("x", plainShape.read(server)),
    ),
  ];
  assert.deepEqual([forms.map((form) => form?.url), others], [Array(11).fill(url), Array(7).fill(undefined)]);
});

test("the entry of AWS's guide keeps its client, its port and its scopes", () => {
  const client = {
    client_id: "0oa1",
    redirect_uris: ["http://localhost:3334/oauth/callback"],
    scope: "openid profile",
  };
  const entry = read("/opt/mcp-remote", url, "3334", "--static-oauth-client-info", JSON.stringify(client));
  assert.deepEqual(entry?.settings, {
    redirectPorts: [3334],
    clientId: "0oa1",
    scopes: ["openid", "profile"],
    redirectPath: "/oauth/callback",
    redirectHost: "localhost",
  });
  assert.deepEqual(
    entry?.outcomes.map(({ kind }) => kind),
    ["kept", "kept"],
  );
});

test("every option is kept, not needed or honestly not kept", () => {
  const entry = read(
    "npx",
    "mcp-remote",
    url,
    "--resource",
    "api://tools",
    "--host",
    "127.0.0.1",
    "--callback-path",
    "/cb",
    "--client-metadata-url",
    "https://example.com/client.json",
    "--transport",
    "http-only",
    "--use-id-token",
    "--brand-new",
  );
  assert.deepEqual(
    { settings: entry?.settings, outcomes: entry?.outcomes.map(({ option, kind }) => `${option} ${kind}`) },
    {
      settings: {
        resource: "api://tools",
        redirectHost: "127.0.0.1",
        redirectPath: "/cb",
        clientMetadataUrl: "https://example.com/client.json",
        token: "id",
      },
      outcomes: [
        "--resource kept",
        "--host kept",
        "--callback-path kept",
        "--client-metadata-url kept",
        "--transport notNeeded",
        "--use-id-token kept",
        "--brand-new cannotBeKept",
      ],
    },
  );
  assert.deepEqual(
    [
      read("npx", "mcp-remote", url, "--disable-resource-parameter")?.settings,
      read("npx", "mcp-remote", url, "--host", "0.0.0.0")?.settings,
      read("npx", "mcp-remote", url, "--device-code")?.settings,
      // Its secret is asked for: settings are no place for it.
      read(
        "npx",
        "mcp-remote",
        url,
        "--client-credentials",
        "--static-oauth-client-info",
        '{"client_id":"machine","client_secret":"s"}',
      )?.settings,
    ],
    [
      { resource: false },
      {},
      { signIn: "deviceCode" },
      { signIn: "clientCredentials", clientId: "machine", clientAuthentication: "client_secret_basic" },
    ],
  );
});

test("whatever the arguments, nothing is thrown and no secret is shown or kept", () => {
  const secret = "marked-secret";
  const words = fc.constantFrom(
    "--header",
    `Authorization: Bearer ${secret}`,
    "--static-oauth-client-info",
    JSON.stringify({ client_id: "c", client_secret: secret }),
    `{"client_secret":"${secret}"`,
    "--header-file",
    `--unknown=${secret}`,
    secret,
    "--authorize-param",
    `token=${secret}`,
    "--static-oauth-client-metadata",
    "3334",
    "--debug",
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 8 }), fc.array(fc.string(), { maxLength: 3 }), (args, noise) => {
      const entry = read("npx", "mcp-remote", url, ...args, ...noise);
      assert.equal(entry ? `${importText(entry)} ${JSON.stringify(entry)}`.includes(secret) : false, false);
    }),
    runs(5000),
  );
});

test("headers are kept without their secrets, and the sign-in takes the place of a fixed Authorization", () => {
  const typed = [
    ...["Authorization: Bearer marked-token", "X-Team: blue", "X-Api-Key:Key ${API_KEY}", "X-Other:${env:OTHER}"],
    ...["X-Auth-Token: marked-token", "X-Team: Bearer marked-token", "Cookie: a=marked-token", "Mcp-Session-Id: a"],
    ...["X-Two: ${A}${B}", "X-Lines: a\nb", "nonsense"],
  ];
  const entry = read("npx", "mcp-remote", url, ...typed.flatMap((text) => ["--header", text]), "--header-file", "/h");
  assert.deepEqual(entry?.settings, {
    headers: {
      "X-Team": "blue",
      "X-Api-Key": { environment: "API_KEY", before: "Key " },
      "X-Other": { environment: "OTHER" },
    },
  });
  const text = entry ? importText(entry) : "";
  assert.deepEqual(
    text
      .split("\n")
      .map((line) => [line[0], line.replace(/^..--header(?:-file)?, /, "").slice(0, 40)])
      .slice(1),
    [
      ["–", "not needed: the sign-in takes its place:"],
      ["✓", "kept: the header X-Team, for the gateway"],
      ["✓", "kept: the header X-Api-Key, read from th"],
      ["✓", "kept: the header X-Other, read from the "],
      ["✗", "not kept: the header X-Auth-Token looks "],
      ["✗", "not kept: the header X-Team looks like a"],
      ["✗", "not kept: the header Cookie is not for a"],
      ["✗", "not kept: the header Mcp-Session-Id is n"],
      ["✗", "not kept: the header X-Two has a value t"],
      ["✗", "not kept: the header X-Lines has a value"],
      ["✗", "not kept: it is no header"],
      ["✗", "not kept: no file of headers is read: se"],
    ],
  );
  assert.equal(JSON.stringify(entry).includes("marked-token") || text.includes("marked-token"), false);
});

test("the old transport alone is not promised, and a choice that includes the present one is not needed", () => {
  const kinds = ["sse-only", "sse-first", "http-first", "http-only"].map(
    (value) => read("npx", "mcp-remote", url, "--transport", value)?.outcomes[0]?.kind,
  );
  assert.deepEqual(kinds, ["cannotBeKept", "notNeeded", "notNeeded", "notNeeded"]);
});
