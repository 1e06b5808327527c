import assert from "node:assert/strict";
import { test } from "node:test";
import { enteredBy, signOutOfCompany } from "../../src/connections/enterprise/companySignOut.ts";
import { companySignOutText } from "../../src/connections/enterprise/companySignOutText.ts";
import { failureText } from "../../src/failures/failureText.ts";
import { startSandbox } from "../../src/sandbox/startSandbox.ts";
import { enterpriseWorld, withCompany } from "../support/enterpriseWorld.ts";
import { startStandalone, withComputer } from "../support/standalone/startStandalone.ts";

const words = { time: () => "noon", failureWords: failureText };

test("the end of a company's sign-in ends what came from it at each gateway, and nothing else", () =>
  withCompany(3, {}, async (gateways) => {
    const other = await startSandbox({});
    const world = enterpriseWorld(gateways);
    try {
      const entered = [await world.in(0), await world.in(1), await world.in(2)];
      const own = await world.connect(other.gatewayUrl, { name: "own" });
      assert.ok(own.kind === "connected");
      const [company, ...more] = await (await world.gateways.company()).known();
      assert.ok(company && more.length === 0, "one company");
      assert.deepEqual(
        enteredBy(company, world.gateways)
          .map(({ name }) => name)
          .toSorted(),
        ["gateway-0", "gateway-1", "gateway-2"],
      );
      const report = await signOutOfCompany(company, [world.gateways]);
      // The company's, and one access token at the authorization server of each gateway.
      const revoked = gateways.map((one) => one.observe().revocations.toSorted());
      assert.deepEqual(
        {
          steps: report.revocation?.steps,
          failed: report.failed,
          atCompany: revoked[0]?.includes("refresh_token"),
          others: revoked.slice(1),
        },
        {
          steps: [
            { token: "refresh token", kind: "revoked" },
            { token: "access token", kind: "revoked" },
          ],
          failed: [],
          atCompany: true,
          others: [["access_token"], ["access_token"]],
        },
      );
      const left = world.gateways.book.all.filter(({ sessionId }) => sessionId !== undefined).map(({ name }) => name);
      assert.deepEqual([left, world.sessions().length], [["own"], 1]);
      assert.deepEqual(await (await world.gateways.company()).known(), []);
      assert.match(await world.call(own.connection.id, "sample___whoami"), /Ada Lovelace/);
      assert.equal(world.opened.length, 2);
      // Whoever comes back sees the company's page again.
      assert.match(await world.call(entered[0]?.id ?? "", "sample___whoami"), /Ada Lovelace/);
      assert.equal(world.opened.length, 3);
    } finally {
      await world.stop();
      await other.stop();
    }
  }));

test("a company that revokes nothing is said to, and nothing of its sign-in is left on this computer", () =>
  withCompany(2, { faults: { revocationUnavailable: true } }, async (gateways) => {
    const world = enterpriseWorld(gateways);
    await world.in(0);
    await world.in(1);
    const [company] = await (await world.gateways.company()).known();
    assert.ok(company);
    const report = await signOutOfCompany(company, [world.gateways]);
    const { summary, lines, isAllRevoked } = companySignOutText(report, words);
    assert.equal(isAllRevoked, false);
    assert.match(
      summary,
      /^Signed out of your company, http:\/\/127\.0\.0\.1:\d+, and of what you entered by it: gateway-\d, gateway-\d\. Not everything/,
    );
    assert.match(lines[0] ?? "", /could not be revoked at/);
    assert.equal(lines.length, 3);
    assert.doesNotMatch(lines.join("\n"), /goes on for other gateways/);
    assert.deepEqual(world.sessions(), []);
    await world.stop();
  }));

test("who was on the way in by a company that is signed out of is not let in after it", () =>
  withCompany(2, {}, async (gateways) => {
    const world = enterpriseWorld(gateways);
    const [first, second] = [await world.in(0), await world.in(1)];
    await world.gateways.signOut(second);
    const [company] = await (await world.gateways.company()).known();
    assert.ok(company);
    world.person.beforeAnswer = async () => {
      await signOutOfCompany(company, [world.gateways]);
    };
    // Another account is asked for at the company, which takes a page; meanwhile it is signed out of.
    const signal = new AbortController().signal;
    const ended = await world.gateways.signIn(second.id, { scopes: [], chooseAccount: true }, { signal });
    assert.deepEqual(
      [ended.kind, world.gateways.find(first.id)?.sessionId, world.gateways.find(second.id)?.sessionId],
      ["cancelled", undefined, undefined],
    );
    await world.stop();
  }));

test("an ID token that somebody else obtains is left alone, and what it let into is signed out of", () =>
  withCompany(1, { recordSecrets: true }, async (gateways) => {
    const before = enterpriseWorld(gateways);
    await before.in(0);
    const idToken = gateways[0].issuedSecrets().find(({ kind }) => kind === "id_token")?.value ?? "";
    const { clientSecret = "" } = gateways[0];
    const places = {
      environment: (name: string) => (name === "ID_TOKEN" ? idToken : clientSecret),
      readFile: async () => "",
      run: async () => "",
    };
    const world = enterpriseWorld(gateways, { company: { idToken: { environment: "ID_TOKEN" } }, places });
    const connection = await world.in(0);
    const [company] = await (await world.gateways.company()).known();
    assert.ok(company?.isGiven);
    const { lines } = companySignOutText(await signOutOfCompany(company, [world.gateways]), words);
    assert.match(lines.join("\n"), /The ID token of 127\.0\.0\.1:\d+|The ID token of http:/);
    assert.equal(world.gateways.find(connection.id)?.sessionId, undefined);
    await Promise.all([before.stop(), world.stop()]);
  }));

test("--sign-out --company ends the company's sign-in with all that it brought, and no other gateway's", () =>
  withCompany(2, {}, async ([one, two]) => {
    const other = await startSandbox({});
    try {
      await withComputer({ keyring: true }, async (computer) => {
        assert.ok(two);
        for (const { gatewayUrl, clientId, clientSecret = "", enterprise } of [one, two]) {
          const { issuer = "", clientId: atCompany = "" } = enterprise ?? {};
          const args = [
            gatewayUrl,
            ...["--enterprise-issuer", issuer, "--enterprise-client-id", atCompany],
            ...["--client-id", clientId, "--client-secret", "env:CLIENT_SECRET"],
          ];
          const env = { ...computer.env, CLIENT_SECRET: clientSecret };
          const standalone = await startStandalone([...args, ...computer.browser()], env);
          assert.match(await standalone.call("sample___whoami"), /Ada Lovelace/);
          await standalone.close();
        }
        const plain = await startStandalone([other.gatewayUrl, ...computer.browser()], computer.env);
        assert.match(await plain.call("sample___whoami"), /Ada Lovelace/);
        await plain.close();
        const env = { ...computer.env, CLIENT_SECRET: one.clientSecret ?? "" };
        const said = await ended(["--sign-out", "--company"], env);
        assert.match(said, /Signed out of your company, [^ ]+, and of what you entered by it: /);
        assert.match(said, /Your browser stays signed in at your company, and so do editors/);
        assert.equal(said.match(/Revoked at [^ ]+: access token\./g)?.length, 2, said);
        assert.doesNotMatch(said, /goes on for other gateways/);
        assert.equal(one.observe().revocations.filter((kind) => kind === "refresh_token").length, 1);
        assert.deepEqual(two.observe().revocations, ["access_token"]);
        assert.deepEqual(other.observe().revocations, []);
        const left = Object.keys(computer.keyring()).filter((key) => key.includes("session:"));
        assert.equal(left.length, 1);
        assert.match(await ended(["--sign-out", "--company"], env), /Nobody is signed in at a company/);
      });
    } finally {
      await other.stop();
    }
  }));

const ended = async (args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> =>
  await startStandalone([...args], env).then(
    async (standalone) => {
      await standalone.close();
      return standalone.said();
    },
    (error: Error) => error.message,
  );
