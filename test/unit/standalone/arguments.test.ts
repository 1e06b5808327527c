import assert from "node:assert/strict";
import { test } from "node:test";
import { exitCodes, type StandaloneOptions, standaloneArguments } from "../../../src/standalone/arguments.ts";
import { standaloneHelp } from "../../../src/standalone/help.ts";
import { optionsHelp } from "../../../src/standalone/options/settingOptions.ts";

const url = "https://gateway.example.com/mcp";
const plain: StandaloneOptions = {
  url,
  act: "serve",
  flow: "browser",
  settings: {},
  keychain: "auto",
  verbose: false,
};

const set = (settings: Readonly<Record<string, unknown>>) => ({ settings });

const withHeaders = (headers: NonNullable<StandaloneOptions["headers"]>) => ({ ...set({ headers }), headers });

const good: readonly (readonly [args: readonly string[], options: Partial<StandaloneOptions>])[] = [
  [[], {}],
  [["--sign-out"], { act: "signOut" }],
  [["--device-code"], { flow: "deviceCode", settings: { signIn: "deviceCode" } }],
  [
    ["--sign-out", "--client-credentials", "--client-id", "a"],
    { act: "signOut", flow: "clientCredentials", settings: { signIn: "clientCredentials", clientId: "a" } },
  ],
  [
    ["--client-credentials", "--client-id", "a", "--client-secret", "env:SECRET"],
    {
      flow: "clientCredentials",
      settings: { signIn: "clientCredentials", clientId: "a" },
      clientSecret: { kind: "environment", name: "SECRET" },
    },
  ],
  [
    ["--client-id", "a", "--client-secret=@/run/secrets/a b"],
    { ...set({ clientId: "a" }), clientSecret: { kind: "file", path: "/run/secrets/a b" } },
  ],
  [
    ["--client-id", "a", "--client-key", "@/key.pem", "--key-id", "k1"],
    {
      ...set({ clientId: "a", keyId: "k1", privateKey: { file: "/key.pem" } }),
      clientKey: { kind: "file", path: "/key.pem" },
    },
  ],
  [["--scopes", "openid gateway.read"], set({ scopes: ["openid", "gateway.read"] })],
  [["--scopes", "openid,gateway.read, x"], set({ scopes: ["openid", "gateway.read", "x"] })],
  [["--redirect-port", "4000"], set({ redirectPorts: [4000] })],
  [["--redirect-port", "4000, 4001"], set({ redirectPorts: [4000, 4001] })],
  [["--redirect-path", "/cb", "--redirect-host", "[::1]"], set({ redirectPath: "/cb", redirectHost: "[::1]" })],
  [["--resource", "none"], set({ resource: false })],
  [["--resource", "urn:gateway"], set({ resource: "urn:gateway" })],
  [["--issuer", "https://login.example.com"], set({ issuer: "https://login.example.com" })],
  [["--identity-provider", "okta", "--audience", "api"], set({ identityProvider: "okta", audience: "api" })],
  [["--client-metadata-url", "https://a.example/c"], set({ clientMetadataUrl: "https://a.example/c" })],
  [["--use-id-token", "--verbose"], { ...set({ token: "id" }), verbose: true }],
  [["--protocol", "2025-11-25"], set({ protocolVersion: "2025-11-25" })],
  [["--keychain", "off", "--browser", "none"], { keychain: "off", browser: "none" }],
  [
    ["--header", "X-Team: blue: sky", "--header=X-Api-Key:env:KEY", "--header", "Authorization: Bearer env:TOKEN"],
    withHeaders({
      "X-Team": "blue: sky",
      "X-Api-Key": { environment: "KEY" },
      Authorization: { environment: "TOKEN", before: "Bearer " },
    }),
  ],
  [
    ["--header", `Authorization: Bearer \${TOKEN}`],
    withHeaders({ Authorization: { environment: "TOKEN", before: "Bearer " } }),
  ],
  [
    [
      ...["--header", "X-Api-Key=env:KEY", "--header", "X-Tenant: file:/run/secrets/a b"],
      ...["--header", "X-Otp: command:vault read  kv/otp", "--header", 'X-Pin=command:["/opt/a b/pin", "a b"]'],
    ],
    withHeaders({
      "X-Api-Key": { environment: "KEY" },
      "X-Tenant": { file: "/run/secrets/a b" },
      "X-Otp": { command: ["vault", "read", "kv/otp"] },
      "X-Pin": { command: ["/opt/a b/pin", "a b"] },
    }),
  ],
];

for (const [args, options] of good) {
  test(`the arguments ${JSON.stringify(args.join(" "))} are understood`, () => {
    assert.deepEqual(standaloneArguments([url, ...args]), { kind: "run", options: { ...plain, ...options } });
  });
}

/** Nothing of a secret that was typed in the wrong place may be repeated. */
const secret = "s3cr3t-that-nobody-may-ever-read-in-a-log-file";
const bad: readonly (readonly [args: readonly string[], words: RegExp])[] = [
  [[], /address of the gateway is missing/],
  [["--verbose"], /address of the gateway is missing/],
  [[url, "https://other.example"], /One address is enough/],
  [[url, secret], /One address is enough/],
  [[url, "--sign-out", "--all"], /--sign-out --all is for every gateway of this computer, and takes no address/],
  [["--all"], /--all belongs to --sign-out/],
  [[url, "--all"], /--all belongs to --sign-out/],
  [["--sign-out", "--all", "--keychain", "off"], /takes no --keychain/],
  [["--sign-out", "--all", "--client-id", "a"], /takes no --client-id/],
  [[url, "--clean"], /--clean is for every gateway of this computer, and takes no address/],
  [["--clean", "--sign-out"], /--clean is for every gateway of this computer, and takes no --sign-out/],
  [["--clean", "--all"], /takes no --all/],
  [["--clean", "--header", `X-Api-Key: ${secret}`], /takes no --header/],
  [[url, "--nonsense"], /Unknown option '--nonsense'/],
  [[url, "--client-id"], /--client-id/],
  [[url, "--client-id", " "], /--client-id is empty/],
  [[url, "--client-secret", "env:S"], /give --client-id too/],
  [[url, "--client-id", "a", "--client-secret", secret], /not the secret itself/],
  [[url, "--client-id", "a", "--client-secret", "@"], /not the secret itself/],
  [[url, "--client-id", "a", "--client-secret", `env:${secret}`], /not the secret itself/],
  [[url, "--client-credentials"], /needs --client-id, and --client-secret or --client-key/],
  [[url, "--client-credentials", "--device-code"], /choose one/],
  [[url, "--scopes", " "], /--scopes is empty/],
  [[url, "--client-id", "a", "--client-secret", "env:S", "--client-key", "env:K"], /choose one/],
  [[url, "--identity-provider", "Okta"], /--identity-provider is one of okta, /],
  [[url, "--audience", ""], /--audience is empty/],
  [[url, "--redirect-port", "0"], /1 to 65535/],
  [[url, "--redirect-port", "70000"], /1 to 65535/],
  [[url, "--redirect-port", "3334,"], /1 to 65535/],
  [[url, "--redirect-path", "cb"], /is a path such as/],
  [[url, "--redirect-path", "/a?b"], /is a path such as/],
  [[url, "--redirect-host", "0.0.0.0"], /localhost, 127.0.0.1, \[::1\]/],
  [[url, "--issuer", "login"], /--issuer is an address/],
  [[url, "--client-metadata-url", "x"], /--client-metadata-url is an address/],
  [[url, "--protocol", "2024-11-05"], /--protocol is one of/],
  [[url, "--keychain", "yes"], /--keychain is one of auto, off/],
  [[url, "--header", "X-Team"], /"Name: value"/],
  [[url, "--header", "X Team: a"], /"Name: value"/],
  [[url, "--header", "X-Team:"], /"Name: value"/],
  [[url, "--header", "X-Team: a\r\nX-Other: b"], /--header X-Team: Line breaks/],
  [[url, "--header", "Mcp-Session-Id: a"], /--header Mcp-Session-Id: HTTP and MCP set it/],
  [[url, "--header", "Host: a", "--header", "X-Amz-Date: b"], /--header Host: HTTP.*--header X-Amz-Date: AWS's own/],
  [[url, "--header", "X-Team: a", "--header", "X-Team: b"], /is there twice/],
  [[url, "--header", "X-Team: a", "--header", "x-team: b"], /is there twice/],
  [[url, "--header", "X-Pin: command:"], /--header X-Pin: Expected a text/],
  [[url, "--header", `X-Pin: command:["${secret}"`], /a command is words, or a list/],
  [[url, "--header", `X-Team: Bearer ${secret}`], /looks like a secret/],
  [[url, "--header", `Authorization: Bearer ${secret}`], /env:NAME/],
  [[url, "--header", `X-Api-Key: ${secret}`], /env:NAME/],
];

for (const [args, words] of bad) {
  test(`the arguments ${JSON.stringify(args.join(" "))} are refused in words, without repeating a secret`, () => {
    const command = standaloneArguments(args);
    const problem = command.kind === "wrong" ? command.problem : "";
    assert.match(problem, words);
    assert.equal(problem.includes(secret), false);
  });
}

test("what leaves every gateway needs no address", () => {
  assert.deepEqual(
    [
      ["--sign-out", "--all"],
      ["--clean", "--verbose"],
    ].map((args) => standaloneArguments(args)),
    [
      { kind: "leave", options: { act: "signOut", verbose: false } },
      { kind: "leave", options: { act: "clean", verbose: true } },
    ],
  );
});

test("help and version need no address", () => {
  assert.deepEqual(
    [["--help"], ["-h"], ["--version"]].map((args) => standaloneArguments(args).kind),
    ["help", "help", "version"],
  );
});

test("the help names every exit code", () => {
  const named = [...standaloneHelp.matchAll(/^ {2}(\d) {2}\S/gm)].map(([, code]) => Number(code));
  assert.deepEqual(named, Object.values(exitCodes));
});

test("no option of the help runs into what is said of it, however long it is", () => {
  for (let length = 1; length < 60; length++) {
    const option = { name: "x".repeat(length), setting: "clientId", words: { help: "what it does" } };
    assert.match(optionsHelp([option as never]), /^ {2}--x+\s+what it does$/, String(length));
  }
});
