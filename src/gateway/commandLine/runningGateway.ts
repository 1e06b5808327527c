import { readlinkSync, watch } from "node:fs";
import { basename, dirname, isAbsolute, join, normalize, sep } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { foreignText } from "../../lib/foreignText.ts";
import { doneWithin } from "../../lib/waiting.ts";
import { isSameName } from "../../system/fileName.ts";
import { type AuditFile, auditFile } from "../audit/auditFile.ts";
import { holdAudit } from "../audit/auditHold.ts";
import type { AuditLog } from "../audit/auditLog.ts";
import type { AuditSettings } from "../configuration/auditSettings.ts";
import type { GatewayConfiguration } from "../configuration/gatewayConfiguration.ts";
import { placedFault } from "../configuration/policyRules.ts";
import type { Gateway } from "../gateway.ts";
import type { GatewayOptions } from "../gatewayOptions.ts";
import { prometheusMetrics } from "../metrics/prometheusMetrics.ts";
import { PoliciesUnfit } from "../policies/gatewayPolicies.ts";
import { startGateway } from "../startGateway.ts";
import { chainHead, chainOf } from "./chainKey.ts";
import { type ConfigurationFile, faultLine, faultLines, readConfigurationFile } from "./configurationFile.ts";
import { folderWatches } from "./folderWatches.ts";

export interface RunningGatewayWorld {
  readonly environment: NodeJS.ProcessEnv;
  /** The address from the command line, which replaces the file's. */
  readonly address: Pick<GatewayOptions, "host" | "port">;
  /** Prints a line for people. */
  readonly say: (line: string) => void;
  /**
   * Called with the faults after each new reading of the file, and with the targets of it that run at AWS only. No faults mean
   * that the new content is in effect.
   */
  readonly reloaded: (faults: readonly string[], notRun: readonly string[]) => void;
}

/** A gateway that follows the changes of its file. */
export interface RunningGateway {
  readonly file: string;
  readonly name: string | undefined;
  readonly gateway: Gateway;
  /** Reads the file again, whether it changed or not. */
  reload(): void;
  /** Finishes open calls and then stops everything, within the times of `endGrace`. */
  stop(): Promise<void>;
}

/**
 * How long stopping may take: 10 seconds in all, since whoever stops a program kills it soon. Open calls get most of
 * it. A target's program has 2 seconds to end after its input closes and then gets SIGTERM, which we have to send
 * before we end ourselves.
 */
export const endGrace = { callsMs: 7_000, targetsMs: 2_500, auditMs: 500 } as const;

/** How much of a line is logged, in characters: what targets and callers say is part of it. */
const LONGEST_LINE = 8_000;

/** An editor may write a file in several steps, so it is read once it has not changed for this long. */
const SETTLED_MS = 150;
/** How long an empty file is taken for one that somebody is about to write, in milliseconds. */
const EMPTY_MS = 2_000;

/**
 * Starts the gateway of a file and applies the file's changes while it runs. A file with faults changes nothing: the
 * gateway keeps its configuration.
 *
 * @throws Error when it cannot listen, or its audit file cannot be opened
 */
export async function runGateway(
  file: string,
  first: Extract<ConfigurationFile, { kind: "good" }>,
  world: RunningGatewayWorld,
): Promise<RunningGateway> {
  let { configuration } = first;
  const audits = new Map<string, AuditFile>();
  const metrics = prometheusMetrics(() => configuration.options.targets.map(({ name }) => name));
  // Before the first line is read that the chain goes on from.
  const giveBack = await takeAudit();
  const gateway = await started().catch(async (error) => {
    await closeAudits();
    throw error;
  });

  void gateway.checkIssuer();
  void gateway.checkPolicies();

  async function takeAudit(): Promise<() => Promise<void>> {
    const { auditFile: path, audit } = configuration;
    if (path === undefined || !audit?.chain) return async () => {};
    const chain = chainHead(path, audit.chain);
    return await inWords(() => holdAudit(path, chain, (words) => world.say(`${file}: ${words}`)));
  }

  async function started(): Promise<Gateway> {
    return await startGateway(await inWords(async () => optionsOf(configuration)));
  }

  async function inWords<T>(act: () => Promise<T>): Promise<T> {
    return await act().catch((error: Error) => Promise.reject(new Error(`${file}: ${error.message}`)));
  }

  function optionsOf(wanted: GatewayConfiguration) {
    const { options, beyondAgentCore, auditFile: path, audit, metrics: figures } = wanted;
    return {
      ...options,
      ...world.address,
      beyondAgentCore,
      ...(path !== undefined && auditTo(auditAt(path, audit), audit)),
      ...(figures && { metrics }),
      log: (message: string, facts: object) =>
        world.say(foreignText(`${file}: ${message} ${JSON.stringify(facts)}`, LONGEST_LINE)),
    } satisfies GatewayOptions;
  }

  /**
   * Opens the audit at a path. One that failed for good, or that was renamed or removed, is opened anew, so that reloading
   * the file repairs it.
   */
  function auditAt(path: string, settings: AuditSettings | undefined): AuditLog {
    const known = audits.get(path);
    if (known && !known.broken()) {
      if (!known.isAtPath()) known.reopen();
      return known;
    }
    void known?.close();
    const chain = settings?.chain && chainOf(path, settings.chain, world.environment);
    const goesOn =
      settings?.onFailure === "refuse"
        ? "The gateway refuses requests until it can be."
        : "The gateway goes on without it.";
    const log = auditFile(path, {
      ...(known && { lostBefore: known.lost() }),
      ...{ rotate: settings?.rotate, chain },
      say: (words) => world.say(`${file}: ${path}: ${words}`),
      onGap: (reason) =>
        world.say(
          `${file}: THE AUDIT HAS GAPS: ${path} could not be written (${reason}). ${goesOn} ` +
            "Make room or make it writable, then send SIGHUP or save the file. (auditNotWritten)",
        ),
      onRecovery: () => world.say(`${file}: ${path} is written again.`),
    });
    audits.set(path, log);
    return log;
  }

  async function closeAudits(): Promise<void> {
    await Promise.all([...audits.values()].map((log) => log.close()));
    await giveBack();
  }

  function reload(): void {
    const next = readConfigurationFile(file, world.environment);
    followPolicies(next);
    const faults = next.kind === "good" ? take(next.configuration) : faultLines(file, next);
    // The audit was moved away for a new one, whatever has become of the configuration.
    if (faults.length > 0 && hasMovedAudit()) take(configuration);
    for (const fault of faults) world.say(fault);
    const outcome =
      faults.length === 0
        ? "read again, and in effect from now on"
        : "nothing was changed, the gateway keeps its configuration";
    world.say(`${file}: ${outcome}`);
    world.reloaded(faults, next.kind === "good" ? next.notRun : []);
  }

  function hasMovedAudit(): boolean {
    const { auditFile: path } = configuration;
    return path !== undefined && audits.get(path)?.isAtPath() === false;
  }

  function take(next: GatewayConfiguration): readonly string[] {
    if (!isSameAudit(configuration, next)) return [`${file}: local.audit changes with a restart only`];
    try {
      gateway.configure(optionsOf(next));
    } catch (error) {
      if (error instanceof PoliciesUnfit) return error.faults.map((fault) => faultLine(file, placedFault(fault)));
      return [`${file}: ${(error as Error).message}`];
    }
    void gateway.checkPolicies();
    const isSameIssuer = discoveryUrl(configuration) === discoveryUrl(next);
    configuration = next;
    if (!isSameIssuer) void gateway.checkIssuer();
    return [];
  }

  let seen = contentOf(first);
  let settling: NodeJS.Timeout | undefined;
  const changed = (isFinal: boolean) => {
    const read = readConfigurationFile(file, world.environment);
    // Editors save by replacing the file, so for a moment there may be none.
    if (read.kind === "unreadable" || contentOf(read) === seen) return;
    // Others empty the file before they write it. One that stays empty is a fault like any other.
    if (read.text.trim() === "" && !isFinal) {
      settling = setTimeout(changed, EMPTY_MS, true);
      return;
    }
    seen = contentOf(read);
    reload();
  };
  const noticed = () => {
    clearTimeout(settling);
    settling = setTimeout(changed, SETTLED_MS, false);
  };
  // We watch the folder, since the watch on a file follows it when it is renamed.
  const watcher = watch(dirname(file), (_event, name) => {
    if (name === null || namesOf(file).some((one) => isSameName(name, one, process.platform))) noticed();
  });
  const policies = folderWatches(noticed);
  const followPolicies = (read: ConfigurationFile) => {
    if (read.kind !== "unreadable") policies.follow(read.followed.folders);
  };
  followPolicies(first);
  watcher.on("error", (error) => world.say(`${file}: changes are no longer noticed: ${error.message}`));

  return {
    file,
    name: configuration.name,
    gateway,
    reload,
    async stop() {
      watcher.close();
      policies.close();
      clearTimeout(settling);
      const { callsMs, targetsMs, auditMs } = endGrace;
      await doneWithin(callsMs + targetsMs, gateway.stop({ withinMs: callsMs }));
      await doneWithin(auditMs, closeAudits());
    },
  };
}

/**
 * The names in a file's folder by which it is reached, those of links that lead on in the folder among them: Kubernetes
 * replaces all files of a volume at once by the link `..data`, to which theirs lead.
 */
function namesOf(file: string): readonly string[] {
  const names = new Set<string>();
  for (let name = basename(file); name !== "." && name !== ".." && !names.has(name); ) {
    names.add(name);
    const target = linkTarget(join(dirname(file), name));
    if (target === undefined || isAbsolute(target)) break;
    name = normalize(target).split(sep)[0] ?? ".";
  }
  return [...names];
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

/** The file and all that it names: a change of any of it is a change. */
const contentOf = ({ text, followed }: Exclude<ConfigurationFile, { kind: "unreadable" }>): string =>
  JSON.stringify([text, ...followed.texts]);

const discoveryUrl = ({ options }: GatewayConfiguration) => options.authorizer?.customJWTAuthorizer.discoveryUrl;

const auditTo = ({ write, lost, failing }: AuditLog, settings: AuditSettings | undefined) => ({
  audit: write,
  auditLost: lost,
  ...(settings?.onFailure === "refuse" && { auditRefuses: failing }),
});

/** A chain is one file's, and goes on where it was; the rest of its settings is only read with it. */
const isSameAudit = (one: GatewayConfiguration, other: GatewayConfiguration): boolean =>
  isDeepStrictEqual(one.audit ?? {}, other.audit ?? {}) && (!one.audit?.chain || one.auditFile === other.auditFile);
