import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/startSandbox.ts";
import { type StandaloneWorld, startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";
import { withSandbox } from "../support/withSandbox.ts";
import { startWorkloadPlatform, type WorkloadPlatform, workloadSubject } from "../support/workloadPlatform.ts";

interface World {
  readonly sandbox: Sandbox;
  readonly platform: WorkloadPlatform;
  readonly computer: StandaloneWorld;
  /** Starts the program for the sandbox's gateway, calls a tool, and tells what came and what was said. */
  run(
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<{ readonly answer: string; readonly said: string }>;
  /** A file of the computer. */
  file(name: string, text: string | Uint8Array): string;
}

const memory = ["--keychain", "off", "--verbose"];

async function withWorkload(act: (world: World) => Promise<void>, more: SandboxOptions = {}): Promise<void> {
  const platform = await startWorkloadPlatform();
  try {
    await withSandbox({ callers: "machines", workloadIssuer: platform.issuer, ...more }, (sandbox) =>
      withComputer({}, async (computer) => {
        await act({
          ...{ sandbox, platform, computer },
          async run(args, env = {}) {
            const started = await startStandalone([sandbox.gatewayUrl, ...memory, ...args], {
              ...computer.env,
              ...env,
            });
            try {
              const answer = await started.call("sample___whoami").catch((error: Error) => error.message);
              return { answer, said: started.said() };
            } finally {
              await started.close();
            }
          },
          file(name, text) {
            const path = join(computer.folder, name);
            writeFileSync(path, text);
            return path;
          },
        });
      }),
    );
  } finally {
    await platform.stop();
  }
}

const machine = "You are the machine gateway-connect-machine.";
const jwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
const tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

test("a job of GitHub Actions signs in with the token that it is given, for the authorization server's issuer", () =>
  withWorkload(async ({ sandbox, platform, run }) => {
    const { answer, said } = await run(["--workload-identity", "github-actions"], platform.variables);
    const { grants, registrations } = sandbox.observe();
    assert.deepEqual(
      { answer, asked: platform.asked, grants, registrations },
      { answer: machine, asked: [sandbox.issuer], grants: { [jwtBearer]: 1 }, registrations: 0 },
    );
    assert.ok(said.includes(workloadSubject), "it says as whom it signed in");
    const secrets = [...platform.given, platform.variables.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? "?"];
    assert.equal(platform.given.length, 1);
    assert.deepEqual(
      secrets.filter((secret) => said.includes(secret)),
      [],
    );
  }));

test("a file is read again for each token: renewing is to ask again, with what it holds then", () =>
  withWorkload(
    async ({ sandbox, platform, computer, file }) => {
      const path = file("token", `\ufeff${await platform.token({ audience: sandbox.issuer })}\r\n`);
      const args = [sandbox.gatewayUrl, ...memory, "--workload-identity", `file:${path}`];
      const started = await startStandalone(args, computer.env);
      const seen: string[] = [];
      const call = async () => {
        seen.push(await started.call("sample___whoami").catch((error: Error) => error.message));
        return seen.at(-1) ?? "";
      };
      try {
        await call();
        writeFileSync(path, "not a token any more");
        // A gateway finds a token of seconds ended up to one before we do.
        await until(async () => /not a workload's token/.test(await call()), "the end of the first token");
        writeFileSync(path, await platform.token({ audience: [`${sandbox.issuer}/`, "elsewhere"] }));
        await call();
      } finally {
        await started.close();
      }
      const [first, later, again] = [seen[0], seen.at(-2) ?? "", seen.at(-1)];
      const { grants, revocations } = sandbox.observe();
      assert.deepEqual({ first, again }, { first: machine, again: machine });
      assert.match(later, /not a workload's token/);
      assert.ok((grants[jwtBearer] ?? 0) >= 2 && Object.keys(grants).length === 1, JSON.stringify(grants));
      assert.deepEqual(revocations, [], "nobody who is no client revokes");
    },
    { accessTokenSeconds: 5 },
  ));

test("a program is told the audience, and gets nothing of the other secrets", () =>
  withWorkload(async ({ sandbox, platform, run, file }) => {
    const token = file("token", await platform.token({ audience: "urn:of-the-platform-team" }));
    const script = file(
      "print.cjs",
      `const { appendFileSync, readFileSync } = require("fs");
      appendFileSync(process.argv[3], JSON.stringify([process.argv[2], process.env.TEAM_SECRET ?? null]) + "\\n");
      process.stdout.write(readFileSync(process.argv[4]));`,
    );
    const log = file("log", "");
    const command = JSON.stringify([process.execPath, script, "aud={audience}", log, token]);
    const source = ["--workload-identity", `command:${command}`, "--header", "X-Team: env:TEAM_SECRET"];
    const { said } = await run([...source, "--workload-audience", "urn:of-the-platform-team"], {
      TEAM_SECRET: "blue-42",
    });
    assert.deepEqual(readFileSync(log, "utf8"), `${JSON.stringify(["aud=urn:of-the-platform-team", null])}\n`);
    // The sandbox takes its own names alone: the refusal says what an administrator has to trust.
    assert.match(said, /workload_refused/);
    assert.ok(said.includes(`the audience urn:of-the-platform-team`) && said.includes(platform.issuer), said);
    assert.deepEqual(sandbox.observe().grants, { [jwtBearer]: 1 });
  }));

test("the token is exchanged, or proves who a client is, where that is asked for", () =>
  withWorkload(async ({ sandbox, platform, run }) => {
    const endpoint = `${sandbox.issuer}/token`;
    const exchange = ["--workload-grant", "token-exchange", "--workload-audience", "token-endpoint"];
    const asClient = ["--workload-grant", "client-assertion", "--client-id", "an-app"];
    const source = ["--workload-identity", "github-actions"];
    const first = await run([...source, ...exchange], platform.variables);
    const second = await run([...source, ...asClient], platform.variables);
    assert.deepEqual(
      { answers: [first.answer, second.answer], asked: platform.asked, grants: sandbox.observe().grants },
      {
        answers: [machine, machine],
        asked: [endpoint, sandbox.issuer],
        grants: { [tokenExchange]: 1, client_credentials: 1 },
      },
    );
  }));

test("a refusal is final: no other grant is tried, nor the same one without the resource", () =>
  withWorkload(async ({ sandbox, platform, run }) => {
    sandbox.setFaults({ workloadRefused: true });
    const { said } = await run(["--workload-identity", "github-actions"], platform.variables);
    assert.match(said, /does not take this workload's token[\s\S]*\(workload_refused\)/);
    assert.deepEqual(sandbox.observe().grants, { [jwtBearer]: 1 });
    sandbox.setFaults({});
    const { said: resource } = await run(
      ["--workload-identity", "github-actions", "--resource", "https://other.example"],
      platform.variables,
    );
    assert.match(resource, /invalid_target/);
    assert.deepEqual(sandbox.observe().tokenRequests, 2);
  }));

test("whatever is wrong with the token or its source is told before anything is sent to the authorization server", () =>
  withWorkload(async ({ sandbox, platform, run, file }) => {
    const { ACTIONS_ID_TOKEN_REQUEST_URL: _, ...withoutPermission } = platform.variables;
    const good = await platform.token({ audience: sandbox.issuer });
    const at = (name: string, text: string | Uint8Array) => `file:${file(name, text)}`;
    const cases: readonly (readonly [source: string, expected: RegExp, env?: Readonly<Record<string, string>>])[] = [
      ["github-actions", /id-token: write[\s\S]*workload_permission_missing/, withoutPermission],
      ["github-actions", /ACTIONS_ID_TOKEN_REQUEST_URL[\s\S]*workload_platform_missing/],
      [
        "github-actions",
        /no https address[\s\S]*workload_platform_refused/,
        { ...platform.variables, ACTIONS_ID_TOKEN_REQUEST_URL: "http://example.com/token?a=b" },
      ],
      ["kubernetes", /gateway-connect\/token: it cannot be read \(ENOENT\)[\s\S]*projected[\s\S]*token_unreadable/],
      ["aws", /AWS_REGION[\s\S]*workload_platform_missing/],
      ["env:NOT_SET", /NOT_SET[\s\S]*workload_token_unreadable/],
      ["file:/nowhere/token", /ENOENT[\s\S]*workload_token_unreadable/],
      ["command:false", /it ended with 1[\s\S]*workload_token_unreadable/],
      ["command:no-such-program-here", /ENOENT[\s\S]*workload_token_unreadable/],
      [at("empty", " \n"), /empty[\s\S]*workload_token_unreadable/],
      [at("huge", "a".repeat(2_000_000)), /EFBIG[\s\S]*workload_token_unreadable/],
      [at("long", `${good}${"a".repeat(20_000)}`), /longer than any[\s\S]*workload_token_invalid/],
      [at("two", `${good}\n${good}`), /several words or lines[\s\S]*workload_token_invalid/],
      [
        at(
          "binary",
          Uint8Array.from({ length: 300 }, (_, index) => index % 256),
        ),
        /workload_token_invalid/,
      ],
      [at("jwe", "aa.bb.cc.dd.ee"), /encrypted[\s\S]*workload_token_invalid/],
      [at("opaque", "ghs_16C7e42F292c6912E7710c838347Ae178B4a"), /not a JWT[\s\S]*workload_token_invalid/],
      [at("json", JSON.stringify({ value: good })), /workload_token_invalid/],
      [at("ended", await platform.token({ audience: sandbox.issuer, endsIn: -600 })), /workload_token_expired/],
      [
        at("cluster", await platform.token({ audience: "https://kubernetes.default.svc" })),
        /kubernetes.default.svc[\s\S]*audience_mismatch/,
      ],
    ];
    const wrong: string[] = [];
    for (const [source, expected, env] of cases) {
      const { said } = await run(["--workload-identity", source], env);
      if (!expected.test(said)) wrong.push(`${source}: ${said}`);
      if (said.includes(good)) wrong.push(`${source} shows the token`);
    }
    assert.deepEqual(wrong, []);
    assert.deepEqual(sandbox.observe().tokenRequests, 0);
  }));

test("what GitHub answers in place of a token is told as its side, and never quoted", () =>
  withWorkload(async ({ sandbox, platform, run }) => {
    const answers = [
      [403, '{"message":"no"}', /HTTP 403/],
      [302, "", /HTTP 302/],
      [200, "<html>a portal</html>", /no JSON/],
      [200, '{"value":17}', /without a token/],
      [200, "x".repeat(2_000_000), /larger|workload_platform_refused/],
    ] as const;
    for (const [status, body, expected] of answers) {
      platform.answer = { status, body };
      const { said } = await run(["--workload-identity", "github-actions"], platform.variables);
      assert.match(said, expected);
      assert.match(said, /GitHub Actions gave this workload no token[\s\S]*workload_platform_refused/);
      assert.ok(!said.includes("a portal"));
    }
    assert.equal(sandbox.observe().tokenRequests, 0);
  }));

test("the platform's token is in no keychain, file, argument or log, and another start needs neither it nor the authorization server", async () => {
  const platform = await startWorkloadPlatform();
  try {
    await withSandbox({ callers: "machines", workloadIssuer: platform.issuer }, (sandbox) =>
      withComputer({ keyring: true }, async (computer) => {
        const args = [sandbox.gatewayUrl, "--verbose", "--workload-identity", "github-actions"];
        const said: string[] = [];
        for (const variables of [platform.variables, {}]) {
          const started = await startStandalone(args, { ...computer.env, ...variables });
          assert.equal(await started.call("sample___whoami"), machine);
          await started.close();
          said.push(started.said());
        }
        const { ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken = "" } = platform.variables;
        const kept = Object.values(computer.keyring()).join("\n");
        const calls = JSON.stringify(computer.keyringCalls());
        const files = readdirSync(computer.folder, { recursive: true, withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map(({ parentPath, path, name }) => readFileSync(join(parentPath ?? path, name), "utf8"));
        // Entries of the keychain are in Base64, cut into parts.
        const decoded = [...kept.matchAll(/[A-Za-z0-9+/=]{40,}/g)].map(([part]) =>
          Buffer.from(part, "base64").toString(),
        );
        const everything = [...said, kept, ...decoded, calls, ...files].join("\n");
        const [token = ""] = platform.given;
        assert.equal(platform.given.length, 1);
        assert.ok(everything.includes("github-actions"), "where it comes from is kept");
        assert.deepEqual(
          [token, token.split(".")[2] ?? "", requestToken].filter((secret) => everything.includes(secret)),
          [],
        );
        assert.deepEqual(sandbox.observe().grants, { [jwtBearer]: 1 });
      }),
    );
  } finally {
    await platform.stop();
  }
});
