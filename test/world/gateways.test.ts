import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { failureOf } from "../support/fakePorts.ts";
import { hostile, hostileParts } from "../support/hostileText.ts";
import { until } from "../support/until.ts";
import { freePorts } from "../support/webServer.ts";
import { accessManagement, firewalls, policyDenials, rateLimits } from "./support/awsRefusals.ts";
import { company, through } from "./support/company.ts";
import { connectedEditor } from "./support/editor.ts";
import type { Asked, WorldGateway } from "./support/gateway.ts";
import { changedIssuer, laterSignIn } from "./support/laterSignIn.ts";
import { movedClient } from "./support/movedClient.ts";
import { discoverRefusals, endedSessions, keptSessions, lostSessions } from "./support/otherSpellings.ts";
import { outdatedServers } from "./support/outdatedServers.ts";
import { programWorld } from "./support/program.ts";
import { startProvider } from "./support/provider.ts";
import { eachPair, type WorldTests, worldRows } from "./support/rows.ts";
import { throughProxies } from "./support/throughProxies.ts";

/** Less than a slow disk takes. */
const A_MOMENT_MS = 50;

/** How gateways, and what stands before them, turned requests away. */
const refusals: Readonly<Record<string, { readonly answer: () => Response; readonly words: RegExp }>> = {
  "429 with Retry-After": {
    answer: () => Response.json({ message: "Rate exceeded" }, { status: 429, headers: { "retry-after": "30" } }),
    words: /too many requests.*HTTP 429.*“Rate exceeded”.*wait 30 seconds/s,
  },
  "429 with a page": {
    answer: () => new Response("<html>", { status: 429, headers: { "content-type": "text/html" } }),
    words: /too many requests.*HTTP 429.*Try again in a minute/s,
  },
  "503 with Retry-After": {
    answer: () => new Response("", { status: 503, headers: { "retry-after": "7" } }),
    words: /failed to answer.*HTTP 503.*wait 7 seconds/s,
  },
  "a firewall's 403": {
    answer: () => Response.json({ message: "Forbidden" }, { status: 403 }),
    words: /turns requests away.*HTTP 403.*“Forbidden”.*firewall/s,
  },
};

/** Another path of the gateway's own, as servers that want a slash at the end answer. */
const withSlash =
  (status: number): WorldGateway["instead"] =>
  ({ path }) =>
    path === "/mcp" ? new Response(null, { status, headers: { location: "/mcp/" } }) : undefined;

/** Answers a method so, to whoever has a token, as often as it says. */
const answering =
  (
    method: string,
    answer: (rpc: Asked["rpc"]) => Response,
    times = Number.POSITIVE_INFINITY,
  ): WorldGateway["instead"] =>
  ({ rpc, bearer }) =>
    rpc.method === method && bearer !== undefined && times-- > 0 ? answer(rpc) : undefined;

const earlierGateways: WorldTests = Object.fromEntries(
  Object.entries(discoverRefusals).map(([what, answer]) => [
    `a gateway that answers server/discover with ${what} is initialised, and not asked for its era again`,
    async (t: TestContext) => {
      const { gateway, start } = await programWorld(t);
      gateway.instead = answering("server/discover", answer);
      const first = await start();
      assert.equal(await first.call("echo"), "{}");
      await first.close();
      const asked = gateway.asked.length;
      assert.equal(await (await start()).call("echo"), "{}");
      const again = gateway.asked.slice(asked).filter(({ rpc, bearer }) => bearer && rpc.method === "server/discover");
      assert.equal(again.length, 0);
    },
  ]),
);

const restartedGateways: WorldTests = Object.fromEntries([
  ...Object.entries(lostSessions).map(([what, answer]) => [
    `a gateway that says ${what} is initialised anew, and the call is sent once more`,
    async (t: TestContext) => {
      const { gateway, start, computer } = await programWorld(t);
      const standalone = await start();
      // A tool that declares itself harmless would be called again whatever is said.
      const said = await standalone.call("log");
      const before = gateway.count("initialize");
      gateway.instead = answering("tools/call", answer, 1);
      assert.equal(await standalone.call("log"), said);
      // Nobody was sent to a sign-in for it.
      assert.deepEqual([gateway.count("initialize") - before, computer.opened().length], [1, 1]);
    },
  ]),
  ...Object.entries(endedSessions).map(([what, answer]) => [
    `a gateway that says ${what} is initialised anew for the next call, and this one is sent once`,
    async (t: TestContext) => {
      const { gateway, start } = await programWorld(t);
      const standalone = await start();
      const said = await standalone.call("log");
      const before = gateway.count("initialize");
      gateway.instead = answering("tools/call", answer, 1);
      assert.match(await standalone.call("log"), /may have taken effect/);
      assert.deepEqual([gateway.count("tools/call"), await standalone.call("log")], [2, said]);
      assert.equal(gateway.count("initialize") - before, 1);
    },
  ]),
  ...Object.entries(keptSessions).map(([what, answer]) => [
    `${what} is an answer, and no lost session`,
    async (t: TestContext) => {
      const { gateway, start } = await programWorld(t);
      const standalone = await start();
      await standalone.call("echo");
      const before = gateway.count("initialize");
      gateway.instead = answering("tools/call", answer, 1);
      await standalone.call("echo").catch(() => {});
      assert.equal(gateway.count("initialize"), before);
    },
  ]),
]);

const redirectedAddress: WorldTests = {
  ...Object.fromEntries(
    [307, 308].map((status) => [
      `HTTP ${status} to another path of the same origin is followed before the 401, and at every call`,
      async (t: TestContext) => {
        const { start, gateway, computer } = await programWorld(t);
        gateway.instead = withSlash(status);
        const answer = await (await start()).call("echo");
        assert.deepEqual([answer, computer.opened().length, gateway.count("tools/call") > 0], ["{}", 1, true]);
      },
    ]),
  ),
  "in the editor too": async (t) => {
    const { world, id } = await connectedEditor(t, await startProvider(t), (gateway) => {
      gateway.instead = withSlash(307);
    });
    assert.equal(await world.call(id, "echo"), "{}");
  },
  ...eachPair([301, 302, 303, 307, 308], ["another port", "another host", "http"], (status, where) => [
    `HTTP ${status} to ${where} is not followed, and named`,
    async (t) => {
      const elsewhere = await startProvider(t);
      const places = {
        "another port": elsewhere.issuer,
        "another host": "https://evil.example",
        http: "http://evil.example",
      };
      const to = `${places[where as keyof typeof places]}/mcp`;
      const connect = connectedEditor(t, await startProvider(t), (gateway) => {
        gateway.instead = ({ path }) =>
          path === "/mcp" ? new Response(null, { status, headers: { location: `${to}?a=b` } }) : undefined;
      });
      const { code, facts } = (await failureOf(() => connect)) as { code: string; facts: { redirectsTo: string } };
      assert.deepEqual([code, facts.redirectsTo, elsewhere.forms.length], ["not_an_mcp_server", to, 0]);
    },
  ]),
  "the words name where it leads": async (t) => {
    const { start, gateway } = await programWorld(t);
    gateway.instead = ({ path }) =>
      path === "/mcp"
        ? new Response(null, { status: 308, headers: { location: "https://evil.example/mcp" } })
        : undefined;
    await assert.rejects(start(), /points to https:\/\/evil\.example\/mcp, where nothing was sent/);
  },
};

const AGENTCORE = "https://tools-a1b2c3d4e5.gateway.bedrock-agentcore.us-east-1.amazonaws.com";

/** What people type, where MCP is then, and the paths that may be asked for it. The metadata is about `/mcp` everywhere. */
const agentCorePaths: WorldTests = Object.fromEntries(
  Object.entries({
    "/shop/invocations": ["/shop/invocations", "/shop/invocations"],
    "/shop/invocations/": ["/shop/invocations", "/shop/invocations"],
    "/shop/invocations?qualifier=DEFAULT": ["/shop/invocations", "/shop/invocations?qualifier=DEFAULT"],
    "/slack/mcp": ["/slack/mcp", "/slack/mcp"],
    "/slack/api/v2/tools": ["/slack/api/v2/tools", "/slack/api/v2/tools"],
    "/shop": ["/shop/invocations", "/shop/mcp /shop/invocations"],
    "/slack": ["/slack/mcp", "/slack/mcp"],
    "": ["/mcp", "/mcp"],
    "/": ["/mcp", "/mcp"],
  }).map(([typed, [served = "", asked = ""]]) => [
    `${typed === "" ? "the bare host" : typed} signs in, is called, and nothing is asked but ${asked}`,
    async (t: TestContext) => {
      const address = `${AGENTCORE}${served}`;
      const { proxy, paths, start } = await company(t, { address, resource: `${AGENTCORE}/mcp` });
      const standalone = await start({ HTTPS_PROXY: through(proxy.port) }, `${AGENTCORE}${typed}`);
      assert.deepEqual([await standalone.call("echo"), [...paths].join(" ")], ["{}", asked]);
    },
  ]),
);

/** How gateways and MCP servers were seen to behave, as a client meets them. */
/** Gateways that say why in the challenge (RFC 6750, 3). */
const reasonsInChallenges: WorldTests = Object.fromEntries(
  [
    [401, "invalid_token", /refused a token that was just issued.*HTTP 401, invalid_token/s],
    [403, "insufficient_scope", /does not reach that far/],
    [403, "invalid_request", /does not allow this.*HTTP 403/s],
  ].map(([status, error, words]) => [
    `the reason beside ${error} of a ${status} does too`,
    async (t: TestContext) => {
      const { gateway, start, provider } = await programWorld(t);
      provider.tokenFields = { refresh_token: undefined };
      const standalone = await start();
      const challenge = `Bearer error="${error}", scope="more", error_description="Not before Monday"`;
      gateway.instead = ({ rpc }) => {
        if (rpc.method !== "tools/call") return undefined;
        return new Response(null, { status: Number(status), headers: { "www-authenticate": challenge } });
      };
      const said = await standalone.call("echo");
      assert.match(said, words as RegExp);
      assert.match(said, /In its own words: “Not before Monday”\./);
    },
  ]),
);

worldRows([
  {
    row: "G1",
    kind: 4,
    otherSide: "`POST /mcp` → 307/308 `/mcp/` (same origin) before the 401",
    right: "followed, as everywhere else; another origin or http is not, and the words name it",
    source: "fastmcp#1867, python-sdk#732, litellm#34845",
    at03c8530: "✗ `not_an_mcp_server`",
    tests: redirectedAddress,
  },
  {
    row: "G2",
    kind: 2,
    otherSide: "open at `initialize` and lists, 401 at a call",
    right: "sign-in, then the call",
    source: "agent-toolkit-for-aws#246",
    at03c8530: "✗",
    tests: laterSignIn,
  },
  {
    row: "G16",
    kind: 2,
    otherSide: "the metadata names another issuer than before, whose tokens alone are taken",
    right:
      "a person is asked, with both hosts named, or shown the new page, and for the client ID there where one was typed in; an issuer that is set is never left, machines never follow; nothing of the old sign-in is sent to the new one",
    source: "SEP-2352, official suite (authorization-server-migration)",
    at03c8530: "✗",
    tests: { ...changedIssuer, ...movedClient },
  },
  {
    row: "G3",
    kind: 1,
    otherSide: "`server/discover` → 403, 500, 501, 200 with `id: null`",
    right: "`initialize` is tried before giving up, within 10 s, and the era remembered",
    source: "adcp-client#2408, go-sdk#1014, rust-sdk#1040",
    at03c8530: "✗",
    tests: earlierGateways,
  },
  {
    row: "G4",
    kind: 1,
    otherSide:
      "after a restart: 400 “Server not initialized”; 200 with −32002 “Server not initialized”, with −32600 “Invalid Request” of no request, or with JSON of its own; 503",
    right:
      "a session id was sent and refused before anything ran: initialize anew, repeat once. −32002 is also a policy's denial and a missing resource: the words decide. Where the call may have begun it is told, and the next one is initialised anew",
    source:
      "claude-code#55970, anubis#89, aklivity/zilla#2525, MoonshotAI/kimi-code#2380, actionhero/keryx#503, markmhendrickson/neotoma#1923, punkpeye/fastmcp#121, helidon-io/helidon-mcp#152, KeeperHub/keeperhub#1278",
    at03c8530: "✗",
    tests: restartedGateways,
  },
  {
    row: "G5",
    kind: 6,
    otherSide: "a tool that answers after 330 s, JSON or SSE",
    right: "no limit of ours below the host's; progress keeps it alive; if lost: “may have taken effect”",
    source: "LibreChat#9476, trigger.dev#2134",
    at03c8530: "✗ at 300 s, read-only tools twice",
    tests: {
      "a call whose connection ends while it waits may have taken effect, and is sent once": async (t) => {
        const { gateway, start } = await programWorld(t);
        const standalone = await start();
        await standalone.call("echo");
        const before = gateway.count("tools/call");
        gateway.instead = ({ rpc }) => {
          if (rpc.method === "tools/call") throw new Error("the socket is closed");
          return undefined;
        };
        // A tool that declares itself harmless would be called again.
        const said = await standalone.call("log");
        assert.match(said, /was lost.*may have taken effect/s);
        assert.equal(gateway.count("tools/call") - before, 1);
      },
    },
  },
  {
    row: "G6",
    kind: 5,
    otherSide: "502 while connecting, back 5 s later",
    right: "the list is an error or waits, never `[]`; news follows",
    source: "copilot-cli#4466",
    at03c8530: "✗",
    tests: {
      "a list is waited for while the gateway is away for a moment, and is not empty": async (t) => {
        const { gateway, start } = await programWorld(t);
        let isAway = false;
        gateway.instead = ({ rpc, bearer }) => {
          isAway ||= rpc.method === "initialize" && bearer !== undefined && gateway.count("tools/list") === 0;
          return isAway && bearer !== undefined ? new Response("<html>", { status: 502 }) : undefined;
        };
        const standalone = await start();
        const listed = standalone.client.listTools();
        setTimeout(() => {
          gateway.instead = undefined;
        }, 1500);
        assert.ok((await listed).tools.some(({ name }) => name === "echo"));
      },
    },
  },
  {
    row: "G7",
    kind: 1,
    otherSide: "HTTP+SSE of 2024-11-05 only",
    right: "told as that (one GET shows it) or spoken; `--transport sse-only` of mcp-remote is not “not needed”",
    source: "fastapi_mcp#154, server-everything `sse`",
    at03c8530: "✗ “no gateway at this address”",
    tests: outdatedServers,
  },
  {
    row: "G8",
    kind: 7,
    otherSide: "429 or WAF's 403 while connecting",
    right: "told as that, Retry-After kept",
    source: "AgentCore rate limits (2026-08)",
    at03c8530: "✗ `not_an_mcp_server`",
    tests: Object.fromEntries(
      Object.entries(refusals).map(([name, { answer, words }]) => [
        `${name} while connecting is told as that, and whoever asks hears it`,
        async (t: TestContext) => {
          const { gateway, start, provider } = await programWorld(t);
          gateway.instead = answer;
          await assert.rejects(start(), words);
          // Nobody was sent to a sign-in, and a gateway that gets too many requests got no more.
          const isLimited = answer().status === 429;
          assert.deepEqual([provider.count("/token"), isLimited && gateway.count("initialize") > 0], [0, false]);
        },
      ]),
    ),
  },
  {
    row: "G9",
    kind: 5,
    otherSide: "403 with a text (“User not assigned to …”) on a call",
    right: "its text reaches the caller, cleaned",
    source: "mcp-remote users",
    at03c8530: "~ dropped",
    tests: {
      "the text of a 403 reaches the caller as the gateway's words, in one line without what a terminal obeys": async (
        t,
      ) => {
        const { gateway, start } = await programWorld(t);
        const standalone = await start();
        await standalone.call("echo");
        gateway.instead = ({ rpc }) =>
          rpc.method === "tools/call"
            ? new Response(`${hostile("User not assigned")} Ask Ada.`, { status: 403 })
            : undefined;
        const said = await standalone.call("echo");
        assert.match(said, /does not allow this.*HTTP 403.*In its own words: “User not assigned.*Ask Ada”\./s);
        assert.deepEqual(hostileParts(said), []);
      },
      ...reasonsInChallenges,
    },
  },
  {
    row: "G10",
    kind: 7,
    otherSide: "answer to `initialize` with an unknown revision",
    right: "words name the revision; not “not foreseen”",
    source: "craft-mcp#14",
    at03c8530: "~",
    tests: {
      "a gateway whose revision nobody knows is told as that, with the revision": async (t) => {
        const { gateway, start } = await programWorld(t);
        const serverInfo = { name: "far ahead", version: "1" };
        const result = { protocolVersion: "2099-01-01", capabilities: { tools: {} }, serverInfo };
        gateway.instead = ({ rpc, bearer }) =>
          rpc.method === "initialize" && bearer !== undefined
            ? Response.json({ jsonrpc: "2.0", id: rpc.id, result })
            : undefined;
        const said = await (await start()).call("echo");
        assert.match(said, /speaks a revision of MCP that is not known here\..*answered with 2099-01-01\./s);
      },
    },
  },
  {
    row: "G11",
    kind: 3,
    otherSide: "one `null`, or one tool without `inputSchema`, in a list",
    right: "that one is left out, and the log says which",
    source: "Kuadrant/mcp-gateway#689",
    at03c8530: "✗ whole list",
    tests: {
      "what cannot be used of a list is left out, and the rest is there": async (t) => {
        const { gateway, start } = await programWorld(t);
        const tools = [null, { name: "bare" }, { name: "good", inputSchema: { type: "object" } }];
        gateway.instead = ({ rpc, bearer }) =>
          rpc.method === "tools/list" && bearer !== undefined
            ? Response.json({ jsonrpc: "2.0", id: rpc.id, result: { tools } })
            : undefined;
        const listed = await (await start()).client.listTools();
        assert.deepEqual(
          listed.tools.map(({ name }) => name),
          ["good"],
        );
      },
    },
  },
  {
    row: "G12",
    kind: 4,
    otherSide: "AgentCore `…/<target>/invocations`",
    right: "tried as it is",
    source: "AgentCore path routing (2026-06)",
    at03c8530: "✗ only `/mcp` appended",
    tests: agentCorePaths,
  },
  {
    row: "G13",
    kind: 8,
    otherSide: "kept list of tools",
    right: "`prompts/list` without change while a write is queued must not cancel it",
    source: "deterministic",
    at03c8530: "✗ 0 tools on disk",
    tests: {
      "the tools are on disk though another list came without change while they were to be written": async (t) => {
        const { gateway, computer, run } = await programWorld(t);
        gateway.isProtected = () => false;
        let isListed = () => {};
        const listed = new Promise<void>((resolve) => {
          isListed = resolve;
        });
        const unchanged = {
          "prompts/list": "prompts",
          "resources/list": "resources",
          "resources/templates/list": "resourceTemplates",
        };
        const result = (rpc: Asked["rpc"], items: object) =>
          Response.json({ jsonrpc: "2.0", id: rpc.id, result: items });
        gateway.instead = async ({ rpc }) => {
          if (rpc.method === "tools/list") isListed();
          if (rpc.method === "tools/list")
            return result(rpc, { tools: [{ name: "kept", inputSchema: { type: "object" } }] });
          const field = unchanged[rpc.method as keyof typeof unchanged];
          if (field === undefined) return undefined;
          await listed;
          await pause(A_MOMENT_MS);
          return result(rpc, { [field]: [] });
        };
        const slowly = { NODE_OPTIONS: `--require "${resolve("test/world/support/slowDisk.cjs")}"` };
        const { client } = await run([gateway.url], slowly);
        await Promise.all([client.listTools(), client.listPrompts()]);
        const folder = join(computer.folder, "cache", "gateway-connect", "catalogues");
        const kept = () => readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
        await until(
          () => kept().some(({ tools }) => tools.some(({ name }: { name: string }) => name === "kept")),
          "the tools",
        );
      },
    },
  },
  {
    row: "G14",
    kind: 6,
    otherSide: "`HTTPS_PROXY` (and `NO_PROXY`), standalone and gateway, Node 20 too",
    right: "used, documented, told in failures",
    source: "mcp-remote#124, apify/mcpc#4",
    at03c8530: "✗",
    tests: throughProxies,
  },
  {
    row: "G15",
    kind: 6,
    otherSide: "`BROWSER` set (dev containers, Codespaces, WSL's wslview, editors' terminals)",
    right: "used before `xdg-open`, also without DISPLAY",
    source: "convention",
    at03c8530: "✗ ignored",
    tests: {
      "a sign-in opens its page with what BROWSER names, where there is no screen": async (t) => {
        const { gateway, computer, run } = await programWorld(t);
        const [, browser = ""] = computer.browser();
        const ports = ["--redirect-port", (await freePorts(3)).join(",")];
        const env = { BROWSER: `/not/there:${browser} %s` };
        const standalone = await run([gateway.url, ...ports], env);
        assert.deepEqual([await standalone.call("echo"), computer.opened().length], ["{}", 1]);
      },
    },
  },
  {
    row: "G17",
    kind: 1,
    otherSide: "a rate limit: 429 or −32003, the wait in `data`, in the body or in a header",
    right:
      "waited for within ten seconds and sent once more, since no target was reached; else told with the limit and the time",
    source: "AgentCore gateway-rate-limits (2026-08)",
    at03c8530: "✗ “failed to answer”, or AWS's words; not sent again",
    tests: rateLimits,
  },
  {
    row: "G18",
    kind: 1,
    otherSide: "a denial of AgentCore's policy engine: a result, −32002, or 403",
    right: "told as a policy's, by its name where it forbids; a sign-in or another try does not mend it",
    source: "AgentCore policy documentation (2026-09), reports to 2026-08",
    at03c8530: "~ AWS's words alone, two of them as −32602; 403: “failed to answer”",
    tests: policyDenials,
  },
  {
    row: "G19",
    kind: 7,
    otherSide: "IAM's 401 or 403, without a challenge",
    right:
      "the permission and its resource are named; a gateway that wants signatures is told as that, and nobody signs in for it",
    source: "CopilotKit#6920, agentcore-cli#714, AgentCore inbound authorization",
    at03c8530: "✗ “failed to answer”; while connecting “not an MCP server”, or “does not say where”",
    tests: accessManagement,
  },
  {
    row: "G20",
    kind: 7,
    otherSide: "a WAF's 403 to a call, with a token",
    right: "told as something's in front of the gateway; the gateway's own 403 stays the gateway's",
    source: "AgentCore `webAclArn`",
    at03c8530: "✗ “failed to answer”",
    tests: firewalls,
  },
]);
