import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { gatewaySettings } from "../../../src/connections/settings/gatewaySettings.ts";
import { isValidValue, type ValueSchema } from "../../../src/lib/json/validValue.ts";
import { signInKinds } from "../../../src/policy/policyDocument.ts";
import { fixedSettings, policySchema } from "../../../src/policy/policySchema.ts";
import { readPolicy } from "../../../src/policy/readPolicy.ts";

const SCHEMA = "media/policy.schema.json";
const schema = { $schema: "http://json-schema.org/draft-07/schema#", ...policySchema };

test("the schema that editors get for a policy is the one that it is read with", () => {
  // GATEWAY_CONNECT_WRITE_SCHEMA=1 writes it after a change.
  if (process.env.GATEWAY_CONNECT_WRITE_SCHEMA) writeFileSync(SCHEMA, `${JSON.stringify(schema, undefined, 2)}\n`);
  assert.deepEqual(JSON.parse(readFileSync(SCHEMA, "utf8")), schema);
});

test("numbers that a policy may set have the bounds of the setting, in its form and as it is read", () => {
  const settings: Readonly<Record<string, { readonly schema: ValueSchema }>> = gatewaySettings;
  const found = Object.entries(fixedSettings).flatMap(([name, { minimum, maximum }]) => {
    if (minimum === undefined || maximum === undefined) return [];
    const taken = [minimum - 1, minimum, maximum, maximum + 1, minimum + 0.5].map((value) => [
      readPolicy(JSON.stringify({ version: 1, settings: { [name]: value } })).kind === "read",
      isValidValue(value, settings[name]?.schema ?? {}),
    ]);
    return [[name, taken]];
  });
  const [no, yes] = [
    [false, false],
    [true, true],
  ];
  assert.deepEqual(Object.fromEntries(found), {
    timeout: [no, yes, yes, no, no],
    maxResultMiB: [no, yes, yes, no, no],
  });
});

test("what a policy may set is a setting of gateways, and so is each value that it takes", () => {
  const settings: Readonly<Record<string, { readonly schema: ValueSchema }>> = gatewaySettings;
  assert.deepEqual(
    Object.keys(fixedSettings).filter((name) => !Object.hasOwn(settings, name)),
    [],
  );
  for (const [name, { enum: values }] of Object.entries(fixedSettings)) {
    for (const value of values ?? []) assert.ok(isValidValue(value, settings[name]?.schema ?? {}), `${name} ${value}`);
  }
  // Each way to sign in that there is may be named.
  assert.deepEqual(
    settings.signIn?.schema.enum?.filter((kind) => !signInKinds.some((one) => one === kind)),
    [],
  );
});

const faultsOf = (text: string): readonly string[] => {
  const read = readPolicy(text);
  return read.kind === "read" ? [] : read.faults.map(({ line, column, path }) => `${line}:${column} ${path}`);
};

/** What is wrong with a file, by the places that are told. */
const broken: Readonly<Record<string, readonly [text: string, places: readonly string[]]>> = {
  "nothing in it": ["", ["1:1 "]],
  "no JSON in it": ["{", ["1:2 "]],
  "no version": ["{}", ["1:1 version"]],
  "a later version": ['{ "version": 2 }', ["1:14 version"]],
  "a list": ["[]", ["1:1 "]],
  "a member that nobody knows": ['{ "version": 1,\n  "gatways": [] }', ["2:3 gatways"]],
  "a member of a prototype": ['{ "version": 1, "__proto__": { "gateways": [] } }', ["1:17 __proto__"]],
  "a rule twice": ['{ "version": 1, "issuers": [], "issuers": ["https://evil.example"] }', ["1:32 issuers"]],
  "a pattern that means too much": [
    '{ "version": 1, "gateways": [{ "address": "https://*.com" }] }',
    ["1:43 gateways[0].address"],
  ],
  "an issuer without encryption": ['{ "version": 1, "issuers": ["http://login.example.com"] }', ["1:29 issuers[0]"]],
  "an account that is none": ['{ "version": 1, "accounts": ["*"] }', ["1:30 accounts[0]"]],
  "accounts of every domain": ['{ "version": 1, "accounts": ["*@*"] }', ["1:30 accounts[0]"]],
  "a way to sign in that nobody knows": ['{ "version": 1, "signIn": ["password"] }', ["1:28 signIn[0]"]],
  "a secret": ['{ "version": 1, "settings": { "clientSecret": "s3cret" } }', ["1:31 settings.clientSecret"]],
  "a setting of another kind": ['{ "version": 1, "settings": { "scopes": "openid" } }', ["1:41 settings.scopes"]],
  "an identity provider that is half": [
    '{ "version": 1, "enterpriseIdentityProvider": { "clientId": "a" } }',
    ["1:47 enterpriseIdentityProvider.issuer"],
  ],
  "a set issuer that is not allowed": [
    '{ "version": 1, "issuers": ["https://a.example"],\n"gateways": [{ "address": "https://g.example", "settings": { "issuer": "https://b.example" } }] }',
    ["2:72 gateways[0].settings.issuer"],
  ],
  "a set issuer that a gateway does not allow": [
    '{ "version": 1, "settings": { "issuer": "https://a.example" },\n"gateways": [{ "address": "https://g.example", "issuers": ["https://b.example"] }] }',
    ["2:59 gateways[0].issuers"],
  ],
  "a gateway's issuers that are not allowed for any": [
    '{ "version": 1, "issuers": ["https://a.example/x"],\n"gateways": [{ "address": "https://g.example", "issuers": ["https://a.example/y"] }] }',
    ["2:60 gateways[0].issuers[0]"],
  ],
  "a gateway's accounts that are not allowed for any": [
    '{ "version": 1, "accounts": ["*@a.example"],\n"gateways": [{ "address": "https://g.example", "accounts": ["ada@b.example"] }] }',
    ["2:61 gateways[0].accounts[0]"],
  ],
  "a gateway's way to sign in that is not allowed for any": [
    '{ "version": 1, "signIn": ["browser"],\n"gateways": [{ "address": "https://g.example", "signIn": ["aws"] }] }',
    ["2:59 gateways[0].signIn[0]"],
  ],
  "a gateway behind one that means it too": [
    '{ "version": 1, "gateways": [{ "address": "https://*.example.com" },\n{ "address": "https://a.example.com/mcp" }] }',
    ["2:14 gateways[1].address"],
  ],
  "a name for several gateways": [
    '{ "version": 1, "gateways": [{ "address": "https://*.example.com/mcp", "name": "A" }] }',
    ["1:80 gateways[0].name"],
  ],
  "a name twice": [
    '{ "version": 1, "gateways": [{ "address": "https://a.example/mcp", "name": "A" },\n{ "address": "https://b.example/mcp", "name": "A" }] }',
    ["2:47 gateways[1].name"],
  ],
  "only a company's identity provider, and none": ['{ "version": 1, "signIn": ["enterprise"] }', ["1:27 signIn"]],
  "an identity provider that is not allowed": [
    '{ "version": 1, "issuers": ["https://a.example"], "enterpriseIdentityProvider": { "issuer": "https://b.example", "clientId": "c" } }',
    ["1:93 enterpriseIdentityProvider.issuer"],
  ],
  "great depth": ["[".repeat(100_000), ["1:1 "]],
};

for (const [what, [text, places]] of Object.entries(broken)) {
  test(`a policy with ${what} is broken, and told with line and column`, () => {
    assert.deepEqual(faultsOf(text), places);
    assert.doesNotMatch(JSON.stringify(readPolicy(text)), /s3cret/);
  });
}

test("all faults of a file are told at once", () => {
  assert.deepEqual(faultsOf('{ "version": 1, "a": 1,\n"issuers": ["x"],\n"gateways": [{ "address": "y" }] }'), [
    "1:17 a",
    "2:13 issuers[0]",
    "3:27 gateways[0].address",
  ]);
});

test("a policy with all that there is, with comments and a byte order mark, is read", () => {
  const text = `\uFEFF// Ours.
{ "version": 1, "organisation": "Example Corp", "contact": "it@example.com",
  "gateways": [
    { "address": "https://a.example.com/mcp", "name": "A", "issuers": ["https://login.example.com/a"],
      "accounts": ["ada@example.com"], "signIn": ["browser"], "tools": { "readOnly": true },
      "settings": { "clientId": "c", "scopes": ["a"], "issuer": "https://login.example.com/a" } },
    { "address": "https://*.example.com" }
  ],
  "issuers": ["https://login.example.com"], "accounts": ["*@example.com"], "signIn": ["browser", "enterprise"],
  "settings": { "redirectPorts": [3334] }, "tools": { "deny": ["*___delete_*"] },
  "credentials": [], "hosts": ["codex"], "directMode": false, "shareSignIn": false,
  "enterpriseIdentityProvider": { "issuer": "https://login.example.com", "clientId": "i" } }`;
  assert.equal(readPolicy(text).kind, "read", JSON.stringify(readPolicy(text)));
});
