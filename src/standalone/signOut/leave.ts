import type { Gateways } from "../../connections/gateways.ts";
import { asFailure } from "../../failures/failure.ts";
import type { Log } from "../../lib/log.ts";
import { catalogueStore } from "../../node/catalogueFiles.ts";
import { openKeychain } from "../../node/secrets/keychain.ts";
import { MOST_KEYS } from "../../node/secrets/keychainIndex.ts";
import { isRecordKey } from "../../node/secrets/machineStorage.ts";
import { exitCodes } from "../arguments.ts";
import { exitCodeOf } from "../exitCode.ts";
import { openLog } from "../openLog.ts";
import { say } from "../output.ts";
import { catalogueFolder, keychainIndex } from "../storage.ts";
import { standaloneFailureText } from "../terminalWords.ts";
import { wire } from "../wiring.ts";
import { cleanFiles, cleanKeychain } from "./clean.ts";
import type { LeaveOptions } from "./leaveArguments.ts";
import { sayNoKeychain } from "./signOut.ts";
import { signOutOfCompanies } from "./signOutCompanies.ts";
import { signOutEverywhere } from "./signOutEverywhere.ts";

/**
 * Signs out of every gateway of this computer, or of a company and what it let people into, removes what is kept where that is asked for, and ends the process with the
 * exit code that says how it went.
 *
 * @param version of this program
 */
export async function leave(options: LeaveOptions, version: string): Promise<void> {
  const log = openLog(options);
  let code: number;
  try {
    code = await left(options, version, log);
  } catch (error) {
    const failure = asFailure(error);
    say(standaloneFailureText(failure));
    code = exitCodeOf(failure);
  }
  await log.close();
  process.exit(code);
}

/** @throws GatewayFailure `file_damaged` where the list of entries cannot be used */
async function left({ act, verbose }: LeaveOptions, version: string, log: Log): Promise<number> {
  const index = keychainIndex();
  const listed = await index.keys().catch((error: unknown) => {
    say("Nothing was signed out or removed. --sign-out with the address of a gateway signs out of that one.");
    throw error;
  });
  const records = listed.filter(isRecordKey);
  // One that is there is asked for: a locked keychain gives nothing else away. A record is wanted next.
  const keychain = await openKeychain(process.platform, process.env, { first: records[0] ?? listed[0] });
  if (!keychain) {
    if (act === "clean") await cleanFiles(index);
    return sayNoKeychain(listed.length > 0);
  }
  const open = async (record: string): Promise<Gateways> => {
    const { gateways } = await wire(
      {
        url: "",
        act: "signOut",
        flow: "browser",
        settings: {},
        keychain: "auto",
        verbose,
      },
      {
        inputs: { candidates: [], childEnvironment: process.env },
        ...{ keychain, version, keys: { id: record, record }, log },
        catalogue: catalogueStore(catalogueFolder(), "none"),
        signal: new AbortController().signal,
      },
    );
    return gateways;
  };
  const all = await Promise.all(records.map(open));
  const ofCompanies = async () => await signOutOfCompanies([...all, await open("gateway:none")]);
  const exitCode = act === "company" ? await ofCompanies() : await signOutEverywhere(all);
  if (listed.length >= MOST_KEYS) say("The list of sign-ins was full, so that there may be some that are not in it.");
  if (act !== "clean") return exitCode;
  const isEmpty = await cleanKeychain({ keychain, index, records, unused: await open("gateway:none") });
  const isGone = await cleanFiles(index);
  return exitCode === exitCodes.ended && !(isEmpty && isGone) ? exitCodes.notAllRevoked : exitCode;
}
