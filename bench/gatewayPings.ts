import { type Build, nameOf } from "./builds.ts";
import { startChild } from "./childProcess.ts";
import { type LoadSample, load, ping, toolsCall } from "./gatewayLoad.ts";
import { type Started, started, startGatewayProgram } from "./gatewayProgram.ts";
import type { PingServer, ServerQuestion } from "./gatewayServers.ts";
import type { BenchIssuer } from "./gatewayTokens.ts";
import type { Random } from "./random.ts";
import { oneTurn, Rounds } from "./turns.ts";

/** A small part of a second, so that a round is many short turns. */
const REQUESTS = 250;
const TURNS = 8;
const WARM_UP_TURNS = 8;

export async function startServer(
  question: Exclude<ServerQuestion, { what: "memory" | "httpTargets" }>,
): Promise<Started> {
  const child = startChild("gatewayServers.mjs", ["--expose-gc"]);
  const { url } = await child.ask<{ url: string }>(question);
  return started(child, url);
}

/**
 * Authorised requests over HTTP, each server in a process of its own.
 *
 * @param checks the servers to compare with
 * @param calls whether tools of a target in the gateway's process are called as well
 */
export async function measurePings(
  bench: BenchIssuer,
  checks: readonly PingServer[],
  {
    builds,
    rounds,
    random,
    calls,
  }: {
    readonly builds: readonly Build[];
    readonly rounds: number;
    readonly random: Random;
    readonly calls: boolean;
  },
): Promise<Rounds<LoadSample>> {
  const { issuer } = bench;
  const [token = ""] = await bench.tokens(1);
  const servers: Started[] = [];
  const turns: Record<string, () => Promise<LoadSample>> = {};
  const add = (name: string, server: Started, message: object) => {
    servers.push(server);
    turns[name] = () => load({ url: server.url, token, message }, { amount: REQUESTS });
  };
  try {
    for (const check of checks) add(check, await startServer({ what: "pings", check, issuer }), ping);
    for (const build of builds) {
      // A ping goes to no target, but the gateway has to have one.
      const nowhere = ["http://127.0.0.1:9/mcp"];
      add(nameOf("gateway", build), await startGatewayProgram(build, issuer, nowhere), ping);
      if (!calls) continue;
      const { oursUrl } = build;
      const inProcess = await startServer({ what: "inProcess", oursUrl, issuer, targets: 1 });
      add(nameOf("gateway, calls", build), inProcess, toolsCall("t0___tool0"));
    }
    const measured = new Rounds<LoadSample>();
    for (let turn = -WARM_UP_TURNS; turn < rounds * TURNS; turn++) {
      const samples = await oneTurn(turns, random);
      if (turn >= 0) measured.add(samples);
    }
    return measured;
  } finally {
    for (const server of servers) await server.stop();
  }
}
