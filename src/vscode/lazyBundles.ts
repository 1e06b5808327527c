import type { readAuthorizer } from "../agentcore/authorizer/readAuthorizer.ts";
import type { ToolsOfAgents } from "../connections/toolRules/toolsOfAgents.ts";
import type { accessReportPage } from "../diagnosis/accessReportPage.ts";
import type { accessReportText } from "../diagnosis/accessReportText.ts";
import type { bothLanguages } from "../diagnosis/bothLanguages.ts";
import type { diagnosticsText } from "../diagnosis/diagnosticsText.ts";
import type { explainAccess } from "../diagnosis/explainAccess.ts";
import type { keptReport, lastingReport } from "../diagnosis/lastingReport.ts";
import type { failureText } from "../failures/failureText.ts";
import { partLoaded } from "../failures/partLoaded.ts";
import type { formatOf } from "../hosts/formats/formats.ts";
import type { clearedText, revokeCachedSignIn } from "../hosts/mcpRemote/cachedSignIn.ts";
import type { importText } from "../hosts/mcpRemote/importText.ts";
import type { readMcpRemoteEntry } from "../hosts/mcpRemote/mcpRemoteEntry.ts";
import type { memberOffset } from "../lib/json/memberOffset.ts";
import type { findingsText, shareable } from "../node/doctor/finding.ts";
import type { machineFindings } from "../node/doctor/machineFindings.ts";
import type { findHostFiles } from "../node/hostFiles/findHostFiles.ts";
import type { deleteMcpRemoteCache, findMcpRemoteCaches, mcpRemoteFolders } from "../node/hostFiles/mcpRemoteCache.ts";
import type { openHostEntries } from "../node/hostFiles/openHostEntries.ts";
import type { landingPages } from "../node/redirect/landingPage.ts";
import type { Relay } from "../relay/relay.ts";
import type { GatewayChooser } from "./choose/gatewayChooser.ts";
import type { connectCommand } from "./commands/connectCommand.ts";
import type { consentAgainCommand, openConsentPortalCommand } from "./commands/consentCommands.ts";
import type { directModeCommand } from "./commands/directModeCommand.ts";
import type {
  copyAddressCommand,
  hideToolCommand,
  newPolicySessionCommand,
  refreshGatewayCommand,
  renameGatewayCommand,
} from "./commands/gatewayCommands.ts";
import type { offerSharing, shareSignInCommand } from "./commands/shareSignInCommand.ts";
import type { signOutOfCompanyCommand } from "./commands/signOutOfCompanyCommand.ts";
import type { askClientElsewhere } from "./connect/askClientElsewhere.ts";
import type { connectSuggested } from "./connect/connectSuggested.ts";
import type { copySetUpLinkCommand } from "./connect/copySetUpLinkCommand.ts";
import type { followedLink } from "./connect/followedLink.ts";
import type { openSettingsCommand } from "./settings/openSettingsCommand.ts";
import type { openSharedSignIns } from "./signIn/openSharedSignIns.ts";
import type { askConsent } from "./views/askConsent.ts";
import type { createTreeItems } from "./views/treeItems.ts";

/** `relay.cjs`: the relay with the MCP SDK and the words of its failures. */
export interface RelayBundle {
  readonly Relay: typeof Relay;
  readonly ToolsOfAgents: typeof ToolsOfAgents;
  readonly failureText: typeof failureText;
}

/** `mcpJson.cjs`: what reads and changes the files of hosts, and finds a place in JSON. */
export interface McpJsonBundle {
  readonly memberOffset: typeof memberOffset;
  readonly openHostEntries: typeof openHostEntries;
  readonly findHostFiles: typeof findHostFiles;
  readonly formatOf: typeof formatOf;
}

/** `explain.cjs`: Explain Access, the pages that end a sign-in, diagnostics, and what mcp-remote leaves behind. */
export interface ExplainBundle {
  readonly failureText: typeof failureText;
  readonly explainAccess: typeof explainAccess;
  readonly bothLanguages: typeof bothLanguages;
  readonly lastingReport: typeof lastingReport;
  readonly keptReport: typeof keptReport;
  readonly accessReportPage: typeof accessReportPage;
  readonly accessReportText: typeof accessReportText;
  readonly readAuthorizer: typeof readAuthorizer;
  readonly diagnosticsText: typeof diagnosticsText;
  readonly landingPages: typeof landingPages;
  readonly importText: typeof importText;
  readonly readMcpRemoteEntry: typeof readMcpRemoteEntry;
  readonly mcpRemoteFolders: typeof mcpRemoteFolders;
  readonly findMcpRemoteCaches: typeof findMcpRemoteCaches;
  readonly deleteMcpRemoteCache: typeof deleteMcpRemoteCache;
  readonly revokeCachedSignIn: typeof revokeCachedSignIn;
  readonly clearedText: typeof clearedText;
}

/** `connect.cjs`: Connect Gateway. */
export interface ConnectBundle {
  readonly connectCommand: typeof connectCommand;
  readonly followedLink: typeof followedLink;
  readonly connectSuggested: typeof connectSuggested;
  readonly askClientElsewhere: typeof askClientElsewhere;
}

/** `choose.cjs`: Choose a Gateway. */
export interface ChooseBundle {
  readonly GatewayChooser: typeof GatewayChooser;
}

/** `view.cjs`: the view of all gateways, and the commands that are found there. */
export interface ViewBundle {
  readonly createTreeItems: typeof createTreeItems;
  readonly refreshGatewayCommand: typeof refreshGatewayCommand;
  readonly renameGatewayCommand: typeof renameGatewayCommand;
  readonly copyAddressCommand: typeof copyAddressCommand;
  readonly hideToolCommand: typeof hideToolCommand;
  readonly newPolicySessionCommand: typeof newPolicySessionCommand;
  readonly askConsent: typeof askConsent;
  readonly copySetUpLinkCommand: typeof copySetUpLinkCommand;
  readonly openConsentPortalCommand: typeof openConsentPortalCommand;
  readonly consentAgainCommand: typeof consentAgainCommand;
  readonly directModeCommand: typeof directModeCommand;
}

/** `settings.cjs`: Gateway Settings. */
export interface SettingsBundle {
  readonly openSettingsCommand: typeof openSettingsCommand;
}

/** `machine.cjs`: what is told of this machine. */
export interface MachineBundle {
  readonly machineFindings: typeof machineFindings;
  readonly findingsText: typeof findingsText;
  readonly shareable: typeof shareable;
}

/** `sharing.cjs`: the sign-ins that the programs of a person share. */
export interface SharingBundle {
  readonly openSharedSignIns: typeof openSharedSignIns;
  readonly shareSignInCommand: typeof shareSignInCommand;
  readonly offerSharing: typeof offerSharing;
  readonly signOutOfCompanyCommand: typeof signOutOfCompanyCommand;
}

/** The bundles that commands and gateways load when they first need them. */
export interface LazyBundles {
  readonly relay: () => Promise<RelayBundle>;
  readonly mcpJson: () => Promise<McpJsonBundle>;
  readonly explain: () => Promise<ExplainBundle>;
  readonly connect: () => Promise<ConnectBundle>;
  readonly choose: () => Promise<ChooseBundle>;
  readonly settings: () => Promise<SettingsBundle>;
  readonly view: () => Promise<ViewBundle>;
  readonly machine: () => Promise<MachineBundle>;
  readonly sharing: () => Promise<SharingBundle>;
}

/**
 * Loads a bundle when it is first needed.
 *
 * @param file its name, beside the bundle that is running
 * @throws GatewayFailure `part_not_loaded`
 */
export function lazyBundle<T>(file: string, load: (file: string) => Promise<unknown>): () => Promise<T> {
  return async () => (await partLoaded(load(`./${file}`), file)) as T;
}
