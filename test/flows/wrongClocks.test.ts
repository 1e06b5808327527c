import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { installAws } from "../support/aws/awsComputer.ts";
import { startSignedGateway } from "../support/aws/signedGateway.ts";
import { withCompany } from "../support/enterpriseWorld.ts";
import { withGateway } from "../support/gatewayCaller.ts";
import { programClock } from "../support/programClock.ts";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { withComputer } from "../support/standalone/startStandalone.ts";
import { withSandbox } from "../support/withSandbox.ts";

/** By how much a computer's clock is wrong, in seconds, and how that is called. */
const clocks = { ahead: 600, behind: -600 } as const;
const memory = ["--keychain", "off"];
const whoami = "sample___whoami";

/** A computer whose clock is wrong: the servers' clocks are right. */
function wrongClock(t: TestContext, seconds: number): Readonly<Record<string, string>> {
  const clock = programClock();
  t.after(clock.remove);
  clock.moveOn(seconds);
  return clock.env;
}

for (const [way, seconds] of Object.entries(clocks)) {
  test(`a person whose clock is ten minutes ${way} signs in, and calls`, (t) =>
    withSandbox({ asksConsent: false }, (sandbox) =>
      withComputer({}, async (computer) => {
        const env = { ...computer.env, ...wrongClock(t, seconds) };
        const args = ["call", sandbox.gatewayUrl, whoami, ...memory, ...computer.browser()];
        const { out, said } = await endedStandalone(args, { env });
        assert.match(out, /^You are Ada Lovelace/, said);
      }),
    ));

  test(`a person whose clock is ten minutes ${way} is let in by their company`, (t) =>
    withCompany(1, {}, ([sandbox]) =>
      withComputer({}, async (computer) => {
        const { gatewayUrl, clientId, clientSecret = "", enterprise } = sandbox;
        const env = { ...computer.env, ...wrongClock(t, seconds), CLIENT_SECRET: clientSecret };
        const { out, said } = await endedStandalone(
          [
            ...["call", gatewayUrl, whoami, ...memory, ...computer.browser()],
            ...["--enterprise-issuer", enterprise?.issuer ?? "", "--enterprise-client-id", enterprise?.clientId ?? ""],
            ...["--client-id", clientId, "--client-secret", "env:CLIENT_SECRET"],
          ],
          { env },
        );
        assert.match(out, /^You are Ada Lovelace/, said);
      }),
    ));

  test(`proofs of a clock that is ten minutes ${way} are refused, and the clock is named`, (t) =>
    withSandbox({ asksConsent: false, dpop: "require" }, (sandbox) =>
      withComputer({}, async (computer) => {
        const env = { ...computer.env, ...wrongClock(t, seconds) };
        const args = ["call", sandbox.gatewayUrl, whoami, ...memory, ...computer.browser()];
        const { out, said } = await endedStandalone(args, { env });
        assert.equal(out, "");
        assert.match(said, new RegExp(`10 minutes ${way} .*iat.*Set the clock.*\\(token_refused\\)`, "s"));
      }),
    ));

  test(`signatures of a clock that is ten minutes ${way} are refused by AWS, and told with the difference`, (t) =>
    withComputer({}, async (computer) => {
      const key = {
        accessKeyId: "ASIAFIRSTKEY00000000",
        secretAccessKey: "marked-secret",
        sessionToken: "marked-token",
      };
      const gateway = await startSignedGateway({});
      t.after(() => gateway.stop());
      gateway.keys[key.accessKeyId] = { secretAccessKey: key.secretAccessKey, sessionToken: key.sessionToken };
      const aws = installAws(computer.folder);
      aws.gives({ ...key, expiresAt: Date.now() + 3_600_000 });
      const env = { ...computer.env, ...aws.env(computer.env.PATH ?? ""), ...wrongClock(t, seconds), NO_PROXY: "*" };
      const args = ["call", gateway.url, "echo", ...memory, "--aws-region", "eu-central-1", "--aws-profile", "dev"];
      const { out, said } = await endedStandalone(args, { env });
      assert.equal(out, "");
      assert.match(said, new RegExp(`10 minutes ${way}`));
      assert.doesNotMatch(said, /marked-/);
    }));
}

test("a gateway whose clock is ten minutes wrong says which time keeps a token out, and takes it with that much skew", async () => {
  const seen: unknown[] = [];
  for (const [way, seconds] of Object.entries(clocks)) {
    for (const clockSkewSeconds of [0, 660]) {
      const now = () => Date.now() + seconds * 1000;
      await withGateway({ now, clockSkewSeconds }, async ({ issuer, audit, post }) => {
        const at = Math.floor(Date.now() / 1000);
        const token = await issuer.token({ iat: at, nbf: at, exp: at + 300 });
        const { status } = await post(token);
        seen.push([way, clockSkewSeconds, status, ...(audit.at(-1)?.failed ?? []).map(({ rule }) => rule)]);
      });
    }
  }
  assert.deepEqual(seen, [
    ["ahead", 0, 401, "expiry"],
    ["ahead", 660, 200],
    ["behind", 0, 401, "notBefore"],
    ["behind", 660, 200],
  ]);
});
