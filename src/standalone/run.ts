import { setTimeout as delay } from "node:timers/promises";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import type { Gateways } from "../connections/gateways.ts";
import { asFailure } from "../failures/failure.ts";
import { openKeychain } from "../node/secrets/keychain.ts";
import { pipeToRelay } from "../relay/pipeToRelay.ts";
import { MAX_BODY_BYTES } from "../relay/relay.ts";
import { watchParent } from "../system/parentWatch.ts";
import { exitCodes, type StandaloneOptions } from "./arguments.ts";
import { exitCodeOf, standaloneFailureText } from "./failures.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import { say, stderrLog } from "./output.ts";
import { signOut } from "./signOut.ts";
import { wire } from "./wiring.ts";

/** How long ending may take: hosts kill a program two seconds after they closed its input. */
const shutdownTimeoutMs = 1_800;

/**
 * Serves the program that started us until it closes our input, or signs out. Then the process ends with the exit code
 * that says how.
 *
 * @param version of this program, which gateways and hosts are told
 */
export async function run(options: StandaloneOptions, version: string): Promise<void> {
  let inputs: Inputs;
  try {
    inputs = await readInputs(options, process.env);
  } catch (error) {
    wrongArguments(error instanceof Error ? error.message : String(error));
    return;
  }
  const log = stderrLog(options.verbose);
  const parent = options.act === "serve" ? watchParent((why) => finish(exitCodes.ended, why)) : undefined;
  const ending = new AbortController();
  let gateways: Gateways | undefined;
  let forgetAtEnd = false;

  const finish = (code: number, why: string): void => {
    if (ending.signal.aborted) return;
    ending.abort();
    parent?.stop();
    log.info("ending", { why });
    const left = gateways ? leave(gateways, forgetAtEnd) : Promise.resolve();
    void Promise.race([left.catch(() => {}), delay(shutdownTimeoutMs)]).then(() => process.exit(code));
  };
  const fail = (error: unknown): void => {
    if (ending.signal.aborted) return;
    const failure = asFailure(error);
    say(standaloneFailureText(failure));
    finish(exitCodeOf(failure), failure.code);
  };
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);

  try {
    const keychain =
      options.keychain === "auto" ? await openKeychain(process.platform, inputs.childEnvironment) : undefined;
    forgetAtEnd = keychain === undefined;
    const standalone = await wire(options, { inputs, keychain, log, version, signal: ending.signal });
    gateways = standalone.gateways;
    if (options.act === "signOut") {
      const [address = new URL(options.url)] = inputs.candidates;
      finish(await signOut(address, gateways, keychain !== undefined), "signed out");
      return;
    }
    if (!keychain) {
      log.info("tokens are kept in memory", { because: options.keychain === "off" ? "--keychain off" : "none" });
    }
    const relay = await standalone.open();
    if (ending.signal.aborted || !relay || !parent) return;
    await pipeToRelay(new StdioServerTransport(parent.input, process.stdout, { maxBufferSize: MAX_BODY_BYTES }), relay);
    await standalone.firstSignIn();
  } catch (error) {
    fail(error);
  }
}

/** Closes everything, and revokes tokens that nobody can use any more. */
async function leave(gateways: Gateways, forget: boolean): Promise<void> {
  await gateways.settled();
  if (forget) for (const connection of gateways.book.all) await gateways.signOut(connection);
  await gateways.close();
}

export function wrongArguments(problem: string): void {
  say(`${problem}\nRun it with --help to see what it takes.`);
  process.exitCode = exitCodes.argumentsWrong;
}
