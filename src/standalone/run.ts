import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { type AnyFailure, asFailure } from "../failures/failure.ts";
import { failureText } from "../failures/failureText.ts";
import { messageOf } from "../lib/causes.ts";
import { catalogueStore } from "../node/catalogueFiles.ts";
import { isManaged } from "../node/policy/machinePolicy.ts";
import { policyPlace } from "../node/policy/policyPlace.ts";
import { openKeychain } from "../node/secrets/keychain.ts";
import type { CatalogueStore } from "../relay/catalogue.ts";
import { watchParent } from "../system/parentWatch.ts";
import { exitCodes, type StandaloneOptions } from "./arguments.ts";
import { closeStandalone } from "./closeStandalone.ts";
import { answerEarly, type EarlyAnswer } from "./earlyAnswer.ts";
import { exitCodeOf } from "./exitCode.ts";
import { failureLines } from "./failureLines.ts";
import type { HostStream } from "./hostStream.ts";
import { type Inputs, readInputs } from "./inputs.ts";
import { openLog } from "./openLog.ts";
import { withHanded } from "./options/handedOptions.ts";
import { say } from "./output.ts";
import {
  type ConnectionKeys,
  catalogueFolder,
  connectionKeys,
  isListed,
  type Keychain,
  onlySignIn,
} from "./storage.ts";
import { standaloneFailureText } from "./terminalWords.ts";
import type { Standalone } from "./wiring.ts";

/** How long ending may take: hosts kill a program two seconds after they closed its input. */
const shutdownTimeoutMs = 1_800;

/** How long a program that ends by itself goes on for the calls that are told why, in milliseconds. */
const lastAnswersMs = 500;

/** How long a host has been served until what that took is kept in its compiled form, in milliseconds. */
const compiledAfterMs = 2_000;

/** Of `src/loader.ts`, which runs this program where it is built. */
declare const keepCompiled: (() => Promise<void>) | undefined;

/** How long the relay's code waits for the host's first line, which is there in no time with most. */
const firstLineMs = 50;

/**
 * Serves the program that started us until it closes our input, or signs out. Then the process ends with the exit code
 * that says how.
 *
 * @param version of this program, which gateways and hosts are told
 */
export async function run(typed: StandaloneOptions, version: string): Promise<void> {
  let options: StandaloneOptions;
  try {
    options = withHanded(typed, process.env, process.cwd());
  } catch (error) {
    const failure = asFailure(error);
    // What is at fault is set in the editor, and told as there.
    say(failureLines(failure, failureText(failure)));
    process.exitCode = exitCodeOf(failure);
    return;
  }
  let inputs: Inputs;
  try {
    inputs = await readInputs(options, process.env);
  } catch (error) {
    wrongArguments(messageOf(error));
    return;
  }
  const log = openLog(options);
  const parent = options.act === "serve" ? watchParent((why) => finish(exitCodes.ended, why)) : undefined;
  const ending = new AbortController();
  let standalone: Standalone | undefined;
  let host: HostStream | undefined;

  const finish = (code: number, why: string, first = Promise.resolve(), because?: AnyFailure): void => {
    if (ending.signal.aborted) return;
    // Whoever waits for what ends now fails with this.
    ending.abort(because);
    parent?.stop();
    log.info("ending", { why });
    const left = first.catch(() => {}).then(() => closeStandalone(standalone, log));
    void Promise.race([left, delay(shutdownTimeoutMs)]).then(() => process.exit(code));
  };
  const fail = (error: unknown): void => {
    if (ending.signal.aborted) return;
    const failure = asFailure(error);
    say(standaloneFailureText(failure));
    // The calls that wait fail for the same reason, and their host is told before it loses us.
    const told = Promise.race([host?.settled() ?? Promise.resolve(), delay(lastAnswersMs)]);
    finish(exitCodeOf(failure), failure.code, told, failure);
  };
  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);

  try {
    // What reads the administrator's file is loaded at once where there is one, and else with what may need it.
    if (options.act === "serve" && isManaged(policyPlace())) {
      const { checkStart } = await import("./policy/standalonePolicy.ts");
      checkStart(options, inputs, true);
    }
    const keys = await connectionKeys(options);
    const opening = keychainFor(options, keys, inputs);
    const catalogue = catalogueStore(catalogueFolder(), keys.id);
    const early = parent && earlyAnswer(parent.input, inputs, catalogue, version);
    await early?.looked;
    const { wire } = await import("./wiring.ts");
    const keychain = await opening;
    const isSilent = !keychain && options.keychain === "auto" && (await isListed(keys.record));
    standalone = await wire(options, {
      ...{ inputs, keychain, keys, catalogue, log, version },
      signal: ending.signal,
    });
    if (options.act === "signOut") {
      const [address = new URL(options.url)] = inputs.candidates;
      const { signOut } = await import("./signOut/signOut.ts");
      finish(
        await signOut(address, standalone.gateways, keychain ? "here" : isSilent ? "silent" : "none"),
        "signed out",
      );
      return;
    }
    if (isSilent) {
      say(
        "Tokens are kept in memory only: a keychain that was used before does not answer. Unlock or start it, then start this program again.",
      );
    } else if (!keychain) {
      log.info("tokens are kept in memory", { because: options.keychain === "off" ? "--keychain off" : "none" });
    }
    const relay = await standalone.open();
    if (ending.signal.aborted || !relay || !parent) return;
    const { HostStream: Host } = await import("./hostStream.ts");
    const { pipeToRelay } = await import("../relay/pipeToRelay.ts");
    host = new Host(parent.input, process.stdout, early?.stop());
    await pipeToRelay(host, relay);
    // Nobody would come back from a page that was opened by a process which the host ends at once.
    await host.used;
    await standalone.firstSignIn();
    await delay(compiledAfterMs, undefined, { signal: ending.signal, ref: false });
    if (typeof keepCompiled === "function") await keepCompiled();
  } catch (error) {
    fail(error);
  }
}

/**
 * The keychain unless it is off. It is asked for the record at once, and for the sign-in where that can be known: its tools take
 * longer than anything else at the start. A sign-out reads what it ends under a lock.
 */
export async function keychainFor(
  { act, keychain }: StandaloneOptions,
  { record }: ConnectionKeys,
  { childEnvironment }: Inputs,
): Promise<Keychain> {
  if (keychain !== "auto") return undefined;
  const ahead = act === "signOut" ? undefined : await onlySignIn(record);
  return await openKeychain(process.platform, childEnvironment, { first: record, ahead });
}

/** Hosts say `initialize` first, which the relay's code and the keychain need not be there for if the gateway is known. */
function earlyAnswer(
  input: Readable,
  { candidates }: Inputs,
  store: CatalogueStore,
  version: string,
): EarlyAnswer | undefined {
  const catalogue = store.read();
  const [url, ...others] = candidates;
  if (catalogue === undefined || url === undefined || others.length > 0) return undefined;
  const early = answerEarly({ input, output: process.stdout, catalogue, url, version });
  return { looked: Promise.race([early.looked, delay(firstLineMs)]), stop: () => early.stop() };
}

export function wrongArguments(problem: string): void {
  say(`${problem}\nRun it with --help to see what it takes.`);
  process.exitCode = exitCodes.argumentsWrong;
}
