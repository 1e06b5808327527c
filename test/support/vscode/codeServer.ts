import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { directPages } from "./directPages.ts";
import type { VsCodeInstallation } from "./installation.ts";
import { serverEnvironment } from "./serverEnvironment.ts";
import { type StartedProcess, startProcess } from "./startProcess.ts";

export interface CodeServer {
  /** Where the browser opens the workbench on its folder. */
  readonly url: string;
  readonly pid: number;
  readonly logs: readonly string[];
  stop(): Promise<void>;
}

export interface UserSetUp {
  /** An empty folder that receives everything VS Code keeps: settings, extensions, logs. */
  readonly home: string;
  /** The folder the workbench opens. */
  readonly workspace: string;
  /** The folder of its extensions. */
  readonly extensions: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  /** Told to a person who chooses; 0 lets the system choose. */
  readonly port?: number;
  /**
   * The product name, which is what `env.appName` says. Editors built on VS Code set it in their product.json; here it
   * takes the place of what code-server's build wrote from its own into the programs.
   */
  readonly productName?: string;
  /** The language of the editor, of which a pack has to be installed; English without it. */
  readonly language?: string;
}

/** What keeps first-run pages, telemetry and updates out of a driven VS Code. */
export const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.reduceMotion": "on",
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "git.enabled": false,
  "chat.commandCenter.enabled": false,
  "chat.setupFromDialog": false,
  // Starting servers and using them must not ask: what asks in these tests is our extension.
  "chat.mcp.autostart": "newAndOutdated",
  "chat.mcp.access": "all",
} as const;

/** VS Code as a user has it: extensions installed, settings in their place, SecretStorage that persists. */
export async function startCodeServer(installation: VsCodeInstallation, setUp: UserSetUp): Promise<CodeServer> {
  const folders = { ...(await userFolders(setUp.home)), extensions: setUp.extensions };
  const settings = join(folders.userData, "User", "settings.json");
  // An editor that is started again has its own.
  if (!existsSync(settings)) {
    await writeFile(settings, JSON.stringify({ ...quietSettings, ...setUp.settings }, null, 2));
  }
  if (setUp.language !== undefined) await useLanguagePack(setUp.language, folders);
  const pages = await directPages();
  const server = startProcess(
    installation.node,
    [
      installation.entry,
      "--config",
      join(folders.home, "config.yaml"),
      "--user-data-dir",
      folders.userData,
      "--extensions-dir",
      folders.extensions,
      "--auth",
      "none",
      "--bind-addr",
      `127.0.0.1:${setUp.port ?? 0}`,
      ...(setUp.productName === undefined ? [] : ["--app-name", setUp.productName]),
      ...(setUp.language === undefined ? [] : ["--locale", setUp.language]),
      "--disable-telemetry",
      "--disable-update-check",
      "--disable-workspace-trust",
      "--disable-getting-started-override",
      setUp.workspace,
    ],
    { env: { ...serverEnvironment(folders.home, setUp.env), VSCODE_PROXY_URI: pages.template } },
  );
  server.child.once("close", () => void pages.stop());
  const origin = await listening(server, /HTTP server listening on (http:\/\/127\.0\.0\.1:\d+)/);
  return handle(server, `${origin}/?folder=${encodeURIComponent(setUp.workspace)}`);
}

export interface TestSetUp {
  readonly home: string;
  readonly workspace: string;
  /** The folder of the extension under development. */
  readonly extension: string;
  /** The module that exports `run()`. */
  readonly tests: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** VS Code with the extension loaded from its folder and `tests` run inside the extension host once a browser opens it. */
export async function startTestServer(installation: VsCodeInstallation, setUp: TestSetUp): Promise<CodeServer> {
  const folders = await userFolders(setUp.home);
  const data = join(folders.home, "server-data");
  await mkdir(join(data, "data", "Machine"), { recursive: true });
  await writeFile(join(data, "data", "Machine", "settings.json"), JSON.stringify(quietSettings, null, 2));
  const server = startProcess(
    installation.node,
    [
      installation.serverMain,
      "--host",
      "127.0.0.1",
      "--port",
      "0",
      "--without-connection-token",
      "--accept-server-license-terms",
      "--server-data-dir",
      data,
      "--enable-smoke-test-driver",
      "--telemetry-level",
      "off",
    ],
    { env: serverEnvironment(folders.home, setUp.env) },
  );
  const port = await listening(server, /Extension host agent listening on (\d+)/);
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = JSON.stringify([
    ["extensionDevelopmentPath", remote(setUp.extension)],
    ["extensionTestsPath", remote(setUp.tests)],
  ]);
  const query = `folder=${encodeURIComponent(setUp.workspace)}&payload=${encodeURIComponent(payload)}`;
  return handle(server, `http://127.0.0.1:${port}/?${query}`);
}

async function userFolders(home: string) {
  const folders = { home, userData: join(home, "user-data") };
  await mkdir(join(folders.userData, "User"), { recursive: true });
  return folders;
}

/** What an installation in the window writes down of a pack, and one from the command line does not. */
async function useLanguagePack(
  language: string,
  { userData, extensions }: { readonly userData: string; readonly extensions: string },
): Promise<void> {
  const id = `gateway-connect-tests.language-pack-${language}`;
  const version = "1.0.0";
  const translations = { vscode: join(extensions, `${id}-${version}`, "translations", "main.i18n.json") };
  const pack = {
    hash: language,
    label: language,
    translations,
    extensions: [{ extensionIdentifier: { id }, version }],
  };
  await writeFile(join(userData, "languagepacks.json"), JSON.stringify({ [language]: pack }));
}

async function listening(server: StartedProcess, pattern: RegExp): Promise<string> {
  try {
    return await server.line((line) => pattern.exec(line)?.[1], "VS Code's server did not start", 60_000);
  } catch (cause) {
    await server.stop();
    throw cause;
  }
}

function handle(server: StartedProcess, url: string): CodeServer {
  return { url, pid: server.pid, logs: server.logs, stop: () => server.stop() };
}
