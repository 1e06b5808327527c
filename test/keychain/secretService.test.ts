import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { exitCodes } from "../../src/standalone/arguments.ts";
import { type SecretService, noSecretService as skip, withSecretService } from "../support/keychain/secretService.ts";
import { commonClock } from "../support/programClock.ts";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { type StandaloneWorld, startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { withSandbox } from "../support/withSandbox.ts";

const ada = "You are Ada Lovelace (ada)";

interface Desktop {
  readonly sandbox: Sandbox;
  readonly service: SecretService;
  readonly env: Readonly<Record<string, string>>;
  /** How many browsers were opened so far. */
  browsers(): number;
  /** Access and refresh tokens that are still good at the provider. */
  live(): Promise<number>;
  start(more?: Readonly<Record<string, string>>): ReturnType<typeof startStandalone>;
  /** Starts the program, calls a tool, and ends it: what was answered, and what it said. */
  use(more?: Readonly<Record<string, string>>): Promise<{ readonly answer: string | undefined; readonly said: string }>;
  run(...args: readonly string[]): ReturnType<typeof endedStandalone>;
}

/** A person's computer with a Secret Service, a gateway, and nobody signed in to it yet. */
const withDesktop = (
  act: (desktop: Desktop) => Promise<void>,
  options: { readonly accessTokenSeconds?: number } = {},
): Promise<void> =>
  withSandbox({ recordSecrets: true, ...options }, (sandbox) =>
    withComputer({}, (computer) => withSecretService((service) => act(desktopOf(sandbox, computer, service)))),
  );

function desktopOf(sandbox: Sandbox, computer: StandaloneWorld, service: SecretService): Desktop {
  const env = { ...computer.env, ...service.env };
  const start: Desktop["start"] = (more = {}) =>
    startStandalone([sandbox.gatewayUrl, "--verbose", ...computer.browser()], { ...env, ...more });
  return {
    ...{ sandbox, service, env, start },
    browsers: () => computer.opened().length,
    async live() {
      const tokens = sandbox.issuedSecrets().filter(({ kind }) => ["access_token", "refresh_token"].includes(kind));
      return (await Promise.all(tokens.map(({ value }) => sandbox.isActive(value)))).filter(Boolean).length;
    },
    async use(more) {
      const standalone = await start(more);
      const [answer] = (await standalone.call("sample___whoami")).split(",");
      await standalone.close();
      return { answer, said: standalone.said() };
    },
    run: (...args) => endedStandalone(args, { env }),
  };
}

const sessions = async ({ service }: Desktop): Promise<number> =>
  (await service.entries()).filter((name) => name.startsWith("session:")).length;

test("a sign-in is kept by the Secret Service, serves the next start and its renewal, and a sign-out takes all of it away", {
  skip,
}, async (t) => {
  const clock = commonClock(t);
  await withDesktop(
    async (desktop) => {
      const { sandbox, service, run, use } = desktop;
      const answers = [(await use(clock.env)).answer, (await use(clock.env)).answer];
      const once = { ...sandbox.observe().grants };
      clock.moveOn(61);
      answers.push((await use(clock.env)).answer, (await use(clock.env)).answer);
      const renewed = sandbox.observe().grants;
      const kept = await sessions(desktop);
      const out = await run(sandbox.gatewayUrl, "--sign-out");
      const after = [await sessions(desktop), await desktop.live()];
      const clean = await run("--clean");
      assert.deepEqual(
        {
          ...{ answers, once, kept, after },
          renewals: renewed.refresh_token,
          browsers: desktop.browsers(),
          codes: [out.code, clean.code],
          left: await service.entries(),
        },
        {
          answers: [ada, ada, ada, ada],
          once: { authorization_code: 1 },
          kept: 1,
          after: [0, 0],
          renewals: 1,
          browsers: 1,
          codes: [0, 0],
          left: [],
        },
      );
      holdsNoSecret(t, desktop, out.said);
    },
    { accessTokenSeconds: 60 },
  );
});

/** Nothing that the provider issued is in an argument, a variable or a file of this program, in clear or as it is stored. */
function holdsNoSecret(t: TestContext, { sandbox, service, env }: Desktop, said: string): void {
  const calls = service.calls();
  const files = spawnSync("find", [env.XDG_CACHE_HOME ?? "", "-type", "f", "-exec", "cat", "{}", "+"]);
  const secrets = sandbox.issuedSecrets().map(({ value }) => value);
  const written = secrets.flatMap((value) => [value, Buffer.from(value).toString("base64").slice(4, 24)]);
  assert.ok(secrets.length >= 5 && calls.filter((call) => call.includes("store")).length >= 3, "there was something");
  assert.ok(calls.every((call) => call.includes("gateway-connect") && call.includes("DBUS_SESSION_BUS_ADDRESS=")));
  const places = { calls: calls.join("\n"), said, files: files.stdout.toString("utf8") };
  const found = Object.entries(places).filter(([, text]) => written.some((value) => text.includes(value)));
  assert.deepEqual(
    found.map(([place]) => place),
    [],
  );
  t.diagnostic(`${calls.length} starts of secret-tool, ${secrets.length} secrets`);
}

test("a locked keyring is told by every command, loses nothing, and serves again once it is unlocked", { skip }, () =>
  withDesktop(async (desktop) => {
    const { sandbox, service, run, use } = desktop;
    await use();
    const before = await service.entries();
    await service.lock();
    const locked = await use();
    const out = await run(sandbox.gatewayUrl, "--sign-out");
    const all = await run("--sign-out", "--all");
    const doctor = await run("doctor");
    const listed = (await service.entries()).length;
    const live = await desktop.live();
    await service.unlock();
    const unlocked = await use();
    assert.match(locked.said, /Tokens are kept in memory only: a keychain that was used before does not answer/);
    assert.match(out.said, /A keychain that was used before does not answer\. Unlock or start it/);
    assert.match(all.said, /A keychain that was used before does not answer\. Unlock or start it/);
    assert.match(doctor.out, /it cannot be used: the keychain is locked \(secret-tool\)/);
    assert.deepEqual(
      {
        answers: [locked.answer, unlocked.answer],
        codes: [out.code, all.code, doctor.code],
        // One for the first sign-in, one for that in memory, which was revoked at its end; the first is still good.
        browsers: desktop.browsers(),
        ...{ listed, live },
        entries: [...(await service.entries())].sort(),
      },
      {
        answers: [ada, ada],
        codes: [exitCodes.notAllRevoked, exitCodes.notAllRevoked, exitCodes.problemsFound],
        browsers: 2,
        listed: before.length,
        live: 2,
        entries: [...before].sort(),
      },
    );
  }),
);

test(
  "a keyring that is locked before the first sign-in takes none: told, kept in memory, and revoked at the end",
  {
    skip,
  },
  () =>
    withDesktop(async (desktop) => {
      await desktop.service.lock();
      const { answer, said } = await desktop.use();
      assert.match(said, /Tokens are kept in memory only: the keychain is locked \(secret-tool\)\./);
      assert.deepEqual(
        [answer, await desktop.service.entries(), await desktop.live(), desktop.browsers()],
        [ada, [], 0, 1],
      );
    }),
);

test("a daemon that is killed in mid-use ends no call and opens no browser; it is told once, and a sign-out says so", {
  skip,
}, async (t) => {
  const clock = commonClock(t);
  await withDesktop(async (desktop) => {
    const { sandbox, service } = desktop;
    const standalone = await desktop.start(clock.env);
    const answers = [await standalone.call("sample___whoami")];
    await service.kill();
    for (let look = 0; look < 3; look++) {
      clock.moveOn(16);
      answers.push(await standalone.call("sample___whoami"));
    }
    await standalone.close();
    const out = await desktop.run(sandbox.gatewayUrl, "--sign-out");
    await service.unlock();
    const again = await desktop.run(sandbox.gatewayUrl, "--sign-out");
    assert.deepEqual(
      {
        answers: answers.map((answer) => answer.split(",")[0]),
        told: standalone
          .said()
          .match(/Tokens are kept in memory only: the keychain refused \(secret-tool ended with 1\)/g)?.length,
        browsers: desktop.browsers(),
        codes: [out.code, again.code],
        said: /A keychain that was used before does not answer/.test(out.said),
        left: [await sessions(desktop), await desktop.live()],
      },
      {
        answers: [ada, ada, ada, ada],
        told: 1,
        browsers: 1,
        codes: [exitCodes.notAllRevoked, 0],
        said: true,
        left: [0, 0],
      },
    );
  });
});

test(
  "without a Secret Service on the bus, and without a bus, tokens stay in memory: the log and the doctor say so",
  {
    skip,
  },
  () =>
    withDesktop(async (desktop) => {
      await desktop.service.kill();
      const without = await desktop.use();
      const { DBUS_SESSION_BUS_ADDRESS: _, ...headless } = desktop.env;
      const doctor = await endedStandalone(["doctor"], { env: headless });
      const out = await desktop.run(desktop.sandbox.gatewayUrl, "--sign-out");
      assert.match(without.said, /tokens are kept in memory/);
      assert.match(
        doctor.out,
        /it cannot be used: the keychain refused \(secret-tool ended with 1\); tokens stay in memory/,
      );
      assert.match(out.said, /No keychain is used here, so there is nothing to forget/);
      assert.deepEqual(
        [
          without.answer,
          out.code,
          await desktop.live(),
          existsSync(join(desktop.env.XDG_CACHE_HOME ?? "", "gateway-connect", "keychain.json")),
        ],
        [ada, 0, 0, false],
      );
    }),
);

test(
  "three starts at once share one sign-in through the Secret Service, each name of an entry in the list of them",
  {
    skip,
  },
  () =>
    withDesktop(async (desktop) => {
      const started = await Promise.all([desktop.start(), desktop.start(), desktop.start()]);
      const answers = await Promise.all(started.map((standalone) => standalone.call("sample___whoami")));
      for (const standalone of started) await standalone.close();
      const list = readFileSync(join(desktop.env.XDG_CACHE_HOME ?? "", "gateway-connect", "keychain.json"), "utf8");
      const { keys } = JSON.parse(list) as { readonly keys: readonly string[] };
      const entries = await desktop.service.entries();
      assert.deepEqual(
        {
          answers: answers.map((answer) => answer.split(",")[0]),
          browsers: desktop.browsers(),
          sessions: entries.filter((name) => name.startsWith("session:")).length,
          listed: keys.toSorted(),
        },
        { answers: [ada, ada, ada], browsers: 1, sessions: 1, listed: entries.toSorted() },
      );
    }),
);
