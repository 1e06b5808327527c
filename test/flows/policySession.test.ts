import assert from "node:assert/strict";
import { test } from "node:test";
import { cloudTrailRecord } from "../../src/gateway/audit/cloudTrailRecord.ts";
import { startGateway as startLocalGateway } from "../../src/gateway/startGateway.ts";
import { POLICY_SESSION_HEADER } from "../../src/lib/settableHeaders.ts";
import { echoTarget } from "../support/gatewayCaller.ts";
import { startGateway } from "../support/relayGateways.ts";
import { startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";

interface Seen {
  readonly method: string;
  readonly session: string | null;
}

/** A gateway that records policy sessions, and refuses as many calls of tools with a conflict as it is told. */
async function recordingGateway(era: "legacy" | "modern") {
  const seen: Seen[] = [];
  const state = { conflicts: 0 };
  const gateway = await startGateway(era, 0, async (request) => {
    const body = request.method === "POST" ? await request.clone().text() : "";
    const method = /"method":"([^"]+)"/.exec(body)?.[1] ?? request.method;
    seen.push({ method, session: request.headers.get(POLICY_SESSION_HEADER) });
    if (method !== "tools/call" || state.conflicts === 0) return undefined;
    state.conflicts--;
    return new Response('{"message":"The policies changed"}', {
      status: 409,
      headers: { "x-amzn-errortype": "ConflictException" },
    });
  });
  return { gateway, seen, state };
}

const memory = ["--keychain", "off", "--browser", "none"];

for (const era of ["legacy", "modern"] as const) {
  test(`every request of a program to a ${era} gateway names its policy session, and another program has another`, () =>
    withComputer({}, async (computer) => {
      const { gateway, seen } = await recordingGateway(era);
      try {
        const ids: (string | null)[] = [];
        for (const _ of [1, 2]) {
          seen.length = 0;
          const standalone = await startStandalone([gateway.url, ...memory, "--policy-session"], computer.env);
          await standalone.call("echo", { text: "a" });
          await standalone.call("echo", { text: "b" });
          await standalone.close();
          // The first of all asks what is there, before anybody connects.
          const connected = seen.slice(seen.findIndex(({ session }) => session !== null));
          assert.ok(connected.length > 4 && connected.filter(({ method }) => method === "tools/call").length === 2);
          assert.match(connected[0]?.method ?? "", /initialize|server\/discover/);
          const named = new Set(connected.map(({ session }) => session));
          assert.equal(named.size, 1, JSON.stringify(connected));
          ids.push(...named);
        }
        assert.notEqual(ids[0], ids[1]);
        seen.length = 0;
        const without = await startStandalone([gateway.url, ...memory], computer.env);
        await without.call("echo", { text: "a" });
        await without.close();
        assert.deepEqual(new Set(seen.map(({ session }) => session)), new Set([null]));
      } finally {
        await gateway.stop();
      }
    }));
}

test("where the policies changed a call goes on in a new session and it is said, or the call says why not", () =>
  withComputer({}, async (computer) => {
    const { gateway, seen, state } = await recordingGateway("legacy");
    try {
      const standalone = await startStandalone([gateway.url, ...memory, "--policy-session"], computer.env);
      await standalone.call("echo", { text: "a" });
      state.conflicts = 1;
      const answer = await standalone.call("echo", { text: "b" });
      await standalone.says(/The policies of the gateway changed/);
      state.conflicts = 2;
      const refused = await standalone.call("echo", { text: "c" });
      await standalone.close();
      const sessions = seen.filter(({ method }) => method === "tools/call").map(({ session }) => session);
      assert.deepEqual(
        sessions.map((session) => sessions.indexOf(session)),
        [0, 0, 2, 2, 4],
      );
      assert.match(answer, /b/);
      assert.match(refused, /The policies of .+ changed in the middle of a conversation\./);
    } finally {
      await gateway.stop();
    }
  }));

test("the local gateway takes a policy session of AgentCore's form, records it, and refuses others", async () => {
  const recorded: unknown[] = [];
  const gateway = await startLocalGateway({
    targets: [echoTarget()],
    audit: (entry, url) => {
      const { additionalEventData: more } = cloudTrailRecord(entry, url) as { additionalEventData: object };
      recorded.push("policySessionId" in more ? more.policySessionId : undefined);
    },
  });
  try {
    const ask = async (session: string) =>
      (
        await fetch(gateway.url, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            accept: "application/json, text/event-stream",
            [POLICY_SESSION_HEADER]: session,
          },
          body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
        }).then(async (response) => ({ status: response.status, text: await response.text() }))
      ).status;
    const id = crypto.randomUUID();
    const statuses = [await ask(id), await ask("x".repeat(129)), await ask("a_b")];
    await until(() => recorded.length === 3, "the audit");
    assert.deepEqual({ statuses, recorded }, { statuses: [200, 400, 400], recorded: [id, undefined, undefined] });
  } finally {
    await gateway.stop();
  }
});
