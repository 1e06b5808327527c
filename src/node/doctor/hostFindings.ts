import { basename, dirname, isAbsolute, join } from "node:path";
import { asFailure } from "../../failures/failure.ts";
import type { ServerEntry } from "../../hosts/formats/format.ts";
import type { formatOf } from "../../hosts/formats/formats.ts";
import type { HostFiles } from "../../hosts/hostEntries.ts";
import { exists } from "../../system/exists.ts";
import { findProgram } from "../../system/findProgram.ts";
import { uninstalledMark } from "../bridge/bridgeFiles.ts";
import type { FoundHosts, HostPlace } from "../hostFiles/findHostFiles.ts";
import { type Finding, note, ok, problem } from "./finding.ts";
import { plainAddress } from "./networkFindings.ts";

export interface HostsWorld {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Looks which hosts are here, and where their files are. */
  readonly find: () => Promise<FoundHosts>;
  /** Reads one of their files; undefined where there is none. @throws GatewayFailure `host_file_unusable` */
  readonly read: HostFiles["read"];
  readonly formatOf: typeof formatOf;
}

/** Which hosts are on this machine, which of their entries are ours, and whether each starts what is there. */
export async function hostFindings(world: HostsWorld): Promise<readonly Finding[]> {
  const { files, pasted } = await world.find();
  // A project in the home folder has files that are the person's own too.
  const isFirst = ({ path }: HostPlace, at: number) => files.findIndex((other) => other.path === path) === at;
  const found = files.filter((place, at) => place.isFound && isFirst(place, at));
  const findings = (await Promise.all(found.map((place) => fileFindings(place, world)))).flat();
  const byHand = pasted
    .filter(({ isFound }) => isFound)
    .map(({ host }) => note(host.title, `its servers stand in no file; they are under ${host.pastedAt}`));
  return findings.length + byHand.length > 0
    ? [...findings, ...byHand]
    : [note("Hosts", "none of those we know is here")];
}

async function fileFindings({ host, path }: HostPlace, world: HostsWorld): Promise<readonly Finding[]> {
  try {
    const text = await world.read(path);
    if (text === undefined) return [ok(host.title, `${path} is not there`)];
    const { servers } = (await world.formatOf(host)).read(text, path);
    const ours = servers.filter(isOurs);
    const others = servers.length - ours.length;
    const counted = `${path}, ${serverCount(servers.length)}, ${ours.length} of them ours`;
    return [
      ok(host.title, others === 0 && ours.length === 0 ? `${path}, no server` : counted),
      ...(await Promise.all(ours.map((entry) => entryFinding(`${host.title}, "${entry.key}"`, entry, world)))),
    ];
  } catch (error) {
    const { code, facts } = asFailure(error);
    // A copy of the program alone lacks what reads TOML.
    if (code === "part_not_loaded")
      return [note(host.title, `${path} is not looked into: ${facts.file} is not beside this program`)];
    // What is wrong in it may be quoted by whoever read it, and is somebody's.
    const at = "line" in facts ? `, line ${facts.line}, column ${facts.column}` : "";
    return [
      problem(host.title, `${path}${at} cannot be read (${code})`, "Correct the file: until then it is left as it is."),
    ];
  }
}

const serverCount = (count: number): string => (count === 1 ? "1 server" : `${count} servers`);

/** The bridge has a mark, and the standalone is known by its name, be it a file or a package. */
const isOurs = ({ connectionId, entry }: ServerEntry): boolean =>
  connectionId !== undefined ||
  [entry.command ?? "", ...(entry.args ?? [])].some((word) =>
    standaloneName.test(basename(word.replaceAll("\\", "/"))),
  );

const standaloneName = /^(?:gateway-connect(?:@[\w.-]+)?(?:\.cmd|\.exe)?|standalone\.mjs)$/;

async function entryFinding(what: string, { connectionId, entry }: ServerEntry, world: HostsWorld): Promise<Finding> {
  const { command = "", args = [] } = entry;
  const isBridge = connectionId !== undefined;
  const again = isBridge
    ? "Open the editor that wrote it, which repairs it, or run Add Gateway to mcp.json… there."
    : "Correct the entry: docs/standalone.md has its form.";
  if (!(await isThere(command, world))) return problem(what, `its program ${shownPath(command)} is not there`, again);
  const script = args.find((word) => /\.[cm]js$/.test(word));
  if (script !== undefined && !(await exists(script)))
    return problem(what, `what it starts, ${shownPath(script)}, is not there`, again);
  if (script !== undefined && isBridge && (await exists(join(dirname(script), uninstalledMark)))) {
    return problem(
      what,
      "the extension that wrote it was uninstalled",
      "Take the entry out, or install the extension again.",
    );
  }
  const address = isBridge ? undefined : args.map(plainAddress).find((one) => one !== undefined);
  const found = `${shownPath(script ?? command)}${address === undefined ? "" : ` for ${address}`}`;
  return entry.isOff ? note(what, `switched off; it starts ${found}`) : ok(what, `current; it starts ${found}`);
}

/** A word of an entry where a program or file should stand may be anything. */
const shownPath = (word: string): string => (/[/\\]/.test(word) || /^[\w.-]{1,30}$/.test(word) ? word : "(not a name)");

async function isThere(command: string, { platform, env }: HostsWorld): Promise<boolean> {
  if (command === "") return false;
  if (isAbsolute(command)) return await exists(command);
  const { done } = await findProgram(command, { platform, env, scripts: true }).next();
  return done !== true;
}
