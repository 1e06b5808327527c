import { join } from "node:path";
import * as vscode from "vscode";
import { Gateways } from "./connections/gateways.ts";
import { gatewayHeaders } from "./connections/headers/gatewayHeaders.ts";
import { KeptAttention } from "./connections/keptAttention.ts";
import { GatewayReach } from "./connections/reachability/gatewayReach.ts";
import { ToolDenials } from "./connections/toolDenials.ts";
import { TrafficTap } from "./connections/traffic/trafficTap.ts";
import type { HttpFetch } from "./lib/httpPort.ts";
import { once } from "./lib/once.ts";
import { loopbackRedirect } from "./node/redirect/loopbackRedirect.ts";
import { credentialPlaces } from "./node/secrets/credentialPlaces.ts";
import { headerPlaces } from "./node/secrets/headerPlaces.ts";
import { deviceCodeGrant } from "./oauth/signIn/deviceCode.ts";
import { credentialReader } from "./oauth/tokens/clientCredential.ts";
import { loadTokenRequests } from "./oauth/tokens/lazyRequests.ts";
import { sessionOfKey } from "./oauth/tokens/secretTokenStore.ts";
import { fileLock } from "./system/fileLock.ts";
import { textFile } from "./system/textFile.ts";
import { extensionExports } from "./vscode/agents/extensionApi.ts";
import { registerLanguageModelTools } from "./vscode/agents/registerLanguageModelTools.ts";
import { barOf } from "./vscode/agentTools.ts";
import { GatewayAuthenticationProvider } from "./vscode/authenticationProvider.ts";
import type { AwsSignIn } from "./vscode/awsSignIn.ts";
import { channelLog } from "./vscode/channelLog.ts";
import { registerCommands } from "./vscode/commands/registerCommands.ts";
import { failureMessages } from "./vscode/failureMessages.ts";
import { GatewayChanges } from "./vscode/gatewayChanges.ts";
import { hostsOfMachine } from "./vscode/hosts.ts";
import { KeptCatalogues } from "./vscode/keptCatalogues.ts";
import { type LazyBundles, lazyBundle } from "./vscode/lazyBundles.ts";
import { loadWhenIdle } from "./vscode/loadWhenIdle.ts";
import { McpJson } from "./vscode/mcpJson.ts";
import { McpServers } from "./vscode/mcpServers.ts";
import { openBrowser } from "./vscode/openBrowser.ts";
import { RelayFactory } from "./vscode/relayFactory.ts";
import { RunningPrograms } from "./vscode/runningPrograms.ts";
import { settingsValues } from "./vscode/settingsValues.ts";
import { onFileChanged } from "./vscode/sharedFile.ts";
import { translatedLandingPage } from "./vscode/translatedLandingPage.ts";
import { GatewaysView } from "./vscode/views/gatewaysView.ts";
import { StatusBar } from "./vscode/views/statusBar.ts";
import { takesLinks } from "./vscode/wayBack.ts";

/** Loads a bundle beside this file. The bundler would take it in if it saw its name. */
const load = (file: string): Promise<unknown> => import(file);
const loadCommands = lazyBundle<typeof import("./commands.ts")>("commands.cjs", load);
const loadToolPages = lazyBundle<typeof import("./toolPages.ts")>("toolPages.cjs", load);
const loadUpkeep = lazyBundle<typeof import("./upkeep.ts")>("upkeep.cjs", load);
const loadTraffic = lazyBundle<typeof import("./traffic.ts")>("traffic.cjs", load);
const loadAwsBundle = lazyBundle<typeof import("./aws.ts")>("aws.cjs", load);
const loadSocket = lazyBundle<typeof import("./socket.ts")>("socket.cjs", load);
const lazyBundles: LazyBundles = {
  relay: lazyBundle<typeof import("./relay.ts")>("relay.cjs", load),
  mcpJson: lazyBundle<typeof import("./mcpJson.ts")>("mcpJson.cjs", load),
  explain: lazyBundle<typeof import("./explain.ts")>("explain.cjs", load),
  connect: lazyBundle<typeof import("./connect.ts")>("connect.cjs", load),
  view: lazyBundle<typeof import("./view.ts")>("view.cjs", load),
};

let close: () => Promise<void> = async () => {};

/** Wires everything together. It shows no question and sends no request: both follow an act of the person. */
export async function activate(context: vscode.ExtensionContext) {
  const channel = vscode.window.createOutputChannel("Gateway Connect", { log: true });
  const log = channelLog(channel);
  const showFailure = failureMessages(loadCommands, log);
  const version = String(context.extension.packageJSON.version);
  const bundles = context.asAbsolutePath("dist");
  const folder = context.globalStorageUri.fsPath;
  const catalogues = join(folder, "catalogues");
  const file = join(folder, "connections.json");
  const { secrets } = context;
  // Looked up at each call, since the editor replaces the global function by one that knows its proxy and certificates.
  const fetch: HttpFetch = (url, init) => globalThis.fetch(url, init);
  const now = () => Date.now();
  const lastPort = {
    read: () => context.globalState.get<number>("lastRedirectPort"),
    write: (port: number) => context.globalState.update("lastRedirectPort", port),
  };
  const landingPages = () => translatedLandingPage(lazyBundles.explain, context.extension.id);
  const redirect = loopbackRedirect({ pages: landingPages, lastPort });
  const reach: GatewayReach = new GatewayReach({
    ...{ fetch, now, gateways: () => gateways },
    onChanged: () => changes.changed(),
  });
  const traffic = new TrafficTap(reach.fetch);
  const loadAws = once(async () => {
    const { openAws } = await loadAwsBundle();
    const foreignFolders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const { env, platform } = process;
    return openAws({ env, platform, foreignFolders, cwd: process.cwd(), fetch, now, log });
  });
  const asked = {
    fetch,
    gatewayFetch: traffic.fetch,
    withHeaders: gatewayHeaders({
      ...{ settings: settingsValues, places: headerPlaces(process.env), now },
      place: (gateway, name) => ["gatewayConnect.gateways", gateway, "headers", name].filter(Boolean).join(" \u203a "),
    }),
    now,
    secrets,
    settings: settingsValues,
    redirect,
    moreGrants: [deviceCodeGrant],
    loadAws,
    log,
  };

  const awsSignIn: AwsSignIn = async (connection, one) =>
    await (await loadAwsBundle()).signInWithAws(connection, { gateways, loadAws, ...one });
  /** Made with the first sign-in of the window. */
  const browser = once(async () => new (await loadCommands()).BrowserSignIn(() => gateways, awsSignIn));
  const kept = new KeptCatalogues(catalogues);
  const denials = new ToolDenials({ now, onChanged: () => changes.changed() });
  const changes: GatewayChanges = new GatewayChanges({
    gateways: () => gateways,
    reach: () => reach,
    barOf: (connection) => barOf(connection, relays.uri(connection.id)),
    catalogues: kept,
    traffic,
    denials,
    showFailure,
  });
  const relays: RelayFactory = new RelayFactory({
    gateways: () => gateways,
    load: lazyBundles.relay,
    consents: { ask: async (page, signal) => (await lazyBundles.view()).askConsent(page, signal) },
    denials,
    loadSocket,
    folder,
    catalogues,
    version,
    now,
    log,
    showFailure,
    onToolsChanged: (id) => {
      changes.changed();
      mcpJson.toolsChanged(id);
    },
    onCatalogueChanged: (id) => void view.listed(id),
  });
  const lock = fileLock(join(folder, "locks"));
  const attention = new KeptAttention(textFile(join(folder, "attention.json")), lock, log);
  const gateways: Gateways = new Gateways({
    ...asked,
    attention,
    lock,
    file: textFile(file),
    readCredential: credentialReader(secrets, credentialPlaces(process.env)),
    openBrowser,
    createRelay: (connection, access) => relays.create(connection, access),
    prompt: async (prompt) => (await browser()).ask(prompt),
    clientElsewhere: async (connection, known) =>
      (await lazyBundles.connect()).clientElsewhere(connection, known, (await loadCommands()).failureWords),
    onChanged: () => changes.changed(),
  });
  close = async () => {
    reach.close();
    await relays.close();
    await gateways.close();
  };

  const hosts = hostsOfMachine({ folder, bundles, load: lazyBundles.mcpJson, log });
  const mcpJson = new McpJson({ ...hosts, connections: () => gateways.book.all, open: () => relays.open() });
  const commands = once(async () => {
    const made = (await loadCommands()).createCommands({
      ...asked,
      gateways,
      attention,
      browser: await browser(),
      hosts,
      lazyBundles,
      loadUpkeep,
      loadToolPages,
      loadTraffic,
      traffic,
      denials,
      trafficChanged: () => changes.changed(),
      follow: (follower) => changes.follow(follower),
      summaries: () => changes.summaries(),
      running,
      findTool: () => view.find(),
      openSocket: () => relays.open(),
      isSocketOpen: () => relays.isOpen,
      showLog: () => channel.show(),
      showFailure,
      agent: { extension: context.extension.id, addressOf: (id) => relays.uri(id) },
      folder,
      version,
      isGiven: (session) => accounts.isGiven(session),
      programs: { localGateway: join(bundles, "gateway.mjs"), sandbox: join(bundles, "sandbox.mjs") },
      webviews: join(bundles, "webviews"),
    });
    context.subscriptions.push(made);
    return made;
  });
  const running: RunningPrograms = new RunningPrograms(() => void view.run(running.all));
  const view = new GatewaysView({
    ...{ load: lazyBundles.view, kept, summaries: () => changes.summaries(), programs: () => running.all },
    importable: async () => (await commands()).importable(),
    onLooking: (isLooking) => reach.looking(isLooking),
  });
  const statusBar = new StatusBar(loadCommands);
  const servers = new McpServers(gateways, () => relays.open(), version);
  const accounts = new GatewayAuthenticationProvider({
    gateways,
    browser: { signIn: async (connection, wanted) => (await browser()).signIn(connection, wanted) },
    signOut: async (connections) => (await commands()).signOut(connections),
  });
  const others = extensionExports({
    summaries: () => changes.summaries(),
    callTool: async (call, token) => (await commands()).callTool(call, token),
  });
  changes.follow(() => others.changed.fire());
  changes.follow((all) => statusBar.show(all));
  changes.follow((all) => view.show(all));
  changes.follow(() => servers.refresh());
  changes.follow(() => accounts.refresh());
  changes.follow((all) => mcpJson.follow(all));

  const readConnections = () => gateways.book.load().catch((error: unknown) => showFailure(error));
  context.subscriptions.push(
    channel,
    statusBar,
    view,
    accounts,
    others.changed,
    vscode.window.registerUriHandler(
      takesLinks((query) => void commands().then((made) => made.followLink(query), showFailure)),
    ),
    registerLanguageModelTools(async () => (await commands()).languageModelTools),
    servers,
    mcpJson,
    registerCommands({ table: async () => (await commands()).table, log, showFailure }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const isSet = ["gatewayConnect.gateways", "gatewayConnect.tools"].some((name) =>
        change.affectsConfiguration(name),
      );
      if (isSet) gateways.settingsChanged();
    }),
    // Other windows connect and sign out too.
    onFileChanged(file, readConnections),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("chat.mcp")) changes.changed();
    }),
    secrets.onDidChange(({ key }) => {
      if (sessionOfKey(key) !== undefined) changes.changed();
    }),
  );
  await attention.load();
  await readConnections();
  await mcpJson.start().catch((error: unknown) => showFailure(error));
  const isNeeded = () => gateways.book.all.length > 0;
  context.subscriptions.push(loadWhenIdle([lazyBundles.relay, loadTokenRequests], { isNeeded, log }));
  log.info("ready", { version, gateways: gateways.book.all.length });
  return others.exports;
}

/** Ends the sessions at the gateways; tokens stay for the next start. */
export async function deactivate(): Promise<void> {
  await close();
}
