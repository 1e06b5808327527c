import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { SandboxClient } from "../support/sandboxClient.ts";
import { startSandboxProcess } from "../support/sandboxProcess.ts";
import { until } from "../support/until.ts";
import { withSandbox } from "../support/withSandbox.ts";

const port = (url: string): number => Number(new URL(url).port);
const metadataOf = ({ issuer }: Pick<Sandbox, "issuer">) => `${issuer}/.well-known/openid-configuration`;

test("a sandbox that starts where one was before starts whoever comes meanwhile, and none of them is left without an answer or an end", async (t) => {
  const first = await startSandbox();
  await first.stop();
  const places = [metadataOf(first), first.gatewayUrl];
  const knocks: Promise<string>[] = [];
  let isUp = false;
  const knocking = (async () => {
    while (!isUp) {
      for (const place of places)
        knocks.push(
          fetch(place).then(
            ({ status }) => String(status),
            () => "turned away",
          ),
        );
      await delay(1);
    }
  })();
  const starting = startSandbox({ issuerPort: port(first.issuer), gatewayPort: port(first.gatewayUrl) });
  const second = await until(() => Promise.race([starting, delay(100, undefined)]), "the sandbox to be up");
  t.after(() => second.stop());
  isUp = true;
  await knocking;
  let open = knocks.length;
  for (const knock of knocks) void knock.finally(() => open--);
  await until(() => open === 0, "an answer or an end for everybody");
  const seen = new Set(await Promise.all(knocks));
  assert.ok(seen.has("turned away"), [...seen].join());
  assert.deepEqual(
    [...seen].filter((one) => !["turned away", "200", "401"].includes(one)),
    [],
  );
});

/** A connection of before a restart is at its end, whether it is noticed or not. */
const keysOf = ({ issuer }: Pick<Sandbox, "issuer">): Promise<string> =>
  until(async () => await (await fetch(`${issuer}/jwks`)).text(), "the keys");

/** What still works after a restart, of what there was before it. */
async function after(sandbox: Sandbox, restart: Parameters<Sandbox["restart"]>[0]) {
  const client = new SandboxClient(sandbox);
  const { accessToken, refreshToken } = await client.signIn();
  const mcp = await client.connect(accessToken);
  const add = () =>
    mcp.callTool({ name: "sample___add", arguments: { a: 1, b: 2 } }).then(
      () => "answered",
      () => "refused",
    );
  const before = await keysOf(sandbox);
  await add();
  await sandbox.restart(restart);
  const sameKeys = before === (await keysOf(sandbox));
  const session = await add();
  await mcp.close().catch(() => {});
  const token = await until(async () => (await client.knock(accessToken)).status, "the gateway");
  const { status } = await client.refresh(refreshToken);
  return { session, token, sameKeys, renewal: status, calls: sandbox.observe().toolCalls.sample___add };
}

test("a gateway that is restarted knows no session, and takes the tokens of before; what was counted goes on", () =>
  withSandbox({ asksConsent: false }, async (sandbox) => {
    const seen = await after(sandbox, { gateway: true });
    assert.deepEqual(seen, { session: "refused", token: 200, sameKeys: true, renewal: 200, calls: 2 });
  }));

const providers = {
  asItWas: { sameKeys: true, session: "answered", token: 200, renewal: 200 },
  newKeys: { sameKeys: false, session: "answered", token: 200, renewal: 200 },
  forgetful: { sameKeys: true, session: "answered", token: 200, renewal: 400 },
};

for (const [provider, kept] of Object.entries(providers) as [keyof typeof providers, object][]) {
  test(`a provider that is restarted comes back ${provider}, and the gateway's sessions go on`, () =>
    withSandbox({ asksConsent: false }, async (sandbox) => {
      assert.deepEqual(await after(sandbox, { provider }), { ...kept, calls: 2 });
    }));
}

test("a gateway and a provider that are restarted with other keys take no token of before, and renew", () =>
  withSandbox({ asksConsent: false }, async (sandbox) => {
    const seen = await after(sandbox, { gateway: true, provider: "newKeys" });
    assert.deepEqual(seen, { session: "refused", token: 401, sameKeys: false, renewal: 200, calls: 1 });
  }));

test("a line restarts the process's gateway and provider, and one that says wrongly what is refused", async (t) => {
  const sandbox = await startSandboxProcess();
  t.after(() => sandbox.process.stop());
  const before = await keysOf(sandbox);
  const wrong = [{}, { gateway: "yes" }, { provider: "kind" }].map((what) => sandbox.ask({ do: "restart", ...what }));
  const refused = (await Promise.all(wrong)).map(({ error }) => String(error).split(" ")[0]);
  const kept = before === (await keysOf(sandbox));
  const done = await sandbox.ask({ do: "restart", gateway: true, provider: "newKeys" });
  const { status } = await new SandboxClient(sandbox).knock();
  const changed = before !== (await keysOf(sandbox));
  assert.deepEqual(
    { refused, kept, done, status, changed },
    {
      ...{ refused: ["a", "gateway", "provider"], kept: true },
      ...{ done: {}, status: 401, changed: true },
    },
  );
});
