import { type Build, nameOf } from "./builds.ts";
import { headersFor, type LoadSample, load, ping, toolsCall, toolsList } from "./gatewayLoad.ts";
import { startServer } from "./gatewayPings.ts";
import { type Started, startGatewayWithTargets } from "./gatewayProgram.ts";
import type { BenchIssuer } from "./gatewayTokens.ts";
import type { MemoryInUse } from "./memoryInUse.ts";
import type { Random } from "./random.ts";
import { inTurns, oneTurn, Rounds } from "./turns.ts";

export type Where = "in its process" | "over HTTP";

export interface ManyWorld {
  readonly bench: BenchIssuer;
  readonly builds: readonly Build[];
  readonly rounds: number;
  readonly random: Random;
}

/** A gateway of each build, with so many targets. */
async function gateways({ bench: { issuer }, builds }: ManyWorld, where: Where, targets: number) {
  const all: (readonly [name: string, Started])[] = [];
  for (const build of builds) {
    const { oursUrl } = build;
    const gateway =
      where === "over HTTP"
        ? await startGatewayWithTargets(build, issuer, targets)
        : await startServer({ what: "inProcess", oursUrl, issuer, targets });
    all.push([nameOf("gateway", build), gateway]);
  }
  return { all, stop: () => Promise.all(all.map(([, gateway]) => gateway.stop())) };
}

/** 1,000 connections at once, each asking again when it has its answer. */
export async function measureConnections(world: ManyWorld) {
  const { all, stop } = await gateways(world, "in its process", 1);
  const [token = ""] = await world.bench.tokens(1);
  const loads = new Rounds<LoadSample>();
  const memory = new Rounds<MemoryInUse>();
  const amount = 10_000;
  try {
    memory.add(await memories(all, world.random));
    for (let round = 0; round < world.rounds; round++) {
      const turns = all.map(([name, { url }]) => {
        return [name, () => load({ url, token, message: ping }, { amount, connections: 1000 })] as const;
      });
      loads.add(await oneTurn(Object.fromEntries(turns), world.random));
    }
    memory.add(await memories(all, world.random));
  } finally {
    await stop();
  }
  return { loads, memory, answered: amount * world.rounds };
}

const memories = (all: readonly (readonly [string, Started])[], random: Random): Promise<Record<string, MemoryInUse>> =>
  oneTurn(Object.fromEntries(all.map(([name, gateway]) => [name, () => gateway.memory()])), random);

/** Memory before, and after each of so many rounds of 10,000 calls. */
export async function measureMemory(world: ManyWorld, where: Where): Promise<Rounds<MemoryInUse>> {
  const { all, stop } = await gateways(world, where, 1);
  const tokens = await world.bench.tokens(world.rounds);
  const measured = new Rounds<MemoryInUse>();
  try {
    measured.add(await memories(all, world.random));
    for (const token of tokens) {
      const message = toolsCall("t0___tool0");
      const turns = all.map(([name, { url }]) => {
        return [name, () => load({ url, token, message }, { amount: 10_000 })] as const;
      });
      await oneTurn(Object.fromEntries(turns), world.random);
      measured.add(await memories(all, world.random));
    }
  } finally {
    await stop();
  }
  return measured;
}

export interface TargetsSample {
  readonly firstListMs: number;
  readonly lists: readonly number[];
  readonly calls: readonly number[];
  readonly rssBytes: number;
}

/** Lists and calls, one request after the other, by how many targets the gateway has. */
export async function measureTargets(world: ManyWorld, where: Where, targets: number) {
  const { all, stop } = await gateways(world, where, targets);
  const [token = ""] = await world.bench.tokens(1);
  const turns = (message: object) =>
    Object.fromEntries(all.map(([name, { url }]) => [name, () => ask(url, token, message)]));
  const { random } = world;
  const count = world.rounds * 30;
  try {
    await inTurns(turns(ping), { count: 50, random });
    const first = await inTurns(turns(toolsList), { count: 1, random });
    const lists = await inTurns(turns(toolsList), { count, random });
    const calls = await inTurns(turns(toolsCall(`t${targets - 1}___tool0`)), { count, random });
    const memory = await memories(all, random);
    return all.map(([name]) => ({
      name,
      firstListMs: first[name]?.[0] ?? 0,
      lists: lists[name] ?? [],
      calls: calls[name] ?? [],
      rssBytes: memory[name]?.rssBytes ?? 0,
    })) satisfies ({ name: string } & TargetsSample)[];
  } finally {
    await stop();
  }
}

async function ask(url: string, token: string, message: object): Promise<void> {
  const response = await fetch(url, { method: "POST", headers: headersFor(token), body: JSON.stringify(message) });
  await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
}
