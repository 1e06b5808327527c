import type { RunTool, ToolAnswer } from "../../system/runTool.ts";
import type { Entries } from "./entriesInParts.ts";

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
