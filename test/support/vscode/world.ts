import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { browserInstallation } from "../browser.ts";
import { removeFolder } from "../removeFolder.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { type CodeServer, startCodeServer } from "./codeServer.ts";
import { Companion } from "./companion.ts";
import { vsCodeInstallation } from "./installation.ts";
import { fillExtensions } from "./installedExtensions.ts";
import type { Progress } from "./installOnce.ts";
import { type Language, languagePack } from "./languagePack.ts";
import { type Sandbox, type SandboxSetUp, startSandbox } from "./sandbox.ts";

type Settings = Readonly<Record<string, unknown>>;

/** The variable of the editor's environment that has the secret of the client at the gateway, where it has one. */
export const CLIENT_SECRET = "GATEWAY_CLIENT_SECRET";

export interface WorldOptions {
  readonly progress: Progress;
  /** How long the identity provider's access tokens last; short ones make an expiry something one can wait for. */
  readonly accessTokenSeconds?: number;
  /** Whether clients may register themselves at the identity provider. */
  readonly registration?: boolean;
  /** The identity provider to behave like; the generic one by default. */
  readonly profile?: NonNullable<SandboxSetUp["profile"]>;
  /** Those of the editor, which may be about the gateway. */
  readonly settings?: Settings | ((sandbox: Sandbox) => Settings);
  readonly port?: number;
  /** The product name of the editor, where it is not VS Code's. */
  readonly editor?: string;
  /** What the editor speaks; English by default. */
  readonly language?: Language;
  /** What the editor's environment has besides this one's. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A VS Code with the packaged extension in it, and a gateway with its identity provider beside it. */
export interface World {
  /** The folder that holds everything VS Code and the browser write. */
  readonly home: string;
  readonly workspace: string;
  readonly browser: string;
  readonly vscodeVersion: string;
  /** The editor that runs now. */
  readonly server: CodeServer;
  readonly sandbox: Sandbox;
  readonly companion: Companion;
  /** The extension's own log, as far as it is written. */
  extensionLog(): Promise<string>;
  /** Ends the editor, with all its windows. */
  closeEditor(): Promise<void>;
  /** Starts the editor that was closed, with everything it kept. */
  openEditor(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWorld(options: WorldOptions): Promise<World> {
  const { progress, settings = {} } = options;
  const installation = await vsCodeInstallation(progress);
  const browser = await browserInstallation(progress);
  const { language } = options;
  const home = makeTemporaryFolder("world");
  const workspace = join(home, "workspace");
  await mkdir(workspace);
  const extensions = join(home, "extensions");
  const companion = await Companion.prepare(join(home, "companion"));
  const stops: (() => Promise<unknown>)[] = [async () => removeFolder(home)];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end().catch(() => undefined);
  };
  try {
    progress("installing the extension");
    await fillExtensions(installation, extensions, language === undefined ? [] : [await languagePack(language)]);
    progress("starting the sandbox gateway and VS Code");
    const sandbox = await startSandbox(options);
    stops.push(() => sandbox.stop());
    const start = (port = options.port) =>
      startCodeServer(installation, {
        home,
        workspace,
        extensions,
        settings: typeof settings === "function" ? settings(sandbox) : settings,
        env: {
          ...companion.env,
          ...(sandbox.clientSecret && { [CLIENT_SECRET]: sandbox.clientSecret }),
          ...options.env,
        },
        ...(port === undefined ? {} : { port }),
        ...(language === undefined ? {} : { language }),
        ...(options.editor === undefined ? {} : { productName: options.editor }),
      });
    let server = await start();
    stops.push(() => server.stop());
    return {
      home,
      workspace,
      browser,
      vscodeVersion: installation.version,
      get server() {
        return server;
      },
      sandbox,
      companion,
      extensionLog: () => readLogs(join(home, "user-data", "logs"), "Gateway Connect"),
      closeEditor: () => server.stop(),
      async openEditor() {
        // The browser keeps secrets by the address.
        server = await start(Number(new URL(server.url).port));
      },
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function readLogs(folder: string, name: string): Promise<string> {
  const files = await readdir(folder, { recursive: true, encoding: "utf8" }).catch(() => []);
  const wanted = files.filter((file) => file.endsWith(".log") && file.includes(name));
  return (await Promise.all(wanted.map((file) => readFile(join(folder, file), "utf8")))).join("\n");
}
