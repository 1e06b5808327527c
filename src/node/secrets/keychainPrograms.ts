import type { RunTool, ToolAnswer } from "../../system/runTool.ts";
import type { Entries, FoundEntry } from "./entriesInParts.ts";

const service = "gateway-connect";
/** `security` and our PowerShell script say it so when there is no such entry. */
const noSuchEntry = 44;

/** The program by which a system's keychain is asked. A further one is a function beside these. */
export const keychainProgram = (platform: NodeJS.Platform): ((run: RunTool) => Entries) =>
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
  const get = async (name: string): Promise<string | undefined> => {
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
  };
  // It takes one entry at a time.
  return {
    // It reads 8192 bytes of its input and leaves the rest.
    longest: 6000,
    get: async (name) => foundAs(await get(name)),
    getEach: (names) => Promise.all(names.map(get)),
    async put(entries) {
      for (const [name, value] of entries) {
        const answer = await run(tool, ["store", "--label=Gateway Connect", ...attributes(name)], value);
        if (answer.code !== 0) throw /\blocked\b/.test(answer.complaint) ? locked() : failed(tool, answer);
      }
    },
    async drop(names) {
      for (const name of names) {
        const answer = await run(tool, ["clear", ...attributes(name)], "");
        if (answer.code === 0) continue;
        if (answer.code !== 1 || answer.complaint.trim() !== "") throw failed(tool, answer);
        if ((await standing(name)) !== "none") throw locked();
      }
    },
  };
}

function security(run: RunTool): Entries {
  const tool = "security";
  const place = (name: string) => ["-s", service, "-a", name];
  const find = (name: string) => ["find-generic-password", ...place(name), "-w"];
  /** Has it do one command after the other, whatever becomes of each: it ends as the last one does. */
  const inTurn = async (commands: readonly (readonly string[])[]) => {
    const lines = commands.map((words) => `${words.map((word) => `"${word}"`).join(" ")}\n`);
    const answer = await run(tool, ["-i"], lines.join(""));
    if (answer.code !== 0 && answer.code !== noSuchEntry) throw failed(tool, answer);
    return { answer, found: answer.output.split("\n").filter((text) => text.trim() !== "") };
  };
  const put = async (entries: readonly (readonly [name: string, value: string])[]) => {
    const add = ([name, value]: readonly [string, string]) => [
      "add-generic-password",
      ...["-U", ...place(name), "-w", value],
    ];
    const { answer, found } = await inTurn([...entries.map(add), ...entries.map(([name]) => find(name))]);
    // That it was told to do it is no sign that it did.
    if (entries.some(([, value], at) => found[at]?.trim() !== value)) throw failed(tool, answer);
  };
  return {
    // It reads lines of at most 4096 characters.
    longest: 2400,
    async get(name) {
      const answer = await run(tool, find(name), "");
      if (answer.code === 0) return foundAs(answer.output.trim());
      if (answer.code === noSuchEntry) return undefined;
      throw failed(tool, answer);
    },
    async getEach(names) {
      const { found } = await inTurn(names.map(find));
      // It prints nothing for one that is not there: those behind it stand one place too early, and the last is missing.
      return names.map((_, at) => found[at]?.trim());
    },
    async put(entries) {
      const [others, last] = [entries.slice(0, -1), entries.slice(-1)];
      if (others.length > 0) await put(others);
      await put(last);
    },
    async drop(names) {
      for (const name of names) {
        const answer = await run(tool, ["delete-generic-password", ...place(name)], "");
        if (answer.code !== 0 && answer.code !== noSuchEntry) throw failed(tool, answer);
      }
    },
  };
}

const vaultScript = `$ErrorActionPreference = 'Stop'
$ask = [Console]::In.ReadToEnd() | ConvertFrom-Json
[void][Windows.Security.Credentials.PasswordVault, Windows.Security.Credentials, ContentType = WindowsRuntime]
$vault = New-Object Windows.Security.Credentials.PasswordVault
if ($ask.act -eq 'put') {
  foreach ($one in @($ask.entries)) {
    $vault.Add((New-Object Windows.Security.Credentials.PasswordCredential('${service}', $one.name, $one.value)))
  }
  exit 0
}
$ours = @($vault.RetrieveAll() | Where-Object { $_.Resource -eq '${service}' })
if ($ask.act -eq 'drop') {
  foreach ($name in @($ask.names)) {
    foreach ($one in @($ours | Where-Object { $_.UserName -eq $name })) { $vault.Remove($one) }
  }
  exit 0
}
$found = @($ours | Where-Object { $_.UserName -eq $ask.name })
if ($found.Count -eq 0) { exit ${noSuchEntry} }
$found[0].RetrievePassword()
[Console]::Out.WriteLine($found[0].Password)
foreach ($one in @($ours | Where-Object { $_.UserName.StartsWith($ask.name + '.') })) {
  try { $one.RetrievePassword() } catch { continue }
  [Console]::Out.WriteLine($one.UserName + ' ' + $one.Password)
}`;

function passwordVault(run: RunTool): Entries {
  const tool = "powershell.exe";
  const script = Buffer.from(vaultScript, "utf16le").toString("base64");
  const ask = (question: object) =>
    run(tool, ["-NoProfile", "-NonInteractive", "-EncodedCommand", script], JSON.stringify(question));
  const change = async (question: object) => {
    const answer = await ask(question);
    if (answer.code !== 0) throw failed(tool, answer);
  };
  const get = async (name: string): Promise<FoundEntry | undefined> => {
    const answer = await ask({ act: "get", name });
    const [value = "", ...others] = answer.output.split("\n").map((text) => text.trim());
    // A PowerShell that may not run scripts can end well and say nothing, which no entry of ours does.
    if (answer.code === 0 && value !== "") return { value, beside: new Map(others.map(nameAndValue)) };
    if (answer.code === noSuchEntry) return undefined;
    throw failed(tool, answer);
  };
  return {
    // 2560 bytes of UTF-16.
    longest: 1200,
    get,
    getEach: (names) => Promise.all(names.map(async (name) => (await get(name))?.value)),
    put: (entries) => change({ act: "put", entries: entries.map(([name, value]) => ({ name, value })) }),
    drop: (names) => change({ act: "drop", names }),
  };
}

/** A line of our script. Neither of the two has a space in it. */
function nameAndValue(line: string): readonly [name: string, value: string] {
  const [name = "", value = ""] = line.split(" ");
  return [name, value];
}

const foundAs = (value: string | undefined): FoundEntry | undefined => (value === undefined ? undefined : { value });
