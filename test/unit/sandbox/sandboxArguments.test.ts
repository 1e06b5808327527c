import assert from "node:assert/strict";
import { test } from "node:test";
import { sandboxArguments, sandboxHelp } from "../../../src/sandbox/sandboxArguments.ts";

test("arguments become options, with nothing set that was not asked for", () => {
  const all = [
    ...["--issuer-port", "4000", "--gateway-port", "4001", "--access-token-seconds", "12", "--no-registration"],
    ...["--profile", "okta", "--callers", "machines", "--rotation-grace-seconds", "1"],
    ...[
      "--resource-refusal",
      "AADSTS9010010",
      "--no-consent",
      "--check-revocation",
      "--record-secrets",
      "--dpop",
      "require",
      "--dpop-nonces",
      "--fault",
      "token-lost:2",
      "--fault",
      "status=503",
      "--target",
      "files=npx,-y,some server",
      "--target",
      "b=cmd",
    ],
  ];
  assert.deepEqual(
    [sandboxArguments([]), sandboxArguments(all), sandboxArguments(["--help"])],
    [
      {
        kind: "start",
        options: { registration: true, asksConsent: true, checkRevocation: false, recordSecrets: false, targets: [] },
      },
      {
        kind: "start",
        options: {
          profile: "okta",
          callers: "machines",
          rotationGraceSeconds: 1,
          resourceRefusal: "AADSTS9010010",
          issuerPort: 4000,
          gatewayPort: 4001,
          accessTokenSeconds: 12,
          registration: false,
          asksConsent: false,
          dpop: "require",
          dpopNonces: true,
          faults: { steps: ["token-lost:2"] },
          gatewayFaults: { status: 503 },
          checkRevocation: true,
          recordSecrets: true,
          targets: [
            { kind: "stdio", name: "files", command: "npx", args: ["-y", "some server"] },
            { kind: "stdio", name: "b", command: "cmd", args: [] },
          ],
        },
      },
      { kind: "help" },
    ],
  );
});

test("an argument that makes no sense is named with what would", () => {
  const wrong = [
    ["--issuer-port", "70000"],
    ["--profile", "Okta"],
    ["--callers", "everybody"],
    ["--rotation-grace-seconds", "61"],
    ["--resource-refusal", "AADSTS1"],
    ["--dpop", "always"],
    ["--access-token-seconds", "0"],
    ["--access-token-seconds", "1.5"],
    ["--gateway-port", ""],
    ["--target", "files"],
    ["--target", "my_files=cmd"],
    ["--target", "files="],
    ["--fault", "token-burnt"],
    ["--fault", "token-lost:0"],
    ["--fault", "wrongState=maybe"],
    ["--surprise"],
    ["positional"],
  ];
  const problems = wrong.map((args) => {
    const command = sandboxArguments(args);
    return command.kind === "wrong" ? command.problem.split(/[;.'] ?/)[0] : command.kind;
  });
  assert.deepEqual(problems, [
    '--issuer-port is a whole number from 0 to 65535, not "70000"',
    '--profile is one of generic, okta, oktaOrg, entra, entraV1, cognito, auth0, keycloak, pingFederate, google, enterprise, not "Okta"',
    '--callers is one of people, machines, not "everybody"',
    '--rotation-grace-seconds is a whole number from 0 to 60, not "61"',
    '--resource-refusal is one of AADSTS901002, AADSTS9010010, not "AADSTS1"',
    '--dpop is one of accept, require, not "always"',
    '--access-token-seconds is a whole number from 1 to 86400, not "0"',
    '--access-token-seconds is a whole number from 1 to 86400, not "1',
    '--gateway-port is a whole number from 0 to 65535, not ""',
    '--target is <name>=<command>[,<argument>], not "files"',
    '--target is <name>=<command>[,<argument>], not "my_files=cmd"',
    '--target is <name>=<command>[,<argument>], not "files="',
    'there is no fault "token-burnt"',
    'the fault "token-lost" happens at a number of requests: ":2", ":2-3" or ":2-", not ":0"',
    'the fault "wrongState" is true or false, not "maybe"',
    "Unknown option ",
    "Unexpected argument ",
  ]);
});

test("the help names every option that is understood", () => {
  const named = [...sandboxHelp.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name]) => name);
  const understood = named.filter((name) => {
    const command = sandboxArguments([`--${name}`]);
    return !(command.kind === "wrong" && command.problem.startsWith("Unknown option"));
  });
  assert.deepEqual({ count: named.length, understood }, { count: 17, understood: named });
});
