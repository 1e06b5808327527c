import * as vscode from "vscode";
import type { readAuthorizer } from "../../agentcore/authorizer/readAuthorizer.ts";
import type { KeptAttention } from "../../connections/attention/keptAttention.ts";
import { type Connection, suggestedName } from "../../connections/connection.ts";
import { whichEnterprise } from "../../connections/enterprise/whichEnterprise.ts";
import { fetchToGateway, type OutgoingFetch } from "../../connections/fetchToGateway.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { gatewayCandidates, parseGatewayAddress } from "../../connections/gatewayUrl.ts";
import type { ResolvedGateway } from "../../connections/resolvedConnection.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import type { AccessReport } from "../../diagnosis/accessReport.ts";
import type { accessReportPage } from "../../diagnosis/accessReportPage.ts";
import type { accessReportText } from "../../diagnosis/accessReportText.ts";
import type { AskedAccess, BarredServer, GivenAuthorizer, ServerName } from "../../diagnosis/askedAccess.ts";
import type { bothLanguages, ToldAccess } from "../../diagnosis/bothLanguages.ts";
import type { explainAccess } from "../../diagnosis/explainAccess.ts";
import type { keptReport, lastingReport } from "../../diagnosis/lastingReport.ts";
import { isFailure } from "../../failures/failure.ts";
import type { HttpRequest } from "../../lib/httpPort.ts";
import { probeGateway } from "../../oauth/discovery/probeGateway.ts";
import { editorToolLayers } from "../agents/editorToolLayers.ts";
import type { Refusal } from "../connect/refusedStep.ts";
import { copyText } from "../copyText.ts";
import { withCancellableProgress } from "../messages/cancellableProgress.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import { milestones } from "../milestones.ts";
import { translate } from "../translate.ts";
import type { AccessPages } from "../views/accessPage.ts";
import { askConfiguration } from "./askConfiguration.ts";
import { chooseConnection } from "./chooseConnection.ts";
import { type CommandRun, connectionArgument } from "./command.ts";
import { executeCommand } from "./executeCommand.ts";

/** What Explain Access uses of its own bundle, which verifies signatures and knows every provider's words. */
export interface ExplainAccessParts {
  readonly explainAccess: typeof explainAccess;
  readonly bothLanguages: typeof bothLanguages;
  readonly lastingReport: typeof lastingReport;
  readonly keptReport: typeof keptReport;
  readonly accessReportPage: typeof accessReportPage;
  readonly accessReportText: typeof accessReportText;
  readonly readAuthorizer: typeof readAuthorizer;
}

export interface ExplainAccessWorld extends OutgoingFetch {
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
  readonly gateways: Gateways;
  readonly now: () => number;
  /** The servers in the files that this editor's agent reads. */
  readonly serverNames: () => Promise<readonly ServerName[]>;
  /** The rule that keeps a connection's tools from the editor's agent. */
  readonly agentBar: (connectionId: string) => BarredServer | undefined;
  /** How a gateway that is not connected would be used. @throws GatewayFailure `setting_invalid` */
  readonly resolve: (url: string) => ResolvedGateway;
  /** The rules of a gateway that runs in this window. */
  readonly authorizerOf: (url: string) => Promise<GivenAuthorizer | undefined>;
  readonly load: () => Promise<ExplainAccessParts>;
  readonly pages: AccessPages;
  /** Configurations that were pasted, or that AWS gave, in this session, by the gateway's address. */
  readonly given: Map<string, GivenAuthorizer>;
  /** What was found at a gateway that refused a token, by its address: nobody can find that out once the token is gone. */
  readonly kept: Map<string, ToldAccess>;
  /** What was refused before this window was opened, too. */
  readonly attention: Pick<KeptAttention, "find">;
  /** The addresses that were looked at since. */
  readonly lookedAt: Set<string>;
  readonly showFailure: ShowFailure;
}

/** A gateway that is connected, or only an address. */
interface Target {
  readonly name: string;
  readonly url: string;
  readonly connection?: Connection;
}

/**
 * **Explain Access**: a page that says why a gateway lets the person in, or does not. It is run with the id of a
 * connection, or with the address of a gateway that need not be connected.
 */
export async function explainAccessCommand(run: CommandRun, world: ExplainAccessWorld): Promise<void> {
  const target = await chooseTarget(connectionArgument(run), world);
  if (target) await show(target, world);
}

async function chooseTarget(argument: string | undefined, world: ExplainAccessWorld): Promise<Target | undefined> {
  const { gateways } = world;
  const known = argument === undefined ? undefined : gateways.find(argument);
  if (known) return targetOf(known);
  if (argument !== undefined && isAddress(argument)) return await atAddress(argument, world);
  if (gateways.book.all.length > 0) {
    const asked = { title: translate("Explain access to which gateway?"), id: argument, choices: gateways.book.all };
    const connection = await chooseConnection(asked, gateways);
    return connection && targetOf(connection);
  }
  const address = await vscode.window.showInputBox({
    title: translate("Explain Access"),
    prompt: translate("The address of the gateway"),
    placeHolder: "https://gateway.example.com/mcp",
    ignoreFocusOut: true,
  });
  return address ? await atAddress(address, world) : undefined;
}

const targetOf = (connection: Connection): Target => ({ name: connection.name, url: connection.url, connection });

/** Whether a text is an address as people write them, rather than the id of a connection that was removed. */
function isAddress(text: string): boolean {
  try {
    return parseGatewayAddress(text).kind === "url";
  } catch (error) {
    return isFailure(error, "url_insecure") || isFailure(error, "address_not_mcp");
  }
}

/** @throws GatewayFailure of `gatewayCandidates` */
async function atAddress(text: string, world: ExplainAccessWorld): Promise<Target | undefined> {
  const candidates = await gatewayCandidates(text, askRegion);
  if (!candidates) return undefined;
  const connection = world.gateways.book.all.find(({ url }) => candidates.some(({ href }) => href === url));
  if (connection) return targetOf(connection);
  const [first] = candidates;
  // Where no address answers, the report is about the most likely one.
  const url =
    candidates.length > 1
      ? await probeGateway(candidates, { fetch: fetchToGateway(world, candidates) }).then(
          (one) => one.url,
          () => first,
        )
      : first;
  return url && { name: suggestedName(url), url: url.href };
}

async function askRegion(gatewayId: string): Promise<string | undefined> {
  const region = await vscode.window.showInputBox({
    title: translate("Explain Access"),
    prompt: translate("The AWS region of {0}", gatewayId),
    placeHolder: "us-east-1",
    ignoreFocusOut: true,
  });
  return region || undefined;
}

/**
 * Looks why a gateway refuses the token of a connection, as long as there is one, and keeps what it finds for the page and
 * for whatever shows the connection.
 */
export async function findOut(connection: Connection, world: ExplainAccessWorld): Promise<Refusal | undefined> {
  const told = await reportOf(targetOf(connection), world);
  if (!told) return undefined;
  const { shown: report } = told;
  world.kept.set(connection.url, told);
  const { lastingReport } = await world.load();
  const lasting = lastingReport(told, translate);
  world.gateways.noteFinding(connection.id, {
    finding: report.outcome,
    lasting: { finding: lasting.shown.outcome, report: lasting },
  });
  const failed = report.sections.flatMap(({ checks }) => checks.filter(({ state }) => state === "failed"));
  const isAboutAudience = failed.some(({ rule }) => rule === "audience" || rule === "token");
  return { finding: report.outcome, isAboutAudience };
}

/** Looks at the access to a connection, and shows nothing. @returns the report in English */
export const accessReport = async (
  connection: Connection,
  world: ExplainAccessWorld,
): Promise<AccessReport | undefined> => (await reportOf(targetOf(connection), world))?.english;

/** How long a report is fresh enough to be shown without looking anew, in milliseconds. */
const FRESH_MS = 60_000;

/** A report, and whether it is from before the window was opened. */
type KnownReport = ToldAccess & { readonly isEarlier?: true };

/** What is known of a gateway already: found a moment ago, with a token that is gone, or before the window was opened. */
async function knownReport({ url, connection }: Target, world: ExplainAccessWorld): Promise<KnownReport | undefined> {
  if (!connection) return undefined;
  const report = world.kept.get(url);
  if (!report) {
    const earlier = world.lookedAt.has(url) ? undefined : world.attention.find(connection.id)?.report;
    const { keptReport } = await world.load();
    const known = keptReport(earlier);
    return known && { ...known, isEarlier: true };
  }
  if (world.now() - report.english.at < FRESH_MS) return report;
  const tokens = await world.gateways.storedTokens(connection).catch(() => undefined);
  return tokens ? undefined : report;
}

async function reportOf(target: Target, world: ExplainAccessWorld): Promise<ToldAccess | undefined> {
  const explain = await world.load();
  const asked = await askedOf(target, world);
  return await withCancellableProgress(translate("Looking at the access to {0}", target.name), async (signal) => {
    try {
      const { say, told } = explain.bothLanguages(translate);
      const both = told(await explain.explainAccess(asked, { ...world, say, signal }));
      world.lookedAt.add(target.url);
      return both;
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
}

async function show(target: Target, world: ExplainAccessWorld): Promise<void> {
  const { pages, given, kept } = world;
  const { name, url } = target;
  const explain = await world.load();
  const told: KnownReport | undefined = (await knownReport(target, world)) ?? (await reportOf(target, world));
  if (!told) return;
  if (target.connection) void milestones.accessExplained();
  // The person may sign in or remove the gateway before they click a button, so that the gateway is looked up again.
  const again = () => {
    kept.delete(url);
    world.lookedAt.add(url);
    return executeCommand("explainAccess", target.connection?.id ?? url);
  };
  const copied = translate("The report was copied. It holds no token.");
  pages.show(url, {
    title: translate("Access to {0}", name),
    html: (nonce) =>
      explain.accessReportPage(told.shown, nonce, {
        ...{ say: translate, language: vscode.env.language },
        isEarlier: told.isEarlier === true,
      }),
    acts: {
      copy: () => void copyText(explain.accessReportText(told.shown, translate), copied),
      copyInEnglish: () => void copyText(explain.accessReportText(told.english), copied),
      again: () => void again(),
      paste: () =>
        void askConfiguration(url, explain.readAuthorizer).then((configuration) => {
          if (configuration === undefined) return;
          given.set(url, { source: "pasted", configuration });
          void again();
        }, world.showFailure),
    },
  });
}

function signedBy(connection: Connection, { aws }: Gateways): Pick<AskedAccess, "signed"> {
  if (!aws.isSigned(connection)) return {};
  const send = (request: HttpRequest) => aws.fetch(connection, connection.url, request);
  return { signed: { profile: aws.profileOf(connection), send } };
}

/** What is set of the company, and what went wrong last on the way by it. */
async function enterpriseOf(connection: Connection | undefined, { gateways, settings }: ExplainAccessWorld) {
  const state = connection && (await gateways.state(connection));
  const setting = whichEnterprise(settings(), connection?.authorization);
  return { setting, ...(state?.kind === "attention" && { failure: state.failure }) };
}

/** @throws GatewayFailure `setting_invalid`, `stored_secret_unreadable` */
async function askedOf({ name, url, connection }: Target, world: ExplainAccessWorld): Promise<AskedAccess> {
  const { gateways, given } = world;
  const resolved = connection && gateways.resolved(connection);
  const { settings, flow, redirect } = resolved ?? world.resolve(url);
  const tokens = connection && (await gateways.storedTokens(connection));
  const authorizer: GivenAuthorizer | undefined =
    given.get(url) ??
    (settings.authorizer !== undefined
      ? { source: "settings", configuration: settings.authorizer }
      : await world.authorizerOf(url));
  return {
    gateway: { name, url },
    settings,
    flow,
    redirect,
    bearerToken: resolved?.bearerToken ?? "access",
    ...(connection && { connectionId: connection.id }),
    ...(resolved && { connection: resolved }),
    ...(tokens && { tokens }),
    ...(connection && signedBy(connection, gateways)),
    ...(authorizer && { authorizer }),
    ...(flow === "enterprise" && { enterprise: await enterpriseOf(connection, world) }),
    toolLayers: editorToolLayers(url, world.settings()),
    rules: world.settings().policy?.of(url),
  };
}
