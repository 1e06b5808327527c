import { randomBytes } from "node:crypto";
import { access } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as vscode from "vscode";
import type { Connection } from "./connections/connection.ts";
import type { GatewaySummary } from "./connections/gatewayStatus.ts";
import { Gateways } from "./connections/gateways.ts";
import { resolveGateway } from "./connections/resolvedConnection.ts";
import { HostEntries } from "./hosts/hostEntries.ts";
import { hostFilePath, hostOf } from "./hosts/hosts.ts";
import { installBridge } from "./node/bridge/bridgeFiles.ts";
import { findBridgeRuntime } from "./node/bridge/bridgeRuntime.ts";
import type { RelaySocket } from "./node/bridge/relaySocket.ts";
import { startRelayWindow } from "./node/bridge/relayWindow.ts";
import { catalogueStore } from "./node/catalogueFiles.ts";
import { withClaudeCode } from "./node/hostFiles/claudeCode.ts";
import { hostFiles } from "./node/hostFiles/hostFiles.ts";
import { loopbackRedirect } from "./node/redirect/loopbackRedirect.ts";
import { credentialPlaces } from "./node/secrets/credentialPlaces.ts";
import type { Fetch } from "./oauth/discovery/networkFailure.ts";
import { deviceCodeGrant } from "./oauth/signIn/deviceSignIn.ts";
import { credentialReader } from "./oauth/tokens/clientCredential.ts";
import { TokenStore } from "./oauth/tokens/tokenStore.ts";
import type { GatewayAccess } from "./relay/gatewayAccess.ts";
import { fileLock } from "./system/fileLock.ts";
import { readJsonFile, writeJsonFile } from "./system/jsonFile.ts";
import { AccessPages } from "./vscode/accessPage.ts";
import { GatewayAuthenticationProvider } from "./vscode/authenticationProvider.ts";
import { BrowserSignIn, openBrowser } from "./vscode/browserSignIn.ts";
import { changeSecretCommand } from "./vscode/commands/changeSecretCommand.ts";
import { clearMcpRemoteCommand } from "./vscode/commands/clearMcpRemoteCommand.ts";
import { connectCommand, type KnownClient } from "./vscode/commands/connectCommand.ts";
import { explainAccessCommand } from "./vscode/commands/explainAccessCommand.ts";
import { importMcpRemoteCommand } from "./vscode/commands/importMcpRemoteCommand.ts";
import { LocalGatewayCommands } from "./vscode/commands/localGatewayCommands.ts";
import { menuCommand } from "./vscode/commands/menuCommand.ts";
import { runToolCommand } from "./vscode/commands/runToolCommand.ts";
import { SandboxCommands } from "./vscode/commands/sandboxCommands.ts";
import {
  removeGatewayCommand,
  signInCommand,
  signInWithCodeCommand,
  signOut,
  signOutCommand,
  useAnotherAccountCommand,
} from "./vscode/commands/signInCommands.ts";
import { settingsValues } from "./vscode/gatewaySettings.ts";
import { McpJson, userDataOf } from "./vscode/mcpJson.ts";
import { McpServers } from "./vscode/mcpServers.ts";
import { outputLog } from "./vscode/outputLog.ts";
import { serverNames } from "./vscode/serverNames.ts";
import { showFailure } from "./vscode/showFailure.ts";
import { StatusBar } from "./vscode/statusBar.ts";
import { ToolResults } from "./vscode/toolResults.ts";

let running: { readonly gateways: Gateways; readonly socket: () => Promise<RelaySocket> | undefined } | undefined;

/** Wires the parts together. It asks nobody anything and sends nothing: that follows an act of the person. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const channel = vscode.window.createOutputChannel("Gateway Connect", { log: true });
  const log = outputLog(channel);
  const version = String(context.extension.packageJSON.version);
  const folder = context.globalStorageUri.fsPath;
  const catalogues = join(folder, "catalogues");
  const file = join(folder, "connections.json");
  // Looked up at each call: the editor puts its proxy and certificates into the global one.
  const fetch: Fetch = (url, init) => globalThis.fetch(url, init);
  const now = () => Date.now();
  const settings = settingsValues;
  const lastPort = {
    read: () => context.globalState.get<number>("lastRedirectPort"),
    write: (port: number) => context.globalState.update("lastRedirectPort", port),
  };
  const secrets = context.secrets;
  const moreGrants = [deviceCodeGrant];

  // The MCP SDK comes with the first relay, never at activation.
  const loadRelay = async () => (await import(relayBundle)) as typeof import("./relay.ts");
  const loadExplain = async () => (await import(explainBundle)) as typeof import("./explain.ts");
  const redirect = loopbackRedirect({ pages: loadExplain, lastPort });
  const createRelay = async ({ id, name, url }: Connection, access: GatewayAccess) => {
    const { Relay } = await loadRelay();
    const catalogue = catalogueStore(catalogues, id);
    const world = { access, catalogue, log, now, onToolsChanged: () => toolsChanged(id) };
    return new Relay({ id, name, url, version }, world);
  };

  const readCredential = credentialReader(secrets, credentialPlaces(process.env));
  const browser = new BrowserSignIn(() => gateways);
  const lock = fileLock(join(folder, "locks"));
  const gateways = new Gateways({
    fetch,
    now,
    log,
    secrets,
    settings,
    redirect,
    lock,
    file: { read: () => readJsonFile(file), write: (value) => writeJsonFile(file, value) },
    moreGrants,
    readCredential,
    openBrowser,
    createRelay,
    prompt: (prompt) => browser.ask(prompt),
    onChanged: () => changed(),
  });

  let socket: Promise<RelaySocket> | undefined;
  const startSocket = (): Promise<RelaySocket> => {
    socket ??= startRelayWindow({
      folder,
      folders: (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath),
      find: (id) => gateways.relay(id),
      log,
    }).catch((error) => {
      socket = undefined;
      showFailure(error, log);
      throw error;
    });
    return socket;
  };
  running = { gateways, socket: () => socket };

  const entriesFile = join(folder, "entries.json");
  const claudeFolder = process.env.CLAUDE_CONFIG_DIR;
  const places = { platform: process.platform, home: homedir(), userData: userDataOf(folder), claudeFolder };
  const own = hostFilePath(hostOf("claude-code"), "user", places);
  const files = withClaudeCode(own, hostFiles(folder), { ...places, env: process.env });
  const entries = new HostEntries({
    files,
    book: { read: () => readJsonFile(entriesFile), write: (value) => writeJsonFile(entriesFile, value) },
    lock,
    runtime: once(() => {
      const chosen = vscode.workspace.getConfiguration("gatewayConnect").get<string>("mcpJson.runtime");
      return findBridgeRuntime(chosen, { execPath: process.execPath, env: process.env, platform: process.platform });
    }),
    exists: (path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    bridge: once(() => installBridge(context.asAbsolutePath("dist"), folder)),
    folder,
    nonce: () => randomBytes(4).toString("hex"),
    log,
  });
  const mcpJson = new McpJson({ gateways, entries, places, open: startSocket, log });
  const toolsChanged = (id: string) => {
    changed();
    mcpJson.toolsChanged(id);
  };

  const world = { gateways, browser, log };
  const connecting = { ...world, fetch, secrets, settings, redirect, moreGrants };
  const clearMcpRemote = () =>
    clearMcpRemoteCommand({ home: homedir(), env: process.env, fetch, now, log, load: loadExplain });
  const pages = new AccessPages();
  const explaining = {
    gateways,
    fetch,
    now,
    serverNames: () => serverNames(mcpJson.places(), files.read),
    resolve: (url: string) => resolveGateway({ url }, { settings, redirect }),
    authorizerOf: async (url: string) => sandbox.authorizerOf(url) ?? (await localGateways.authorizerOf(url)),
    load: loadExplain,
    pages,
    pasted: new Map<string, unknown>(),
    log,
  };
  const statusBar = new StatusBar();
  const results = new ToolResults();
  const localGateways = new LocalGatewayCommands(context.asAbsolutePath("dist/gateway.mjs"), log);
  const sandbox = new SandboxCommands(context.asAbsolutePath("dist/sandbox.mjs"), log);
  const accounts = new GatewayAuthenticationProvider({
    ...world,
    signOut: (connections) => signOut(connections, world),
  });
  const servers = new McpServers(gateways, startSocket, version);

  const summaries = (): Promise<GatewaySummary[]> =>
    Promise.all(
      gateways.book.all.map(async (connection) => ({
        connection,
        state: await gateways.state(connection),
        resolved: gateways.readable(connection),
        tools: catalogueStore(catalogues, connection.id).read()?.tools.length,
      })),
    );

  let showing: Promise<void> = Promise.resolve();
  const changed = (): void => {
    showing = showing
      .then(async () => {
        const all = await summaries();
        statusBar.show(all);
        servers.refresh();
        await accounts.refresh();
        await mcpJson.follow(all);
        await vscode.commands.executeCommand("setContext", "gatewayConnect.hasConnections", all.length > 0);
      })
      .catch((error: unknown) => showFailure(error, log));
  };

  const load = () => gateways.book.load().catch((error: unknown) => showFailure(error, log));

  const offered = { ...connecting, connected: (one: Connection) => mcpJson.offer(one) };
  const commands: Record<string, (argument?: unknown, second?: unknown) => unknown> = {
    connect: (url, known) => connectCommand(text(url), { ...offered, known: knownClient(known) }),
    connectAsMachine: (url) => connectCommand(text(url), { ...offered, flow: "clientCredentials" }),
    connectWithCode: (url) => connectCommand(text(url), { ...offered, flow: "deviceCode" }),
    importMcpRemote: () =>
      importMcpRemoteCommand({
        ...world,
        load: loadExplain,
        entries,
        places: () => mcpJson.places(),
        read: files.read,
        connect: (url) => connectCommand(url, { ...connecting, connected: async () => {} }),
        clear: clearMcpRemote,
      }),
    signIn: (id) => signInCommand(text(id), world),
    signInWithCode: (id) => signInWithCodeCommand(text(id), world),
    useAnotherAccount: (id) => useAnotherAccountCommand(text(id), world),
    signOut: (id) => signOutCommand(text(id), world),
    changeSecret: (id) => changeSecretCommand(text(id), { ...world, secrets }),
    removeGateway: (id) => removeGatewayCommand(text(id), { ...world, removed: (one) => mcpJson.removed(one) }),
    addToMcpJson: (id) => mcpJson.addCommand(text(id)),
    runTool: (id) => runToolCommand(text(id), { ...world, results, load: loadRelay }),
    explainAccess: (id) => explainAccessCommand(text(id), explaining),
    clearMcpRemote: () => clearMcpRemote(),
    startLocalGateway: (file) => localGateways.start(text(file)),
    stopLocalGateway: () => localGateways.stop(),
    startSandbox: (profile) => sandbox.start(text(profile)),
    stopSandbox: () => sandbox.stop(),
    showLog: () => channel.show(),
    showMenu: async () => menuCommand(await summaries(), browser.waiting),
    copyDiagnostics: async () => {
      const facts = {
        version,
        editor: `${vscode.env.appName} ${vscode.version}`,
        platform: `${process.platform} ${process.arch}`,
        remote: vscode.env.remoteName,
        relay: socket ? "listening" : "not started",
        now: now(),
      };
      const { diagnosticsText } = await loadExplain();
      await vscode.env.clipboard.writeText(diagnosticsText(facts, await summaries()));
      void vscode.window.showInformationMessage("Diagnostics were copied. They hold no token.");
    },
    pasteRedirect: () => pasteRedirect(browser).catch((error: unknown) => showFailure(error, log)),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`gatewayConnect.${name}`, run));
  }
  context.subscriptions.push(
    channel,
    statusBar,
    results,
    pages,
    sandbox,
    localGateways,
    accounts,
    servers,
    mcpJson,
    // Other windows connect and sign out too.
    onFileChanged(file, load),
    secrets.onDidChange(({ key }) => {
      if (TokenStore.sessionOf(key) !== undefined) changed();
    }),
  );
  await load();
  await mcpJson.start().catch((error: unknown) => showFailure(error, log));
  log.info("ready", { version, gateways: gateways.book.all.length });
}

/** Ends the sessions at the gateways; tokens stay for the next start. */
export async function deactivate(): Promise<void> {
  const socket = await running?.socket()?.catch(() => undefined);
  // Bridges go on through another window from here.
  await socket?.stop();
  await running?.gateways.close();
}

/** Beside this file; names in variables keep the bundler from taking them in. */
const relayBundle: string = "./relay.cjs";
const explainBundle: string = "./explain.cjs";

const text = (argument: unknown): string | undefined => (typeof argument === "string" ? argument : undefined);

/** Other extensions may run commands too, with whatever they like. */
function knownClient(argument: unknown): KnownClient {
  const { clientId, clientSecret } = (argument ?? {}) as { readonly [name: string]: unknown };
  return { clientId: text(clientId), clientSecret: text(clientSecret) };
}

/** What is found out once and holds for the session; a failure is not kept. */
function once<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined;
  return () => {
    found ??= find().catch((error) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

/** Calls back when a file that windows share was written, by whichever of them. */
function onFileChanged(path: string, act: () => unknown): vscode.Disposable {
  const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(path)), basename(path));
  const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
  return vscode.Disposable.from(watcher, watcher.onDidCreate(act), watcher.onDidChange(act));
}

async function pasteRedirect(browser: BrowserSignIn): Promise<void> {
  if (!browser.waiting) {
    void vscode.window.showInformationMessage("No sign-in is waiting for an address.");
    return;
  }
  const address = await vscode.window.showInputBox({
    title: "Paste the Address You Were Sent To",
    prompt: "The whole address of the page your browser could not open after you signed in",
    placeHolder: "http://localhost:3334/oauth/callback?code=…",
    ignoreFocusOut: true,
    password: true,
  });
  if (address) await browser.paste(address);
}
