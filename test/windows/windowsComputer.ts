import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { testProgram } from "../support/programs.ts";
import { removeFolder } from "../support/removeFolder.ts";
import type { Started } from "../support/standalone/startStandalone.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";

/** Variables of Windows that a program needs, under the names by which Windows has them. */
const systemVariables = ["SystemRoot", "windir", "ComSpec", "PATHEXT", "SystemDrive", "ProgramData", "NODE_OPTIONS"];

export interface WindowsComputer {
  readonly home: string;
  /** What a program is given here, with `Path` as Windows writes it. */
  readonly env: Readonly<Record<string, string>>;
  /** The arguments that put a person into the browser. */
  browser(consent?: "allow" | "deny"): readonly string[];
  /** Makes that browser the one that Windows opens addresses with: for everybody, so only under Wine. */
  openWith(): void;
  /** Every time a browser was opened. */
  opened(): readonly Started[];
}

/** The computer of somebody whose name has letters of several alphabets and spaces, for as long as `act` takes. */
export async function withWindowsComputer(act: (computer: WindowsComputer) => Promise<void>): Promise<void> {
  const home = join(makeTemporaryFolder("gwc "), "Jörg Жук & 山田");
  const appData = join(home, "AppData", "Roaming");
  const localAppData = join(home, "AppData", "Local");
  const temporary = join(localAppData, "Temp");
  for (const folder of [appData, temporary]) mkdirSync(folder, { recursive: true });
  const log = join(home, "browser.log");
  const words = [process.execPath, testProgram("test/support/standalone/browserByHttp.ts"), log];
  try {
    await act({
      home,
      env: {
        ...Object.fromEntries(systemVariables.flatMap((name) => given(name))),
        Path: process.env.PATH ?? "",
        USERPROFILE: home,
        APPDATA: appData,
        LOCALAPPDATA: localAppData,
        TEMP: temporary,
        TMP: temporary,
      },
      browser: (consent = "allow") => ["--browser", [...words, consent].map((word) => `"${word}"`).join(" ")],
      openWith() {
        const command = [...words, "allow", "%1"].map((word) => `"${word}"`).join(" ");
        const key = "HKLM\\Software\\Classes\\http\\shell\\open\\command";
        execFileSync("reg", ["add", key, "/ve", "/d", command, "/f"], { stdio: "ignore" });
      },
      opened: () =>
        existsSync(log)
          ? readFileSync(log, "utf8")
              .split("\n")
              .filter(Boolean)
              .map((line) => JSON.parse(line) as Started)
          : [],
    });
  } finally {
    removeFolder(join(home, ".."));
  }
}

function given(name: string): readonly (readonly [string, string])[] {
  const value = process.env[name];
  return value === undefined ? [] : [[name, value]];
}
