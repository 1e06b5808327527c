import { join } from "node:path";
import * as vscode from "vscode";
import { ToolDenials } from "./connections/agents/toolDenials.ts";
import { KeptAttention } from "./connections/attention/keptAttention.ts";
import { Gateways } from "./connections/gateways.ts";
import { GatewayReach } from "./connections/reachability/gatewayReach.ts";
import { TrafficTap } from "./connections/traffic/trafficTap.ts";
import { editorFetch } from "./lib/editorFetch.ts";
import { once } from "./lib/once.ts";
import { outgoingFetch } from "./node/outgoingFetch.ts";
import { loopbackRedirect } from "./node/redirect/loopbackRedirect.ts";
import { credentialPlaces } from "./node/secrets/credentialPlaces.ts";
import { headerPlaces } from "./node/secrets/headerPlaces.ts";
import { deviceCodeGrant } from "./oauth/signIn/deviceCode.ts";
import { credentialReader } from "./oauth/tokens/clientCredential.ts";
import { loadTokenRequests } from "./oauth/tokens/lazyRequests.ts";
import { sessionOfKey } from "./oauth/tokens/secretTokenStore.ts";
import { fileLock } from "./system/fileLock.ts";
import { textFile } from "./system/textFile.ts";
import { barOf } from "./vscode/agents/agentTools.ts";
import { extensionExports } from "./vscode/agents/extensionApi.ts";
import { registerLanguageModelTools } from "./vscode/agents/registerLanguageModelTools.ts";
import { AskedConsents } from "./vscode/askedConsents.ts";
import { registerCommands } from "./vscode/commands/registerCommands.ts";
import { editorPolicy, nameAsManaged } from "./vscode/editorPolicy.ts";
import { GatewayChanges } from "./vscode/gatewayChanges.ts";
import { KeptCatalogues } from "./vscode/keptCatalogues.ts";
import { type LazyBundles, lazyBundle } from "./vscode/lazyBundles.ts";
import { loadWhenIdle } from "./vscode/loadWhenIdle.ts";
import { failureMessages } from "./vscode/messages/failureMessages.ts";
import { openLog } from "./vscode/openLog.ts";
import { RunningPrograms } from "./vscode/runningPrograms.ts";
import { hostsOfMachine } from "./vscode/servers/hosts.ts";
import { McpJson } from "./vscode/servers/mcpJson.ts";
import { McpServers } from "./vscode/servers/mcpServers.ts";
import { RelayFactory } from "./vscode/servers/relayFactory.ts";
import { settingsValues } from "./vscode/settingsValues.ts";
import { onFileChanged } from "./vscode/sharedFile.ts";
import { GatewayAuthenticationProvider } from "./vscode/signIn/authenticationProvider.ts";
import type { AwsSignIn } from "./vscode/signIn/awsSignIn.ts";
import { openBrowser } from "./vscode/signIn/openBrowser.ts";
import { translatedLandingPage } from "./vscode/signIn/translatedLandingPage.ts";
import { watchTeamFiles } from "./vscode/team/watchTeamFiles.ts";
import { uriHandler } from "./vscode/uriHandler.ts";
import { GatewaysView } from "./vscode/views/gatewaysView.ts";
import { StatusBar } from "./vscode/views/statusBar.ts";
import { workspaces } from "./vscode/workspaces.ts";

/** Loads a bundle beside this file. The bundler would take it in if it saw its name. */
const load = (file: string): Promise<unknown> => import(file);
const loadCommands = lazyBundle<typeof import("./commands.ts")>("commands.cjs", load);
const loadToolPages = lazyBundle<typeof import("./toolPages.ts")>("toolPages.cjs", load);
const loadUpkeep = lazyBundle<typeof import("./upkeep.ts")>("upkeep.cjs", load);
const loadTraffic = lazyBundle<typeof import("./traffic.ts")>("traffic.cjs", load);
const loadAwsBundle = lazyBundle<typeof import("./aws.ts")>("aws.cjs", load);
const loadPolicy = (file = "./policy.cjs"): typeof import("./policy.ts") => require(file);
const loadTeam = lazyBundle<typeof import("./team.ts")>("team.cjs", load);
const loadSocket = lazyBundle<typeof import("./socket.ts")>("socket.cjs", load);
const lazyBundles: LazyBundles = {
  relay: lazyBundle<typeof import("./relay.ts")>("relay.cjs", load),
  mcpJson: lazyBundle<typeof import("./mcpJson.ts")>("mcpJson.cjs", load),
  explain: lazyBundle<typeof import("./explain.ts")>("explain.cjs", load),
  connect: lazyBundle<typeof import("./connect.ts")>("connect.cjs", load),
  choose: lazyBundle<typeof import("./choose.ts")>("choose.cjs", load),
  settings: lazyBundle<typeof import("./settings.ts")>("settings.cjs", load),
  view: lazyBundle<typeof import("./view.ts")>("view.cjs", load),
  machine: lazyBundle<typeof import("./machine.ts")>("machine.cjs", load),
  sharing: lazyBundle<typeof import("./sharing.ts")>("sharing.cjs", load),
};

let close: () => Promise<void> = async () => {};

/** Wires everything together. It shows no question and sends no request: both follow an act of the person. */
export async function activate(context: vscode.ExtensionContext) {
  const channel = vscode.window.createOutputChannel("Gateway Connect", { log: true });
  const log = openLog(channel);
  const { showFailure, answerFailure, tell } = failureMessages(loadCommands, { log, now: () => Date.now() });
  const version = String(context.extension.packageJSON.version);
  const [bundles, folder] = [context.asAbsolutePath("dist"), context.globalStorageUri.fsPath];
  const [catalogues, file] = [join(folder, "catalogues"), join(folder, "connections.json")];
  const { secrets } = context;
  const fetch = editorFetch();
  const now = () => Date.now();
  const lastPort = {
    read: () => context.globalState.get<number>("lastRedirectPort"),
    write: (port: number) => context.globalState.update("lastRedirectPort", port),
  };
  const landingPages = () => translatedLandingPage(lazyBundles.explain, context.extension.id);
  const named = () => nameAsManaged(gateways, settings).catch(showFailure);
  const onPolicy = () => void named().then(() => changes.changed());
  const policy = editorPolicy({ load: loadPolicy, log, showFailure, onChanged: onPolicy });
  const settings = () => ({ ...settingsValues(), policy: policy() });
  const redirect = loopbackRedirect({ pages: landingPages, lastPort });
  const reach: GatewayReach = new GatewayReach({
    ...{ now, gateways: () => gateways },
    onChanged: () => changes.changed(),
  });
  const traffic = new TrafficTap();
  const loadAws = once(async () => {
    const { openAws } = await loadAwsBundle();
    const { env, platform } = process;
    return openAws({ env, platform, foreignFolders: workspaces(), cwd: process.cwd(), fetch, now, log });
  });
  const asked = {
    ...outgoingFetch({
      ...{ fetch, settings, now, places: headerPlaces(process.env, process.env, { workspaces }) },
      watched: (way) => traffic.watched(reach.watched(way)),
    }),
    now,
    secrets,
    settings,
    redirect,
    moreGrants: [deviceCodeGrant],
    loadAws,
    log,
  };

  const awsSignIn: AwsSignIn = async (connection, one) =>
    await (await loadAwsBundle()).signInWithAws(connection, { gateways, loadAws, ...one });
  /** Made with the first sign-in of the window. */
  const browser = once(async () => new (await loadCommands()).EditorSignIn(() => gateways, awsSignIn));
  const kept = new KeptCatalogues(catalogues);
  const denials = new ToolDenials({ now, onChanged: () => changes.changed() });
  const askedConsents = new AskedConsents(context.globalState, () => changes.changed());
  const changes: GatewayChanges = new GatewayChanges({
    gateways: () => gateways,
    settings,
    reach: () => reach,
    barOf: (connection) => barOf(connection, servers.addressOf(connection)),
    catalogues: kept,
    ...{ traffic, denials, askedConsents, showFailure },
  });
  const relays: RelayFactory = new RelayFactory({
    gateways: () => gateways,
    settings,
    load: lazyBundles.relay,
    consents: { ask: async (page, signal) => (await lazyBundles.view()).askConsent(page, signal) },
    ...{ denials, askedConsents },
    loadSocket,
    folder,
    catalogues,
    version,
    ...{ now, log, showFailure, tell },
    onToolsChanged: (id) => {
      changes.changed();
      mcpJson.toolsChanged(id);
    },
    onCatalogueChanged: (id) => void view.listed(id),
  });
  const lock = fileLock(join(folder, "locks"));
  const attention = new KeptAttention(textFile(join(folder, "attention.json")), lock, log);
  const sharing = { ...asked, context, lock, onFileChanged, window: () => ({ gateways, changes }) };
  const keychain = once(async () => (await lazyBundles.sharing()).openSharedSignIns(sharing));
  const gateways: Gateways = new Gateways({
    ...asked,
    ...{ attention, lock, elsewhere: async () => (await keychain()).tokens },
    sharedElsewhere: keychain,
    file: textFile(file),
    readCredential: credentialReader(secrets, credentialPlaces(process.env, { workspaces })),
    webIdentityToken: async (wanted) => await (await loadAws()).webIdentityToken(wanted),
    openBrowser,
    createRelay: (connection, access) => relays.create(connection, access),
    prompt: async (prompt) => (await browser()).ask(prompt),
    clientElsewhere: async (connection, known) =>
      (await lazyBundles.connect()).askClientElsewhere(connection, known, (await loadCommands()).failureWords),
    onChanged: () => changes.changed(),
  });
  close = async () => {
    reach.close();
    await relays.close();
    await gateways.close();
    await log.close();
  };

  const hosts = hostsOfMachine({
    ...{ folder, bundles, load: lazyBundles.mcpJson, settings, log },
    connections: () => gateways.book.all,
    mayEnter: (id, host) =>
      policy()
        .of(gateways.find(id)?.url ?? "")
        .mayEnter(host),
  });
  const mcpJson = new McpJson({ ...hosts, showFailure, open: () => relays.open() });
  const commands = once(async () => {
    const made = (await loadCommands()).createCommands({
      ...asked,
      gateways,
      attention,
      browser: await browser(),
      ...{ hosts, keychain, lazyBundles },
      ...{ loadUpkeep, loadToolPages, loadTraffic },
      traffic,
      denials,
      trafficChanged: () => changes.changed(),
      follow: (follower) => changes.follow(follower),
      summaries: () => changes.summaries(),
      suggestions,
      running,
      findTool: () => view.find(),
      openSocket: () => relays.open(),
      isSocketOpen: () => relays.isOpen,
      showLog: () => channel.show(),
      ...{ showFailure: answerFailure, tell },
      agent: { extension: context.extension.id, addressOf: (connection) => servers.addressOf(connection) },
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
  const suggestions = once(async () => {
    const { Suggestions } = await loadTeam();
    const made = new Suggestions({
      memory: context.globalState,
      isConnected: (url) => gateways.book.byUrl(url) !== undefined,
      show: (files) => void view.suggest(files),
      connect: async (gateway, from) => (await commands()).connectSuggested(gateway, from),
      ...{ showFailure, tell },
    });
    changes.follow(() => made.changed());
    return made;
  });
  const statusBar = new StatusBar(loadCommands);
  const servers = new McpServers({ ...asked, gateways, relays, version, extension: context.extension.id });
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
  changes.follow((all) => servers.refresh(all));
  changes.follow(() => accounts.refresh());
  changes.follow((all) => mcpJson.follow(all));

  const readConnections = () => gateways.book.load().catch((error: unknown) => showFailure(error));
  const followLink = async (query: string) => await (await commands()).followLink(query);
  context.subscriptions.push(
    channel,
    statusBar,
    view,
    accounts,
    others.changed,
    vscode.window.registerUriHandler(uriHandler((query) => void followLink(query).catch(showFailure))),
    registerLanguageModelTools(async () => (await commands()).languageModelTools),
    servers,
    mcpJson,
    registerCommands({ table: async () => (await commands()).table, log, showFailure: answerFailure }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      const isSet = ["gatewayConnect.gateways", "gatewayConnect.tools"].some((name) =>
        change.affectsConfiguration(name),
      );
      if (isSet) gateways.settingsChanged();
      else if (change.affectsConfiguration("chat.mcp")) changes.changed();
    }),
    watchTeamFiles(
      () =>
        void suggestions()
          .then((made) => made.refresh())
          .catch(showFailure),
    ),
    // Other windows connect and sign out too.
    onFileChanged(file, readConnections),
    secrets.onDidChange(({ key }) => {
      if (sessionOfKey(key) !== undefined) changes.changed();
    }),
  );
  await attention.load();
  await readConnections();
  await named();
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
