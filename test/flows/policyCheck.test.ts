import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exitCodes } from "../../src/standalone/arguments.ts";
import { program } from "../support/programs.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";

/** `policy check` of the program that ships. */
function check(...args: readonly string[]): { readonly code: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...program("standalone"), "policy", ...args], {
    encoding: "utf8",
  });
  return { code: status, said: `${stdout}${stderr}`.trim() };
}

const examples = "docs/policy-examples";
const [ours, corporate, files] = ["only-our-gateways", "one-corporate-sign-in", "no-files-and-only-reading"].map(
  (name) => join(examples, `${name}.json`),
) as [string, string, string];

test("each example of the docs has no fault", () => {
  const names = readdirSync(examples);
  assert.deepEqual(
    names.map((name) => check("check", join(examples, name))),
    names.map((name) => ({ code: exitCodes.ended, said: `${join(examples, name)} has no fault.` })),
  );
  assert.equal(names.length, 3);
});

test("it says what the file has of a gateway, by which rule", () => {
  assert.deepEqual(check("check", ours, "--url", "https://finance.gateway.example.com/mcp"), {
    code: exitCodes.ended,
    said: `https://finance.gateway.example.com/mcp is allowed.
What is managed of it:
  gateways         https://finance.gateway.example.com/mcp (gateways[0])
  name             Finance (gateways[0].name)
  issuers          https://login.example.com, https://login.microsoftonline.com/00000000-0000-0000-0000-000000000000 (issuers)
  accounts         *@example.com (accounts)
  setting          clientId: 0oa1 (gateways[0].settings.clientId)
  setting          scopes: openid gateway.read (gateways[0].settings.scopes)`,
  });
});

/** What is asked, and the code of what is said. */
const refused: readonly (readonly [args: readonly string[], code: string])[] = [
  [[ours, "--url", "https://evil.example/mcp"], "managed_gateway_refused"],
  [[ours, "--url", "https://finance.gateway.example.com.evil.example/mcp"], "managed_gateway_refused"],
  [
    [ours, "--url", "https://finance.gateway.example.com/mcp", "--issuer", "https://evil.example"],
    "managed_issuer_refused",
  ],
  [
    [ours, "--url", "https://finance.gateway.example.com/mcp", "--issuer", "https://login.microsoftonline.com/common"],
    "managed_issuer_refused",
  ],
  [
    [ours, "--url", "https://finance.gateway.example.com/mcp", "--account", "ada@example.com.evil.example"],
    "managed_account_refused",
  ],
  // Whoever limits accounts lets machines in by name only.
  [
    [ours, "--url", "https://finance.gateway.example.com/mcp", "--sign-in", "clientCredentials"],
    "managed_sign_in_refused",
  ],
  [[corporate, "--url", "https://a.gateway.example.com/mcp", "--sign-in", "browser"], "managed_sign_in_refused"],
  [[files, "--url", "https://a.example/mcp", "--host", "codex"], "managed_entry_refused"],
];

for (const [args, code] of refused) {
  test(`${args.slice(1).join(" ")} is refused with the rule and whom to ask`, () => {
    const { code: exit, said } = check("check", ...args);
    assert.deepEqual([exit, /\((\w+)\)$/m.exec(said)?.[1]], [exitCodes.notAllowed, code], said);
    assert.match(said, /Rule of Example Corp: [\w[\].]+ in docs\/policy-examples\/\S+\.json\./);
    assert.match(said, /If you need it, ask .*(it-help@example\.com|intranet|Example Corp)/);
  });
}

test("what is allowed is told so, with an account, an issuer and a host", () => {
  const url = "https://finance.gateway.example.com/mcp";
  const asked = [
    check("check", ours, "--url", url, "--account", "Ada@EXAMPLE.com", "--issuer", "https://login.example.com/"),
    check("check", corporate, "--url", "https://a.gateway.example.com"),
    check("check", files, "--url", "https://any.example/mcp", "--host", "claude-code"),
  ];
  assert.deepEqual(
    asked.map(({ code, said }) => [code, said.split("\n")[0]?.endsWith("is allowed.")]),
    asked.map(() => [exitCodes.ended, true]),
  );
});

test("all that is wrong is told at once, each with file, line and column", () => {
  const folder = makeTemporaryFolder("policy-check");
  const file = join(folder, "policy.json");
  writeFileSync(
    file,
    '{ "version": 1,\n  "gatways": [],\n  "issuers": ["http://login.example.com"],\n  "signIn": ["enterprise"]\n}',
  );
  assert.deepEqual(check("check", file), {
    code: exitCodes.notAllowed,
    said: [
      `${file}:2:3 gatways: is not known; did you mean gateways?`,
      `${file}:3:15 issuers[0]: expected https (http only for this machine)`,
      "2 faults. With it, nothing new could be connected, and nobody could sign in.",
    ].join("\n"),
  });
  rmSync(folder, { recursive: true });
});

test("wrong arguments are told, and help is printed for whoever asks", () => {
  const wrong = [
    [],
    ["chek"],
    ["check", "a", "b"],
    ["check", ours, "--issuer", "https://a.example"],
    ["check", ours, "--url", "gateway"],
    ["check", ours, "--url", "https://a.example", "--sign-in", "password"],
    ["check", ours, "--unknown"],
    ["check", "/nowhere/policy.json"],
  ];
  assert.deepEqual(
    wrong.map((args) => check(...args).code),
    wrong.map(() => exitCodes.argumentsWrong),
  );
  const { code, said } = check("--help");
  assert.deepEqual([code, said.includes("policy check [file]")], [exitCodes.ended, true]);
});
