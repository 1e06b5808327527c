import type { Client } from "@modelcontextprotocol/client";
import type { Build } from "./builds.ts";
import { connect, startEverything } from "./gatewayCalls.ts";
import { type Started, startGatewayProgram } from "./gatewayProgram.ts";
import type { BenchIssuer } from "./gatewayTokens.ts";
import type { Random } from "./random.ts";
import { median, over, overall, p99 } from "./statistics.ts";
import { inTurns, Rounds } from "./turns.ts";

const CALLS = 200;
const WARM_UP_CALLS = 100;
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

const engine = (action: (at: number) => string) => ({
  ...{ gatewayArn, policyEngineConfiguration: { mode: "ENFORCE" } },
  policies: Array.from({ length: POLICIES }, (_, at) => policy(at, action(at))),
});

const named = (tool: string) => `action == AgentCore::Action::"t0___${tool}"`;
const others = ["get-sum", "get-env", "get-tiny-image"];

const ways: Readonly<Record<string, object>> = {
  "without policies": {},
  "100 policies, one about the tool": engine((at) =>
    named(at === POLICIES - 1 ? "echo" : (others[at % others.length] ?? "")),
  ),
  "100 policies, all about the tool": engine(() => named("echo")),
};

/** Milliseconds of each call through gateways that differ in their policies alone. */
export async function measurePolicies(
  bench: BenchIssuer,
  { build, rounds, random }: { readonly build: Build; readonly rounds: number; readonly random: Random },
): Promise<Rounds<readonly number[]>> {
  const target = await startEverything();
  const [token = ""] = await bench.tokens(1);
  const measured = new Rounds<readonly number[]>();
  try {
    for (let round = 0; round < rounds; round++) {
      const started: Started[] = [];
      const clients: Client[] = [];
      try {
        const calls: Record<string, () => Promise<unknown>> = {};
        for (const [name, more] of Object.entries(ways)) {
          const gateway = await startGatewayProgram(build, bench.issuer, [target.url], more);
          started.push(gateway);
          const client = await connect(gateway.url, token);
          clients.push(client);
          calls[name] = async () => {
            const { isError } = await client.callTool({ name: "t0___echo", arguments: { message: "hello" } });
            if (isError) throw new Error(`${name}: the call was denied`);
          };
        }
        await inTurns(calls, { count: WARM_UP_CALLS, random });
        measured.add(await inTurns(calls, { count: CALLS, random }));
      } finally {
        for (const client of clients) await client.close();
        for (const gateway of started) await gateway.stop();
      }
    }
  } finally {
    await target.stop();
  }
  return measured;
}

export function policiesTable(measured: Rounds<readonly number[]>): string {
  const [base = "", ...rest] = Object.keys(ways);
  const figures = (name: string) => ({
    median: measured.quantity(name, (round) => round, median),
    p99: measured.quantity(name, (round) => round, p99),
  });
  const none = figures(base);
  const ms = (value: number) => `${value.toFixed(2)} ms`;
  return [
    "### What policies add to a call of server-everything over HTTP, in turns",
    "",
    "| | median | p99 | added at the median |",
    "|---|---|---|---|",
    `| ${base} | ${ms(overall(none.median))} | ${ms(overall(none.p99))} | |`,
    ...rest.map((name) => {
      const one = figures(name);
      return `| ${name} | ${ms(overall(one.median))} | ${ms(overall(one.p99))} | ${ms(overall(over(one.median, none.median)))} |`;
    }),
  ].join("\n");
}
