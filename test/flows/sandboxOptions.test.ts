import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { ProfileClient, refusal } from "../support/profileClient.ts";
import { SandboxClient } from "../support/sandboxClient.ts";
import { type SandboxProcess, sandboxProgram, startSandboxProcess } from "../support/sandboxProcess.ts";
import { CookieJar, signInByHttp } from "../support/signInByHttp.ts";

async function withProcess(options: readonly string[], act: (sandbox: SandboxProcess) => Promise<void>): Promise<void> {
  const sandbox = await startSandboxProcess(options);
  try {
    await act(sandbox);
  } finally {
    await sandbox.process.stop();
  }
}

/** A client that knows the provider which the process behaves like. */
async function clientOf(sandbox: SandboxProcess): Promise<ProfileClient> {
  const response = await fetch(sandbox.authorizer.customJWTAuthorizer.discoveryUrl);
  // It asks for nothing here but what the process told.
  return new ProfileClient(sandbox as unknown as Sandbox, (await response.json()) as Record<string, unknown>);
}

/** A port that was free a moment ago. */
async function freePort(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

test("gateway and identity provider listen at the ports that were given", async () => {
  const [gatewayPort, issuerPort] = [await freePort(), await freePort()];
  await withProcess(["--gateway-port", gatewayPort, "--issuer-port", issuerPort], async (sandbox) => {
    const { status } = await new SandboxClient(sandbox).knock();
    assert.deepEqual(
      [new URL(sandbox.gatewayUrl).port, new URL(sandbox.issuer).port, status],
      [gatewayPort, issuerPort, 401],
    );
  });
});

test("a spent refresh token works on for the grace that was given", () =>
  withProcess(["--profile", "okta", "--rotation-grace-seconds", "0"], async (sandbox) => {
    const client = await clientOf(sandbox);
    const { refreshToken } = await client.signIn();
    const renewed = await client.refresh(refreshToken);
    assert.deepEqual([renewed.status, refusal(await client.refresh(refreshToken))], [200, [400, "invalid_grant"]]);
  }));

test("resource is refused with the code that was given", () =>
  withProcess(["--profile", "entra", "--resource-refusal", "AADSTS9010010"], async (sandbox) => {
    const client = await clientOf(sandbox);
    const { code } = await client.authorize();
    assert.deepEqual(refusal(await client.exchange(code, { resource: sandbox.gatewayUrl })), [
      400,
      "invalid_target",
      "AADSTS9010010",
    ]);
  }));

test("a person who signs in is not asked whether the app may act for them, when it is started so", async () => {
  const asked: (readonly string[])[] = [];
  for (const options of [["--no-consent"], []]) {
    await withProcess(options, async (sandbox) => {
      const client = await clientOf(sandbox);
      const jar = new CookieJar();
      for (const _ of ["first", "again"]) {
        const { landed, pages } = await signInByHttp(client.authorizationUrl(), { jar });
        assert.ok(landed.searchParams.get("code"), landed.href);
        asked.push(pages);
      }
    });
  }
  const consent = /^Let .+ in\?$/;
  assert.deepEqual(
    asked.map((pages) => pages.map((page) => (consent.test(page) ? "consent" : page))),
    [["Who are you?"], [], ["Who are you?", "consent"], ["consent"]],
  );
});

test("a gateway that checks revocation refuses what was revoked before it expires", () =>
  withProcess(["--check-revocation"], async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { accessToken } = await client.signIn();
    const before = (await client.knock(accessToken)).status;
    await client.revoke(accessToken, "access_token");
    assert.deepEqual([before, (await client.knock(accessToken)).status], [200, 401]);
  }));

test("the policy for machines lets the machine in, and the one for people does not", async () => {
  const statuses: Record<string, number> = {};
  for (const callers of ["people", "machines"]) {
    await withProcess(["--profile", "entra", "--callers", callers], async (sandbox) => {
      const machine = await sandbox.ask({ do: "machine" });
      const client = await clientOf({ ...sandbox, machine } as SandboxProcess);
      const { body } = await client.machine("header");
      statuses[callers] = (await client.gateway.knock(String(body.access_token))).status;
    });
  }
  assert.deepEqual(statuses, { people: 401, machines: 200 });
});

test("help is printed, and nothing starts", () => {
  const { status, stdout } = spawnSync(process.execPath, [...sandboxProgram, "--help"], {
    encoding: "utf8",
    input: "",
    timeout: 30_000,
  });
  assert.match(stdout, /^Starts a gateway and an identity provider/);
  assert.deepEqual([status, stdout.includes('"ready"')], [0, false]);
});
