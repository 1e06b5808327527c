import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeJwt } from "jose";
import { type Sandbox, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { demandProofs } from "../support/dpop/demandProofs.ts";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { until } from "../support/until.ts";
import { programFor, programWorld } from "../world/support/program.ts";

const hello = { text: "hello" };

test("where a gateway takes bound tokens every request has a proof of its own, by one key, over renewal and restart", async (t) => {
  const { provider, gateway, computer, clock, start } = await programWorld(t);
  let ahead = 0;
  const seen = demandProofs(provider, gateway, { now: () => Date.now() / 1000 + ahead, withinSeconds: 4000 });
  const first = await start();
  assert.match(await first.call("echo", hello), /hello/);
  // The program may list the tools meanwhile, with proofs of before.
  ahead = 3700;
  clock.moveOn(ahead);
  assert.match(await first.call("echo", hello), /hello/);
  await first.close();
  await until(() => seen.proven.includes("DELETE"), "the end of the session");
  const second = await start();
  assert.match(await second.call("echo", hello), /hello/);
  await second.close();
  const asked = provider.forms.filter(({ endpoint }) => endpoint === "token").map(({ form }) => form.grant_type);
  const [sentToPage] = provider.forms.filter(({ endpoint }) => endpoint === "authorize");
  assert.deepEqual(
    {
      faults: seen.faults,
      keys: new Set(seen.keys).size,
      asked,
      bearer: seen.schemes.Bearer,
      // The code is bound to the key before it is spent.
      code: sentToPage?.form.dpop_jkt === seen.keys[0],
      methods: ["GET", "DELETE", "initialize", "tools/call"].filter((method) => !seen.proven.includes(method)),
    },
    { faults: [], keys: 1, asked: ["authorization_code", "refresh_token"], bearer: 0, code: true, methods: [] },
  );
  // The key is in the keychain with the tokens, and goes with them.
  const holdsKey = () => keptIn(computer.keyring()).includes('"proofKey"');
  const before = holdsKey();
  await endedStandalone([gateway.url, "--sign-out"], computer);
  assert.deepEqual(
    { before, after: holdsKey(), live: provider.live.size, faults: seen.faults },
    { before: true, after: false, live: 0, faults: [] },
  );
});

/** What a keychain holds, decoded. */
const keptIn = (keyring: Readonly<Record<string, string>>): string =>
  Object.values(keyring)
    .map((entry) => Buffer.from(entry.split(".").at(-1) ?? "", "base64url").toString("utf8"))
    .join("\n");

test("each server gets its own nonce, the newest one, and is asked again when it wants another", async (t) => {
  const { provider, gateway, start } = await programWorld(t);
  const seen = demandProofs(provider, gateway, { nonces: true });
  const program = await start();
  for (let at = 0; at < 3; at++) assert.match(await program.call("echo", hello), /hello/);
  assert.deepEqual(
    { faults: seen.faults, provider: seen.nonceDemands.provider, keys: new Set(seen.keys).size },
    { faults: [], provider: 1, keys: 1 },
  );
  // It hands out no other nonce with what it takes, so that the first proof alone had none.
  assert.ok(seen.nonceDemands.gateway >= 1 && seen.nonceDemands.gateway <= 3, String(seen.nonceDemands.gateway));
});

for (const says of ["both schemes", "metadata"] as const) {
  test(`a gateway that says by ${says} that it takes bound tokens gets them`, async (t) => {
    const { provider, gateway, start } = await programWorld(t);
    const seen = demandProofs(provider, gateway, { says });
    const program = await start();
    assert.match(await program.call("echo", hello), /hello/);
    assert.deepEqual([seen.faults, seen.schemes.Bearer, seen.schemes.DPoP > 0], [[], 0, true]);
  });
}

test("a provider may give a token for any bearer all the same, which is sent as one, and proven again at renewal", async (t) => {
  const { provider, gateway, clock, start } = await programWorld(t);
  let ahead = 0;
  const demands = { says: "metadata", tokenType: "Bearer", now: () => Date.now() / 1000 + ahead } as {
    says: "metadata";
    tokenType: "Bearer" | "DPoP";
    now: () => number;
  };
  const seen = demandProofs(provider, gateway, demands);
  const program = await start();
  assert.match(await program.call("echo", hello), /hello/);
  const asBearer = { ...seen.schemes };
  demands.tokenType = "DPoP";
  ahead = 3700;
  clock.moveOn(ahead);
  assert.match(await program.call("echo", hello), /hello/);
  assert.deepEqual(
    { faults: seen.faults, first: asBearer.DPoP, later: seen.schemes.DPoP > 0, keys: new Set(seen.keys).size },
    { faults: [], first: 0, later: true, keys: 1 },
  );
});

test("a gateway that does not say so gets a token for any bearer, unless --dpop asks for a bound one", async (t) => {
  const { provider, gateway, start } = await programWorld(t);
  const { server } = provider;
  Object.assign(server, { dpop_signing_alg_values_supported: ["ES256"] });
  const proofs: (string | null)[] = [];
  provider.answer.token = (form, headers) => {
    proofs.push(headers.get("dpop"));
    return provider.token(form);
  };
  const plain = await start();
  assert.match(await plain.call("echo", hello), /hello/);
  assert.deepEqual(proofs, [null]);
  await plain.close();
  const seen = demandProofs(provider, gateway, { says: "nothing" });
  const asked = await start("--dpop");
  assert.match(await asked.call("echo", hello), /hello/);
  assert.deepEqual([seen.faults, seen.schemes], [[], { Bearer: 0, DPoP: seen.schemes.DPoP }]);
  assert.ok(seen.schemes.DPoP > 0);
});

test("with --no-dpop no proof is sent, and a gateway that takes nothing else is told in words", async (t) => {
  const { provider, gateway, start } = await programWorld(t);
  const seen = demandProofs(provider, gateway, { says: "both schemes" });
  provider.answer.token = (form, headers) => {
    seen.proven.push(`token ${headers.has("dpop")}`);
    return provider.token(form);
  };
  const program = await start("--no-dpop");
  assert.match(await program.call("echo", hello), /hello/);
  assert.deepEqual([seen.proven, seen.schemes.DPoP], [["token false"], 0]);
  await program.close();
  demandProofs(provider, gateway, { says: "challenge" });
  provider.answer.token = (form) => provider.token(form);
  const refused = await start("--no-dpop");
  assert.match(await refused.call("echo", hello).catch(String), /takes only tokens that are bound to a key \(DPoP\)/);
});

test("a gateway that takes bound tokens alone since yesterday asks for one sign-in, and gets one", async (t) => {
  const { provider, gateway, start, computer } = await programWorld(t);
  Object.assign(provider.server, { dpop_signing_alg_values_supported: ["ES256"] });
  const program = await start();
  assert.match(await program.call("echo", hello), /hello/);
  const seen = demandProofs(provider, gateway);
  assert.match(await program.call("echo", hello), /hello/);
  assert.match(await program.call("echo", hello), /hello/);
  assert.deepEqual([seen.faults, computer.opened().length], [[], 2]);
});

test("a clock that is wrong is said to be, and no sign-in is thrown away for it", async (t) => {
  const { provider, gateway, clock, start, computer } = await programWorld(t);
  const seen = demandProofs(provider, gateway);
  const program = await start();
  assert.match(await program.call("echo", hello), /hello/);
  // Not long enough for a renewal.
  clock.moveOn(600);
  assert.match(
    await program.call("echo", hello).catch(String),
    /does not take the proof.*10 minutes ahead.*Set the clock/s,
  );
  clock.moveOn(-600);
  assert.match(await program.call("echo", hello), /hello/);
  assert.deepEqual(
    [computer.opened().length, seen.faults.every((fault) => /^gateway: iat (599|60\d) /.test(fault))],
    [1, true],
  );
});

test("a machine's tokens and those by a device code are bound as well", async (t) => {
  const { provider, gateway, start } = await programWorld(t);
  Object.assign(provider.server, { device_authorization_endpoint: `${provider.issuer}/device` });
  const seen = demandProofs(provider, gateway, { nonces: true });
  const machine = await start("--client-credentials", "--client-id", "machine", "--client-secret", "env:HOME");
  assert.match(await machine.call("echo", hello), /hello/);
  await machine.close();
  const byMachine = new Set(seen.keys).size;
  const device = await start("--device-code");
  assert.match(await device.call("echo", hello), /hello/);
  assert.deepEqual(
    { byMachine, both: new Set(seen.keys).size, faults: seen.faults, bearer: seen.schemes.Bearer },
    { byMachine: 1, both: 2, faults: [], bearer: 0 },
  );
});

test("a provider with too much to do is asked again with another proof", async (t) => {
  const { provider, gateway, start } = await programWorld(t);
  const seen = demandProofs(provider, gateway);
  const proven = provider.answer.token;
  const proofs: (string | null)[] = [];
  provider.answer.token = async (form, headers) => {
    proofs.push(headers.get("dpop"));
    const answer = await proven?.(form, headers);
    return proofs.length > 1 ? answer : new Response("later", { status: 503, headers: { "retry-after": "1" } });
  };
  const { token } = provider;
  // The first answer never left the provider's door.
  provider.token = (form) => (proofs.length > 1 ? token.call(provider, form) : Response.json({}, { status: 503 }));
  const program = await start();
  assert.match(await program.call("echo", hello), /hello/);
  assert.deepEqual([seen.faults, proofs.length, new Set(proofs).size], [[], 2, 2]);
});

for (const profile of ["generic", "okta", "keycloak"] as const) {
  test(`at a sandbox like ${profile} tokens are bound where the gateway takes such, renewed, revoked, and of any bearer elsewhere`, async (t) => {
    const sandbox = await startSandbox({
      ...{ profile, dpop: "require", dpopNonces: true, recordSecrets: true, accessTokenSeconds: 2 },
    });
    t.after(() => sandbox.stop());
    const { start, computer } = await programFor(t, { url: sandbox.gatewayUrl });
    const registered =
      profile !== "generic" ? ["--client-id", sandbox.clientId, "--redirect-port", "3334,3335,3336"] : [];
    const program = await start(...registered);
    assert.match(await program.call("sample___echo", hello), /hello/);
    await until(async () => !(await sandbox.isActive(accessTokens(sandbox).at(0) ?? "")), "the end of the token");
    assert.match(await program.call("sample___echo", hello), /hello/);
    await program.close();
    const bound = accessTokens(sandbox).map((token) => {
      const { cnf } = decodeJwt(token);
      return (cnf as { jkt?: string } | undefined)?.jkt;
    });
    assert.ok(bound.length >= 2 && bound[0] !== undefined, JSON.stringify(bound));
    assert.equal(new Set(bound).size, 1);
    await endedStandalone([sandbox.gatewayUrl, "--sign-out"], computer);
    const refresh = sandbox.issuedSecrets().filter(({ kind }) => kind === "refresh_token");
    const active = await Promise.all(refresh.map(({ value }) => sandbox.isActive(value)));
    assert.deepEqual([refresh.length > 0, active.includes(true)], [true, false]);

    // As AgentCore: it could not do anything with a bound token.
    const plain = await startSandbox({ profile, recordSecrets: true });
    t.after(() => plain.stop());
    const other = await programFor(t, { url: plain.gatewayUrl });
    const app = profile !== "generic" ? ["--client-id", plain.clientId, "--redirect-port", "3334,3335,3336"] : [];
    const bearer = await other.start(...app);
    assert.match(await bearer.call("sample___echo", hello), /hello/);
    assert.deepEqual(
      accessTokens(plain).map((token) => decodeJwt(token).cnf),
      [undefined],
    );
  });
}

const accessTokens = (sandbox: Sandbox): readonly string[] =>
  sandbox.issuedSecrets().flatMap(({ kind, value }) => (kind === "access_token" ? [value] : []));
