import { GatewayFailure } from "../../failures/failure.ts";
import type { Log } from "../../lib/log.ts";
import { NotReady, startAttachedProcess } from "./attachedProcess.ts";

/** A gateway that runs from a configuration file in a separate process. */
export interface LocalGateway {
  readonly file: string;
  /** The name in the file. */
  readonly name: string | undefined;
  readonly url: string;
  /** The members of the file that only AWS can honour. */
  readonly withoutEffect: readonly string[];
  /** The targets of the file that run at AWS only, each with what becomes of it here. */
  readonly notRun: readonly string[];
  stop(): Promise<void>;
}

/** The gateway ends within 10 seconds, most of which it gives to open calls. */
const STOP_TIMEOUT_MS = 12_000;

/**
 * Starts the gateway of a file. It follows the file's changes by itself, and ends with us.
 *
 * @param environment the values of `${env:NAME}` in the file
 * @param onReloaded called with the faults after each reading of the changed file, and with the targets that run at AWS only;
 *   no faults mean that it is in effect
 * @throws GatewayFailure `local_gateway_not_started` with the file's faults, a line each
 */
export async function startLocalGateway(
  file: string,
  world: {
    readonly execPath: string;
    readonly script: string;
    readonly environment: NodeJS.ProcessEnv;
    readonly onReloaded: (faults: readonly string[], notRun: readonly string[]) => void;
    readonly onEnded: () => void;
    readonly log: Log;
  },
): Promise<LocalGateway> {
  const { execPath, script, environment: env, onReloaded, onEnded, log } = world;
  try {
    const { ready, stop } = await startAttachedProcess({
      name: "local gateway",
      execPath,
      script,
      args: ["--config", file, "--attached"],
      env,
      stopTimeoutMs: STOP_TIMEOUT_MS,
      onAnswer: ({ faults, notRun }) => onReloaded(texts(faults), texts(notRun)),
      onEnded,
      log,
    });
    const [gateway] = ready.gateways as readonly {
      readonly name?: string;
      readonly url: string;
      readonly withoutEffect?: readonly string[];
      readonly notRun?: readonly string[];
    }[];
    if (!gateway) throw new NotReady(["it named no gateway"]);
    log.info("local gateway started", { file, gateway: gateway.url });
    const { name, url, withoutEffect = [], notRun = [] } = gateway;
    return { file, name, url, withoutEffect, notRun, stop };
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    const faults = error.lines.filter((line) => !/: (without effect|not run) here: /.test(line));
    throw new GatewayFailure("local_gateway_not_started", { file, reason: faultsText(faults, file), faults });
  }
}

const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** The first fault of a file for people, and the number of further ones. */
export function faultsText([first = "it said nothing", ...more]: readonly string[], file: string): string {
  const inFile = first.startsWith(`${file}:`) ? first.slice(file.length) : first;
  const text = inFile.replace(/^:(\d+):(\d+): /, "line $1, column $2: ").replace(/^: /, "");
  return more.length > 0 ? `${text} (and ${more.length} more)` : text;
}

/** A fault with its position in the file, counted from 1; a fault without a position is at the start. */
export interface LocatedFault {
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** Reads a line that the gateway printed about a fault. */
export function locatedFault(fault: string, file: string): LocatedFault {
  const inFile = fault.startsWith(`${file}:`) ? fault.slice(file.length) : fault;
  const [position = "", line = 1, column = 1] = /^:(\d+):(\d+): /.exec(inFile) ?? [];
  return { line: Number(line), column: Number(column), text: inFile.slice(position.length).replace(/^: /, "") };
}
