import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import type { Progress } from "./vscode/installOnce.ts";
import { runCommand } from "./vscode/runCommand.ts";
import { aptInstall, canUseApt, onPath } from "./vscode/systemParts.ts";

const names = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "microsoft-edge",
  "microsoft-edge-stable",
  "msedge",
];

const usualPlaces: Partial<Record<NodeJS.Platform, () => string[]>> = {
  darwin: () =>
    ["Google Chrome", "Chromium", "Microsoft Edge"].map((app) => `/Applications/${app}.app/Contents/MacOS/${app}`),
  win32: () =>
    [process.env.ProgramFiles, process.env["ProgramFiles(x86)"], process.env.LOCALAPPDATA]
      .filter((base) => base !== undefined)
      .flatMap((base) => [
        join(base, "Google", "Chrome", "Application", "chrome.exe"),
        join(base, "Microsoft", "Edge", "Application", "msedge.exe"),
      ]),
};

/** A Chromium that starts here: the one named, one that is installed, or one that is fetched now. */
export async function browserInstallation(progress: Progress): Promise<string> {
  const named = process.env.CHROMIUM_EXECUTABLE;
  if (named) {
    if (await starts(named)) return named;
    throw new Error(
      `CHROMIUM_EXECUTABLE is ${named}, which does not start. Name a Chromium, Chrome or Edge, or unset it.`,
    );
  }
  const found = await installedBrowser();
  if (found) return found;

  const reasons: string[] = [];
  progress("no Chromium, Chrome or Edge found; fetching Playwright's Chromium");
  await runCommand("npx", ["playwright-core", "install", "chromium"], { timeoutMs: 240_000 }).catch((cause: Error) =>
    reasons.push(`playwright-core install chromium: ${lastLine(cause.message)}`),
  );
  const fetched = await installedBrowser();
  if (fetched) return fetched;

  if (canUseApt()) {
    progress("installing chromium with apt");
    await aptInstall(["chromium", "fonts-dejavu-core"], progress).catch((cause: Error) =>
      reasons.push(`apt-get install chromium: ${lastLine(cause.message)}`),
    );
    const packaged = await installedBrowser();
    if (packaged) return packaged;
  }
  throw new Error(
    `The tests drive VS Code in a Chromium browser, and none was found that starts.\n${reasons.map((reason) => `  ${reason}\n`).join("")}` +
      "Install Chromium, Chrome or Edge (Debian: sudo apt-get install -y chromium), or set CHROMIUM_EXECUTABLE to one.",
  );
}

async function installedBrowser(): Promise<string | undefined> {
  const candidates = [...names.map(onPath), ...(usualPlaces[process.platform]?.() ?? []), chromium.executablePath()];
  for (const file of candidates) {
    if (file && existsSync(file) && (await starts(file))) return file;
  }
  return undefined;
}

/** Some distributions put a stub of that name on PATH, and a downloaded browser may lack system libraries. */
async function starts(file: string): Promise<boolean> {
  // On Windows the browser opens a window instead of printing its version.
  if (process.platform === "win32") return existsSync(file);
  return promisify(execFile)(file, ["--version"], { timeout: 20_000 }).then(
    () => true,
    () => false,
  );
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
