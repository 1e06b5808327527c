import { watch } from "node:fs";
import { basename, dirname } from "node:path";
import { type AuditLog, auditFile } from "../audit/auditLog.ts";
import type { GatewayConfiguration } from "../configuration/gatewayConfiguration.ts";
import { prometheusMetrics } from "../metrics/prometheusMetrics.ts";
import { type Gateway, type GatewayOptions, startGateway } from "../startGateway.ts";
import { type ConfigurationFile, faultLines, readConfigurationFile } from "./configurationFile.ts";

export interface RunningGatewayWorld {
  readonly environment: NodeJS.ProcessEnv;
  /** What the command line has in place of the file's address. */
  readonly address: Pick<GatewayOptions, "host" | "port">;
  /** For people. */
  readonly say: (line: string) => void;
  /** Told how each attempt to read the file again ended; no faults mean that the gateway goes on with what is in it. */
  readonly reloaded: (faults: readonly string[]) => void;
}

/** A gateway that follows its file. */
export interface RunningGateway {
  readonly file: string;
  readonly name: string | undefined;
  readonly gateway: Gateway;
  /** Reads the file again, whether it changed or not. */
  reload(): void;
  /** Finishes what is open, and then everything. */
  stop(): Promise<void>;
}

/** How long the calls that are open have at the end. */
const LAST_CALLS_MS = 10_000;

/** An editor may write a file in several steps: it is read when it has been left alone for a moment. */
const SETTLED_MS = 150;

/**
 * Starts the gateway of a file, and goes on with what the file says whenever it changes. A file with faults changes
 * nothing: the gateway goes on as it was.
 *
 * @throws Error when it cannot listen, or a program it needs to listen is missing
 */
export async function runGateway(
  file: string,
  first: Extract<ConfigurationFile, { kind: "good" }>,
  world: RunningGatewayWorld,
): Promise<RunningGateway> {
  let { configuration } = first;
  const audits = new Map<string, AuditLog>();
  const metrics = prometheusMetrics(() => configuration.options.targets.map(({ name }) => name));
  const gateway = await startGateway(optionsOf(configuration));

  function optionsOf({ options, beyondAgentCore, auditFile: path, metrics: figures }: GatewayConfiguration) {
    return {
      ...options,
      ...world.address,
      beyondAgentCore,
      ...(path !== undefined && { audit: auditAt(path).write }),
      ...(figures && { metrics }),
      log: (message: string, facts: object) => world.say(`${file}: ${message} ${JSON.stringify(facts)}`),
    } satisfies GatewayOptions;
  }

  function auditAt(path: string): AuditLog {
    const log = audits.get(path) ?? auditFile(path);
    audits.set(path, log);
    return log;
  }

  function reload(): void {
    const next = readConfigurationFile(file, world.environment);
    const faults = next.kind === "good" ? take(next.configuration) : faultLines(file, next);
    for (const fault of faults) world.say(fault);
    const outcome =
      faults.length === 0 ? "read again, and goes from now on" : "nothing was changed, the gateway goes on";
    world.say(`${file}: ${outcome}`);
    world.reloaded(faults);
  }

  function take(next: GatewayConfiguration): readonly string[] {
    try {
      gateway.configure(optionsOf(next));
    } catch (error) {
      return [`${file}: ${(error as Error).message}`];
    }
    configuration = next;
    return [];
  }

  let seen = first.text;
  let settling: NodeJS.Timeout | undefined;
  const changed = () => {
    const read = readConfigurationFile(file, world.environment);
    // Editors save by moving a new file to the place, so that for a moment there may be none.
    if (read.kind === "unreadable" || read.text === seen) return;
    seen = read.text;
    reload();
  };
  // The folder, since a file that was moved away takes its watch with it.
  const watcher = watch(dirname(file), (_event, name) => {
    if (name !== null && name !== basename(file)) return;
    clearTimeout(settling);
    settling = setTimeout(changed, SETTLED_MS);
  });
  watcher.on("error", (error) => world.say(`${file}: changes are not seen any more: ${error.message}`));

  return {
    file,
    name: configuration.name,
    gateway,
    reload,
    async stop() {
      watcher.close();
      clearTimeout(settling);
      await gateway.stop({ withinMs: LAST_CALLS_MS });
      await Promise.all([...audits.values()].map((log) => log.close()));
    },
  };
}
