import * as vscode from "vscode";
import type { ToolDenials } from "../../connections/agents/toolDenials.ts";
import type { LoadAws } from "../../connections/aws/awsPart.ts";
import type { Connection } from "../../connections/connection.ts";
import type { OutgoingFetch } from "../../connections/fetchToGateway.ts";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { GatewaysWorld } from "../../connections/gatewaysWorld.ts";
import type { SuggestedGateway } from "../../connections/offers/teamFile.ts";
import { resolveGateway } from "../../connections/resolvedConnection.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import type { TrafficTap } from "../../connections/traffic/trafficTap.ts";
import { hostIdOfEditor } from "../../hosts/hostIds.ts";
import type { Log } from "../../lib/log.ts";
import { once } from "../../lib/once.ts";
import type { SharedSignIns } from "../../node/secrets/sharedSignIns.ts";
import type { SignInFlow } from "../../oauth/signIn/signInFlow.ts";
import { claimTexts } from "../../oauth/tokens/claimTexts.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { agentAnswers } from "../agents/agentAnswers.ts";
import { type AgentWorld, barOf } from "../agents/agentTools.ts";
import { type CallForExtensionWorld, callForExtension } from "../agents/callForExtension.ts";
import type { ExtensionApi } from "../agents/extensionApi.ts";
import { languageModelTools } from "../agents/languageModelTools.ts";
import type { LanguageModelTools } from "../agents/registerLanguageModelTools.ts";
import type { GatewayFollower } from "../gatewayChanges.ts";
import type { LazyBundles } from "../lazyBundles.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import { failureWords } from "../messages/failureWords.ts";
import { logFailure } from "../messages/logFailure.ts";
import type { Tell } from "../messages/unaskedMessages.ts";
import type { RunningPrograms } from "../runningPrograms.ts";
import type { Hosts } from "../servers/hosts.ts";
import { serverNames } from "../servers/serverNames.ts";
import type { EditorSignIn } from "../signIn/editorSignIn.ts";
import type { Suggestions } from "../team/suggestions.ts";
import type { createToolPages } from "../toolPages/toolPages.ts";
import type { createTrafficCommands } from "../traffic/trafficCommands.ts";
import { AccessPages } from "../views/accessPage.ts";
import { changeSecretCommand } from "./changeSecretCommand.ts";
import { connectionOf } from "./chooseConnection.ts";
import { addressArgument, type CommandRun, type CommandTable, fileArgument, textArgument } from "./command.ts";
import type { CommandId } from "./commandIds.ts";
import type { ConnectOptions, ConnectWorld, KnownClient } from "./connectCommand.ts";
import { copyDiagnosticsCommand } from "./copyDiagnosticsCommand.ts";
import { accessReport, type ExplainAccessWorld, explainAccessCommand, findOut } from "./explainAccessCommand.ts";
import { LocalGatewayCommands } from "./localGatewayCommands.ts";
import { menuCommand } from "./menuCommand.ts";
import { pasteRedirectCommand } from "./pasteRedirectCommand.ts";
import { SandboxCommands } from "./sandboxCommands.ts";
import { signInCommand, signInWithCodeCommand, useAnotherAccountCommand } from "./signInCommands.ts";
import { removeGatewayCommand, signOut, signOutCommand, signOutInBrowserCommand } from "./signOutCommands.ts";
import type { createUpkeep, Upkeep } from "./upkeep.ts";
import { upkeepIds } from "./upkeepIds.ts";

/** All that commands need of the window they run in. */
export interface CommandsWorld extends OutgoingFetch {
  readonly gateways: Gateways;
  readonly attention: ExplainAccessWorld["attention"];
  readonly browser: EditorSignIn;
  readonly hosts: Hosts;
  /** The sign-ins of this window that other programs share. */
  readonly keychain: () => Promise<SharedSignIns>;
  readonly lazyBundles: LazyBundles;
  /** Loads `upkeep.cjs`. */
  readonly loadUpkeep: () => Promise<{ readonly createUpkeep: typeof createUpkeep }>;
  /** Loads `toolPages.cjs`. */
  readonly loadToolPages: () => Promise<{ readonly createToolPages: typeof createToolPages }>;
  /** Loads `traffic.cjs`. */
  readonly loadTraffic: () => Promise<{ readonly createTrafficCommands: typeof createTrafficCommands }>;
  readonly traffic: TrafficTap;
  readonly denials: ToolDenials;
  readonly trafficChanged: () => void;
  /** Calls back whenever the state or the tools of a gateway may have changed. */
  readonly follow: (follower: GatewayFollower) => void;
  /** Every gateway with its state. */
  readonly summaries: () => Promise<readonly GatewaySummary[]>;
  /** The local gateways and sandbox of this window. */
  readonly running: RunningPrograms;
  /** Lets the person find a tool, and shows it in the view. */
  readonly findTool: () => Promise<void>;
  /** What repositories suggest. */
  readonly suggestions: () => Promise<Suggestions>;
  /** Opens the socket that bridges and the editor come in by. */
  readonly openSocket: () => Promise<unknown>;
  readonly isSocketOpen: () => boolean;
  readonly now: () => number;
  readonly secrets: SecretStore;
  readonly settings: () => SettingsValues;
  readonly redirect: GatewaysWorld["redirect"];
  readonly moreGrants: readonly string[];
  /** Loads what signs with AWS credentials. */
  readonly loadAws: LoadAws;
  readonly log: Log;
  readonly showLog: () => void;
  readonly showFailure: ShowFailure;
  readonly tell: Tell;
  readonly agent: AgentWorld;
  /** The extension's storage. */
  readonly folder: string;
  /** Of this extension. */
  readonly version: string;
  /** Whether a session is one that this window gave to the editor. */
  readonly isGiven: CallForExtensionWorld["isGiven"];
  /** The programs of this extension that are started as processes. */
  readonly programs: { readonly localGateway: string; readonly sandbox: string };
  /** The folder of the scripts and styles of pages. */
  readonly webviews: string;
}

/** What commands do, with the processes and pages that they leave open. */
export interface Commands extends vscode.Disposable {
  readonly table: CommandTable;
  /** Signs out of these gateways and tells the person what was revoked. */
  readonly signOut: (connections: readonly Connection[]) => Promise<void>;
  /** Connects the gateway of a link that somebody followed, unless it is refused. */
  readonly followLink: (query: string) => Promise<unknown>;
  /** Connects a gateway that a repository suggests, where the person confirms it. */
  readonly connectSuggested: (gateway: SuggestedGateway, from: string) => Promise<void>;
  /** How many entries of mcp-remote could be imported. */
  readonly importable: () => Promise<number>;
  /** What agents are told. */
  readonly languageModelTools: LanguageModelTools;
  /** Calls a tool for another extension. */
  readonly callTool: ExtensionApi["callTool"];
}

/** Makes the table of commands, once for a window: local gateways and the sandbox are in its hands. */
export function createCommands(world: CommandsWorld): Commands {
  const { gateways, browser, hosts, lazyBundles } = world;
  const open: vscode.Disposable[] = [];
  const opened = <T extends vscode.Disposable>(one: T): T => {
    open.push(one);
    return one;
  };
  const pages = opened(new AccessPages());
  const upkeep = once(async () => {
    const { createUpkeep } = await world.loadUpkeep();
    return opened(createUpkeep({ ...world, connect: (address) => connect({ address }, async () => {}) }));
  });
  /** Commands that come with a bundle of their own, when the first of them is run. */
  const keptUp = Object.fromEntries(
    upkeepIds.map((id) => [id, async (run: CommandRun) => (await upkeep()).table[id](run)]),
  ) as Upkeep["table"];
  const toolPages = once(async () => opened((await world.loadToolPages()).createToolPages({ ...world, failureWords })));
  const traffic = once(async () => opened((await world.loadTraffic()).createTrafficCommands(world)));
  const localGateways = opened(new LocalGatewayCommands(world));
  const sandbox: SandboxCommands = opened(
    new SandboxCommands({
      ...{ script: world.programs.sandbox, log: world.log, programs: world.running, gateways },
      connect: (options) => connect(options),
    }),
  );

  /** Only an editor that is a host of its own reads a file. */
  const offerEntry = async (connection: Connection) => {
    if (hostIdOfEditor(vscode.env.appName)) await (await upkeep()).offerEntry(connection);
  };

  const explaining: ExplainAccessWorld = {
    ...world,
    serverNames: async () =>
      serverNames({ ...(await lazyBundles.mcpJson()), places: await hosts.files(), read: hosts.read }),
    agentBar: (id) => {
      const connection = gateways.find(id);
      const bar = connection && barOf(connection, world.agent.addressOf(connection));
      return bar && { bar, server: connection };
    },
    resolve: (url) => resolveGateway({ url }, world),
    authorizerOf: async (url) => sandbox.authorizerOf(url) ?? (await localGateways.authorizerOf(url)),
    load: lazyBundles.explain,
    pages,
    given: new Map(),
    kept: new Map(),
    lookedAt: new Set(),
  };
  const connecting = (connected: ConnectWorld["connected"]): ConnectWorld => ({
    ...{ ...world, failureWords, logFailure, connected },
    loadChoose: lazyBundles.choose,
    described: (url, configuration) => explaining.given.set(url, { source: "AWS", configuration }),
    findOut: (connection) => findOut(connection, explaining),
  });
  const connect = async (options: ConnectOptions, connected = offerEntry) => {
    const { connectCommand } = await lazyBundles.connect();
    return await connectCommand(options, connecting(connected));
  };
  const knownOf = (run: CommandRun): KnownClient => sandbox.clientOf(addressArgument(run)) ?? knownClient(run.args[1]);
  const connectAsked = (run: CommandRun, flow?: Exclude<SignInFlow, "browser">) =>
    connect({
      ...{ address: addressArgument(run), known: knownOf(run), ...(flow && { flow }) },
      ...localGateways.named(addressArgument(run)),
    });

  const table = {
    connect: (run) => connectAsked(run),
    connectAsMachine: (run) => connectAsked(run, "clientCredentials"),
    connectWithCode: (run) => connectAsked(run, "deviceCode"),
    chooseGateway: () => connect({ address: undefined, fromAws: true }),
    ...keptUp,
    signIn: (run) => signInCommand(run, world),
    signInWithCode: (run) => signInWithCodeCommand(run, world),
    useAnotherAccount: (run) => useAnotherAccountCommand(run, world),
    signOut: (run) => signOutCommand(run, world),
    signOutInBrowser: (run) => signOutInBrowserCommand(run, gateways),
    changeSecret: (run) => changeSecretCommand(run, world),
    removeGateway: (run) =>
      removeGatewayCommand(run, { ...world, removed: async (one) => (await upkeep()).removeEntries(one) }),
    runTool: async (run) => (await toolPages()).runTool(run),
    openTool: async (run) => (await toolPages()).open("tool", run),
    openResource: async (run) => (await toolPages()).open("resource", run),
    openPrompt: async (run) => (await toolPages()).open("prompt", run),
    explainAccess: (run) => explainAccessCommand(run, explaining),
    startLocalGateway: (run) => localGateways.start(fileArgument(run)),
    stopLocalGateway: (run) => localGateways.stop(fileArgument(run)),
    trySandbox: (run) => sandbox.try(textArgument(run)),
    startSandbox: (run) => sandbox.start(textArgument(run)),
    stopSandbox: () => sandbox.stop(),
    manageSandbox: () => sandbox.manage(),
    showLog: () => world.showLog(),
    showMenu: async () =>
      menuCommand(await world.summaries(), {
        ...{ signIn: browser, policy: world.settings().policy, showFailure: world.showFailure },
      }),
    copyDiagnostics: () => copyDiagnosticsCommand({ ...world, load: lazyBundles.explain }),
    pasteRedirect: () => pasteRedirectCommand(browser),
    refreshGateway: async (run) => (await lazyBundles.view()).refreshGatewayCommand(run, world),
    renameGateway: async (run) => (await lazyBundles.view()).renameGatewayCommand(run, world),
    copySetUpLink: async (run) => (await lazyBundles.view()).copySetUpLinkCommand(run, gateways, world.agent.extension),
    showTraffic: async (run) => (await traffic()).show(run),
    stopTraffic: async (run) => (await traffic()).stop(run),
    setLogLevel: async (run) => (await traffic()).setLogLevel(run),
    copyAddress: async (run) => (await lazyBundles.view()).copyAddressCommand(run, world),
    newPolicySession: async (run) => (await lazyBundles.view()).newPolicySessionCommand(run, world),
    openConsentPortal: async (run) => (await lazyBundles.view()).openConsentPortalCommand(run, world),
    consentAgain: async (run) => (await lazyBundles.view()).consentAgainCommand(run, gateways),
    directMode: async (run) => (await lazyBundles.view()).directModeCommand(run, world),
    shareSignIn: async (run) => (await lazyBundles.sharing()).shareSignInCommand(run, { ...world, connectionOf }),
    signOutOfCompany: async (run) =>
      (await lazyBundles.sharing()).signOutOfCompanyCommand(run, { ...world, failureWords }),
    openSettings: async (run) =>
      (await lazyBundles.settings()).openSettingsCommand(run, {
        ...world,
        connectionOf,
        loadPlaces: lazyBundles.mcpJson,
      }),
    findTool: () => world.findTool(),
    hideTool: async (run) => (await lazyBundles.view()).hideToolCommand(run, true, world),
    showTool: async (run) => (await lazyBundles.view()).hideToolCommand(run, false, world),
    connectSuggested: async (run) => (await world.suggestions()).connect(run),
    declineSuggested: async (run) => (await world.suggestions()).decline(run),
    openSuggestions: async (run) => (await world.suggestions()).open(run),
  } satisfies Record<CommandId, CommandTable[CommandId]>;

  const answers = agentAnswers({
    summaries: world.summaries,
    report: (connection) => accessReport(connection, explaining),
    claimTexts: async (connection) => claimTexts(await gateways.storedTokens(connection).catch(() => undefined)),
  });
  return {
    table,
    signOut: (connections) => signOut(connections, world),
    followLink: async (query) => (await lazyBundles.connect()).followedLink(query, connecting(offerEntry)),
    connectSuggested: async (gateway, from) =>
      (await lazyBundles.connect()).connectSuggested(gateway, from, connecting(offerEntry)),
    importable: async () => (await upkeep()).importable(),
    languageModelTools: languageModelTools(answers),
    callTool: (call, token) => callForExtension(call, token, world),
    dispose: () => vscode.Disposable.from(...open).dispose(),
  };
}

/** Other extensions may run commands too, with whatever they like. */
function knownClient(argument: unknown): KnownClient {
  const { clientId, clientSecret } = (argument ?? {}) as { readonly [name: string]: unknown };
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return { clientId: text(clientId), clientSecret: text(clientSecret) };
}
