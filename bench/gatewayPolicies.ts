import type { Client } from "@modelcontextprotocol/client";
import { type Build, nameOf } from "./builds.ts";
import { connect, startEverything } from "./gatewayCalls.ts";
import { type Started, startGatewayProgram } from "./gatewayProgram.ts";
import type { BenchIssuer } from "./gatewayTokens.ts";
import { processorMs } from "./processorTime.ts";
import type { Random } from "./random.ts";
import { over, overall } from "./statistics.ts";
import { inTurns, Rounds } from "./turns.ts";

const CALLS = 300;
/** Cedar's WebAssembly is compiled anew for speed during the first hundreds of calls, beside them. */
const WARM_UP_CALLS = 400;
const LISTS = 100;
const POLICIES = 100;

const gatewayArn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/bench-abcdefghij";

/** A policy with a condition on the caller and one on the arguments, of which the last of all lets the call pass. */
const policy = (at: number, action: string) => ({
  name: `p${at}`,
  definition: {
    cedar: {
      statement: `permit(principal is AgentCore::OAuthUser, ${action}, resource == AgentCore::Gateway::"${gatewayArn}") when {
        principal.hasTag("scope") && principal.getTag("scope") like "*read*" && context.input.message != "${at}" &&
        ${at === POLICIES - 1}
      };`,
    },
  },
});

/** A policy for those with one scope, under a condition on the arguments; the last is for the bench's callers. */
const policyOfScope = (at: number, action: string) => ({
  name: `p${at}`,
  definition: {
    cedar: {
      statement: `permit(principal is AgentCore::OAuthUser, ${action}, resource == AgentCore::Gateway::"${gatewayArn}") when {
        principal.hasTag("scope") && principal.getTag("scope") like "*${at === POLICIES - 1 ? "read" : `scope${at}`}*" &&
        context.input.message != "${at}"
      };`,
    },
  },
});

const engine = (action: (at: number) => string, policyAt = policy) => ({
  ...{ gatewayArn, policyEngineConfiguration: { mode: "ENFORCE" } },
  policies: Array.from({ length: POLICIES }, (_, at) => policyAt(at, action(at))),
});

const named = (tool: string) => `action == AgentCore::Action::"t0___${tool}"`;
const others = ["get-sum", "get-env", "get-tiny-image"];

const oneOf100 = engine((at) => named(at === POLICIES - 1 ? "echo" : (others[at % others.length] ?? "")));
const allOf100 = engine(() => named("echo"));
const scopes = engine(() => named("echo"), policyOfScope);

interface Way {
  readonly more: object;
  /** Whether each call has a message of its own. */
  readonly varies?: true;
}

const ways: Readonly<Record<string, Way>> = {
  "without policies": { more: {} },
  "100 policies, one about the tool": { more: oneOf100, varies: true },
  "100 policies, all about the tool": { more: allOf100, varies: true },
  "100 policies, all about the tool, each for another scope": { more: scopes, varies: true },
  "100 policies, all about the tool, the same call again": { more: allOf100 },
};

/** What calls and lists take, in milliseconds: from the caller's side, and of the gateway's processor for each. */
export interface PolicyTimes {
  readonly calls: readonly number[];
  readonly processor: number;
  readonly listProcessor: number;
}

interface PolicyRound {
  readonly builds: readonly Build[];
  readonly rounds: number;
  readonly random: Random;
}

/** Calls and lists through gateways that differ in their policies alone; lists for callers who differ in their tokens. */
export async function measurePolicies(
  bench: BenchIssuer,
  { builds, rounds, random }: PolicyRound,
): Promise<Rounds<PolicyTimes>> {
  const target = await startEverything();
  const tokens = await bench.tokens(LISTS);
  const measured = new Rounds<PolicyTimes>();
  try {
    for (let round = 0; round < rounds; round++) {
      measured.add(await measureRound({ bench, tokens, targetUrl: target.url }, { builds, random }));
    }
  } finally {
    await target.stop();
  }
  return measured;
}

async function measureRound(
  {
    bench,
    tokens,
    targetUrl,
  }: { readonly bench: BenchIssuer; readonly tokens: readonly string[]; readonly targetUrl: string },
  { builds, random }: Omit<PolicyRound, "rounds">,
): Promise<Record<string, PolicyTimes>> {
  const gateways: Record<string, Started> = {};
  const clients: Client[] = [];
  let count = 0;
  try {
    const calls: Record<string, () => Promise<unknown>> = {};
    for (const build of builds) {
      for (const [way, { more, varies }] of Object.entries(ways)) {
        const name = nameOf(way, build);
        const gateway = await startGatewayProgram(build, bench.issuer, [targetUrl], more);
        gateways[name] = gateway;
        const client = await connect(gateway.url, tokens[0] ?? "");
        clients.push(client);
        calls[name] = async () => {
          const message = varies ? `hello ${count++}` : "hello";
          const { isError } = await client.callTool({ name: "t0___echo", arguments: { message } });
          if (isError) throw new Error(`${name}: the call was denied`);
        };
      }
    }
    await inTurns(calls, { count: WARM_UP_CALLS, random });
    const busy = () => Promise.all(Object.values(gateways).map(({ pid }) => processorMs(pid ?? 0)));
    const before = await busy();
    const taken = await inTurns(calls, { count: CALLS, random });
    const after = await busy();
    for (const { url } of Object.values(gateways)) for (const token of tokens) await list(url, token);
    const listed = await busy();
    return Object.fromEntries(
      Object.keys(gateways).map((name, at) => [
        name,
        {
          calls: taken[name] ?? [],
          processor: ((after[at] ?? 0) - (before[at] ?? 0)) / CALLS,
          listProcessor: ((listed[at] ?? 0) - (after[at] ?? 0)) / LISTS,
        },
      ]),
    );
  } finally {
    for (const client of clients) await client.close();
    for (const gateway of Object.values(gateways)) await gateway.stop();
  }
}

async function list(url: string, token: string): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list" }),
  });
  const { result } = (await response.json()) as { readonly result?: { readonly tools: readonly unknown[] } };
  if (!result?.tools.length) throw new Error(`no tools were listed: HTTP ${response.status}`);
}

export function policiesTable(measured: Rounds<PolicyTimes>, builds: readonly Build[]): string {
  const rows = builds.flatMap((build) => Object.keys(ways).map((way) => [nameOf(way, build), build] as const));
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  return [
    "### What policies add to a call of server-everything over HTTP, in turns",
    "",
    "| | median | added | processor time | added | processor time of a list | added |",
    "|---|---|---|---|---|---|---|",
    ...rows.map(([name, build]) => {
      const base = nameOf("without policies", build);
      const cells = (["calls", "processor", "listProcessor"] as const).map((figure) => {
        const of = (one: string) => measured.quantity(one, (round) => round[figure]);
        return `${ms(overall(of(name)))} | ${name === base ? "" : ms(overall(over(of(name), of(base))))}`;
      });
      return `| ${name} | ${cells.join(" | ")} |`;
    }),
  ].join("\n");
}
