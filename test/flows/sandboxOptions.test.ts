import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { proofMaker } from "../support/dpop/proofMaker.ts";
import { ProfileClient, refusal } from "../support/profileClient.ts";
import { SandboxClient } from "../support/sandboxClient.ts";
import { type SandboxProcess, sandboxProgram, startSandboxProcess } from "../support/sandboxProcess.ts";
import { CookieJar, signInByHttp } from "../support/signInByHttp.ts";
import { startWorkloadPlatform } from "../support/workloadPlatform.ts";

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

test("what is named with --fault goes wrong, when it is to, and the page of the identity provider says so", () =>
  withProcess(["--fault", "token-lost:1", "--fault", "noChallenge"], async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const first = await client.signIn().then(
      () => "signed in",
      (error: Error) => error.message,
    );
    const second = await client.signIn();
    const page = await fetch(`${sandbox.issuer}/faults`);
    const html = await page.text();
    assert.deepEqual(
      {
        first,
        second: (await client.knock(second.accessToken)).status,
        challenge: (await client.knock()).challenge,
        now: /Set now: <b>([^<]*)</.exec(html)?.[1],
        listed: ["token", "lost", "wrongState"].filter((name) => html.includes(`<b>${name}</b>`)),
        safe: page.headers.get("content-security-policy")?.startsWith("default-src 'none'"),
      },
      {
        first: "fetch failed",
        second: 200,
        challenge: null,
        now: "token-lost:1, noChallenge",
        listed: ["token", "lost", "wrongState"],
        safe: true,
      },
    );
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

test("the gateway takes bound tokens as it is told, and nonces are wanted where that is told", async () => {
  const seen = async (options: readonly string[]) => {
    let found: unknown;
    await withProcess(options, async (sandbox) => {
      const { challenge } = await new SandboxClient(sandbox).knock();
      const document = (await (await fetch(sandbox.authorizer.customJWTAuthorizer.discoveryUrl)).json()) as {
        readonly token_endpoint: string;
        readonly dpop_signing_alg_values_supported?: readonly string[];
      };
      const maker = await proofMaker();
      const dpop = await maker.proof({ htm: "POST", htu: document.token_endpoint });
      const form = new URLSearchParams({
        grant_type: "refresh_token",
        refresh_token: "none",
        client_id: sandbox.clientId,
      });
      const answer = await fetch(document.token_endpoint, { method: "POST", headers: { dpop }, body: form });
      const { error } = (await answer.json()) as { readonly error: string };
      const binds = document.dpop_signing_alg_values_supported?.includes("ES256");
      const schemes = ["Bearer", "DPoP"].filter((scheme) => new RegExp(`(^|, )${scheme} `).test(challenge ?? ""));
      found = { schemes, binds, error, nonce: answer.headers.has("dpop-nonce") };
    });
    return found;
  };
  assert.deepEqual(
    [await seen([]), await seen(["--dpop", "accept"]), await seen(["--dpop", "require", "--dpop-nonces"])],
    [
      { schemes: ["Bearer"], binds: true, error: "invalid_grant", nonce: false },
      { schemes: ["Bearer", "DPoP"], binds: true, error: "invalid_grant", nonce: false },
      { schemes: ["DPoP"], binds: true, error: "use_dpop_nonce", nonce: true },
    ],
  );
});

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

test("workloads of the platform that was given get tokens for what it gave them, and nobody else's do", async () => {
  const [platform, other] = [await startWorkloadPlatform(), await startWorkloadPlatform()];
  try {
    const options = ["--callers", "machines", "--workload-issuer", platform.issuer];
    await withProcess(options, async ({ issuer, gatewayUrl }) => {
      const answerTo = async (assertion: string) => {
        const grant_type = "urn:ietf:params:oauth:grant-type:jwt-bearer";
        const body = new URLSearchParams({ grant_type, assertion, scope: "gateway.read", resource: gatewayUrl });
        return (await (await fetch(`${issuer}/token`, { method: "POST", body })).json()) as Record<string, unknown>;
      };
      const good = await answerTo(await platform.token({ audience: issuer }));
      const answers = [
        await answerTo(await platform.token({ audience: "https://wrong.example" })),
        await answerTo(await platform.token({ audience: issuer, endsIn: -60 })),
        await answerTo(await other.token({ audience: issuer })),
      ];
      assert.deepEqual(
        [typeof good.access_token, ...answers.map(({ error }) => error)],
        ["string", "invalid_grant", "invalid_grant", "invalid_grant"],
      );
    });
  } finally {
    await Promise.all([platform.stop(), other.stop()]);
  }
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
