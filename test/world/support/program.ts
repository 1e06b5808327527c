import type { TestContext } from "node:test";
import type { FakeAuthorizationServer } from "../../support/fakeAuthorizationServer.ts";
import { type ProgramClock, programClock } from "../../support/programClock.ts";
import {
  makeComputer,
  type Standalone,
  type StandaloneWorld,
  startStandalone,
} from "../../support/standalone/startStandalone.ts";
import { freePorts } from "../../support/webServer.ts";
import { startWorldGateway, type WorldGateway } from "./gateway.ts";
import { startProvider } from "./provider.ts";

/** A computer with our program on it. */
export interface ProgramOnComputer {
  readonly computer: StandaloneWorld;
  /** That of the program alone. */
  readonly clock: Pick<ProgramClock, "env" | "moveOn">;
  /** Starts the program, with these arguments besides the address and a browser in which somebody is signed in. */
  start(...args: readonly string[]): Promise<Standalone>;
  /** Starts it with these arguments and nothing else, and this in its environment besides. */
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Standalone>;
}

/** The same, and the servers that it talks to. */
export interface ProgramWorld extends ProgramOnComputer {
  readonly provider: FakeAuthorizationServer;
  readonly gateway: WorldGateway;
}

/**
 * The bundle that ships, `dist/standalone.mjs`, with a home and a keychain of its own. Everything ends with the test.
 *
 * @param era of the protocol that the gateway speaks
 */
export async function programWorld(t: TestContext, era: "legacy" | "modern" = "legacy"): Promise<ProgramWorld> {
  const provider = await startProvider(t);
  const gateway = await startWorldGateway(t, provider, era);
  return { provider, gateway, ...(await programFor(t, gateway)) };
}

/** The program for a gateway that is there already. */
export async function programFor(t: TestContext, gateway: Pick<WorldGateway, "url">): Promise<ProgramOnComputer> {
  const computer = makeComputer({ keyring: true });
  const clock = programClock();
  const running: Standalone[] = [];
  t.after(async () => {
    await Promise.all(running.map((one) => one.close()));
    clock.remove();
    computer.remove();
  });
  // Beside others that sign in at the same time.
  const ports = ["--redirect-port", (await freePorts(3)).join(",")];
  const run: ProgramOnComputer["run"] = async (args, env) => {
    const started = await startStandalone(args, { ...computer.env, ...env });
    running.push(started);
    return started;
  };
  return {
    computer,
    clock,
    run,
    start: (...args) => run([gateway.url, ...ports, ...computer.browser(), ...args], clock.env),
  };
}
