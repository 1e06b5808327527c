import { randomBytes } from "node:crypto";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import type { IsForeign } from "../../system/ownPrograms.ts";
import { type RunTool, runTool, type ToolAnswer } from "../../system/runTool.ts";

/** One platform's keychain: entries of limited length under a name. */
interface Entries {
  readonly longest: number;
  get(name: string): Promise<string | undefined>;
  put(name: string, value: string): Promise<void>;
  drop(name: string): Promise<void>;
}

const service = "gateway-connect";
/** Someone may have to unlock it; a keychain that takes longer to answer whether it is there counts as none. */
const probeMs = 8_000;
const timeoutMs = 60_000;
/** More than the largest sign-in takes where entries are shortest. */
const MOST_PARTS = 1000;
/** `security` and our PowerShell script say it so when there is no such entry. */
const noSuchEntry = 44;

/**
 * The keychain of the operating system: `secret-tool` (libsecret) on Linux, `security` on macOS, the PasswordVault on
 * Windows.
 *
 * @param env what the tools get as their environment
 * @param first the entry that is asked for to find out; whoever asks for it first is given what was found then
 * @returns undefined where there is none, or none that answers
 */
export async function openKeychain(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  run: RunTool = runTool(timeoutMs, env),
  probe: RunTool = runTool(probeMs, env),
  first = "probe",
): Promise<SecretStore | undefined> {
  const open = toolOf(platform);
  let found: { readonly head: string | undefined } | undefined;
  try {
    found = { head: await open(probe).get(first) };
  } catch {
    return undefined;
  }
  const entries = open(run);
  return inParts({
    ...entries,
    async get(name) {
      if (name !== first || found === undefined) return await entries.get(name);
      const { head } = found;
      found = undefined;
      return head;
    },
    async put(name, value) {
      if (name === first) found = undefined;
      await entries.put(name, value);
    },
  });
}

/** What runs its tools, and what finds out whether they are there. @param isForeign see `runTool` */
export const keychainTools = (env: Readonly<Record<string, string | undefined>>, isForeign?: IsForeign) => ({
  run: runTool(timeoutMs, env, process.platform, isForeign),
  probe: runTool(probeMs, env, process.platform, isForeign),
});

/**
 * Why the keychain of the operating system cannot be used.
 *
 * @param first the entry that is asked for to find out: one that is there is not given by a locked keychain
 * @returns undefined where it can
 */
export async function keychainTrouble(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
  {
    first = "probe",
    probe = runTool(probeMs, env),
  }: { readonly first?: string | undefined; readonly probe?: RunTool } = {},
): Promise<string | undefined> {
  try {
    await toolOf(platform)(probe).get(first);
    return undefined;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return `${platform === "linux" ? "secret-tool (libsecret)" : "its tool"} is not installed`;
    return error instanceof Error ? error.message : "it does not answer";
  }
}

const toolOf = (platform: NodeJS.Platform) =>
  platform === "darwin" ? security : platform === "win32" ? passwordVault : secretTool;

/** A tool's complaint can quote what it was given, so that only its name and code are told. */
const failed = (tool: string, { code, late }: ToolAnswer): Error =>
  new Error(
    late
      ? `the keychain did not answer in time (${tool})`
      : `the keychain refused (${tool} ended with ${code ?? "a signal"})`,
  );

function secretTool(run: RunTool): Entries {
  const tool = "secret-tool";
  const attributes = (name: string) => ["service", service, "entry", name];
  const locked = () => new Error(`the keychain is locked (${tool})`);
  /** An entry in a locked keyring is neither found nor cleared, in silence, as one that is not there; but it is listed. */
  const standing = async (name: string): Promise<"none" | "locked" | "there"> => {
    const { output } = await run(tool, ["search", ...attributes(name)], "");
    return output.trim() === "" ? "none" : /^secret = /m.test(output) ? "there" : "locked";
  };
  return {
    // It reads 8192 bytes of its input and leaves the rest.
    longest: 6000,
    async get(name) {
      for (let look = 1; ; look++) {
        const answer = await run(tool, ["lookup", ...attributes(name)], "");
        if (answer.code === 0) return answer.output.trim();
        // Without an entry it says nothing; without a keychain it says why.
        if (answer.code !== 1 || answer.complaint.trim() !== "") throw failed(tool, answer);
        const found = await standing(name);
        if (found === "locked") throw locked();
        // Where it is there now, somebody just wrote it.
        if (found === "none" || look > 1) return undefined;
      }
    },
    async put(name, value) {
      const answer = await run(tool, ["store", "--label=Gateway Connect", ...attributes(name)], value);
      if (answer.code !== 0) throw /\blocked\b/.test(answer.complaint) ? locked() : failed(tool, answer);
    },
    async drop(name) {
      const answer = await run(tool, ["clear", ...attributes(name)], "");
      if (answer.code === 0) return;
      if (answer.code !== 1 || answer.complaint.trim() !== "") throw failed(tool, answer);
      if ((await standing(name)) !== "none") throw locked();
    },
  };
}

function security(run: RunTool): Entries {
  const tool = "security";
  const place = (name: string) => ["-s", service, "-a", name];
  const entries: Entries = {
    // It reads lines of at most 4096 characters.
    longest: 2400,
    async get(name) {
      const answer = await run(tool, ["find-generic-password", ...place(name), "-w"], "");
      if (answer.code === 0) return answer.output.trim();
      if (answer.code === noSuchEntry) return undefined;
      throw failed(tool, answer);
    },
    async put(name, value) {
      const line = ["add-generic-password", "-U", ...place(name), "-w", value].map((word) => `"${word}"`).join(" ");
      const answer = await run(tool, ["-i"], `${line}\n`);
      // Reading commands, it ends well whatever became of them.
      if (answer.code !== 0 || (await entries.get(name)) !== value) throw failed(tool, answer);
    },
    async drop(name) {
      const answer = await run(tool, ["delete-generic-password", ...place(name)], "");
      if (answer.code !== 0 && answer.code !== noSuchEntry) throw failed(tool, answer);
    },
  };
  return entries;
}

const vaultScript = `$ErrorActionPreference = 'Stop'
$ask = [Console]::In.ReadToEnd() | ConvertFrom-Json
[void][Windows.Security.Credentials.PasswordVault, Windows.Security.Credentials, ContentType = WindowsRuntime]
$vault = New-Object Windows.Security.Credentials.PasswordVault
$found = @($vault.RetrieveAll() | Where-Object { $_.Resource -eq '${service}' -and $_.UserName -eq $ask.name })
if ($ask.act -eq 'put') {
  $vault.Add((New-Object Windows.Security.Credentials.PasswordCredential('${service}', $ask.name, $ask.value)))
  exit 0
}
if ($found.Count -eq 0) { exit ${noSuchEntry} }
if ($ask.act -eq 'drop') { $found | ForEach-Object { $vault.Remove($_) }; exit 0 }
$found[0].RetrievePassword()
[Console]::Out.Write($found[0].Password)`;

function passwordVault(run: RunTool): Entries {
  const tool = "powershell.exe";
  const script = Buffer.from(vaultScript, "utf16le").toString("base64");
  const ask = (question: object) =>
    run(tool, ["-NoProfile", "-NonInteractive", "-EncodedCommand", script], JSON.stringify(question));
  return {
    // 2560 bytes of UTF-16.
    longest: 1200,
    async get(name) {
      const answer = await ask({ act: "get", name });
      const found = answer.output.trim();
      // A PowerShell that may not run scripts can end well and say nothing, which no entry of ours does.
      if (answer.code === 0 && found !== "") return found;
      if (answer.code === noSuchEntry) return undefined;
      throw failed(tool, answer);
    },
    async put(name, value) {
      const answer = await ask({ act: "put", name, value });
      if (answer.code !== 0) throw failed(tool, answer);
    },
    async drop(name) {
      const answer = await ask({ act: "drop", name });
      if (answer.code !== 0 && answer.code !== noSuchEntry) throw failed(tool, answer);
    },
  };
}

/**
 * Values of any length and any characters over entries of limited length: Base64, cut into parts. The first entry says
 * how many there are and what the others are called, anew with each write, so that nobody reads half of two values.
 */
function inParts(entries: Entries): SecretStore {
  const known = new Set<string>();
  const parse = (head: string | undefined) => {
    // A tool stores what it was told when the program that told it was killed: nothing, or the beginning of a head. Kept as one of
    // a newer version, it would be in the way for good.
    if (head === undefined || /^(?:\d{1,4}(?:\.[0-9a-f]{0,8})?)?$/.test(head)) return undefined;
    const [, count, mark = "", first = ""] = /^(\d+)\.([0-9a-f]*)\.([A-Za-z0-9+/=]*)$/.exec(head) ?? [];
    // Of a newer version, perhaps: it is not written over.
    if (count === undefined || Number(count) > MOST_PARTS)
      throw new Error("one of its entries has a form that this version does not know");
    return { count: Number(count), mark, first };
  };
  const partName = (key: string, mark: string, part: number) => `${key}.${mark}.${part}`;
  const dropParts = async (key: string, head: ReturnType<typeof parse>) => {
    for (let part = 1; head && part < head.count; part++) await entries.drop(partName(key, head.mark, part));
  };
  /** `torn` where it was replaced while it was read. */
  const read = async (key: string): Promise<{ readonly value: string | undefined } | "torn"> => {
    const head = parse(await entries.get(key));
    if (!head) return { value: undefined };
    const others = Array.from({ length: Math.max(0, head.count - 1) }, (_, at) => partName(key, head.mark, at + 1));
    const parts = [head.first, ...(await Promise.all(others.map(async (name) => (await entries.get(name)) ?? "")))];
    // A part that is missing was just replaced together with its head.
    return parts.includes("") ? "torn" : { value: Buffer.from(parts.join(""), "base64").toString("utf8") };
  };
  return {
    async get(key) {
      const found = await read(key);
      const again = found === "torn" ? await read(key) : found;
      return again === "torn" ? undefined : again.value;
    },
    async store(key, value) {
      const text = Buffer.from(value, "utf8").toString("base64");
      const before = parse(await entries.get(key));
      const parts = text.match(new RegExp(`.{1,${entries.longest - 20}}`, "g")) ?? [""];
      const mark = randomBytes(4).toString("hex");
      for (const [part, value] of parts.entries()) if (part > 0) await entries.put(partName(key, mark, part), value);
      await entries.put(key, `${parts.length}.${mark}.${parts[0]}`);
      known.add(key);
      await dropParts(key, before);
    },
    async delete(key) {
      const head = parse(await entries.get(key));
      await entries.drop(key);
      known.delete(key);
      await dropParts(key, head);
    },
    keys: async () => [...known],
  };
}
