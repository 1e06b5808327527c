import { readFile } from "node:fs/promises";
import * as vscode from "vscode";
import type { readAuthorizer } from "../../agentcore/authorizer/readAuthorizer.ts";
import { type Connection, suggestedName } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { gatewayCandidates, parseGatewayAddress } from "../../connections/gatewayUrl.ts";
import type { ResolvedGateway } from "../../connections/resolvedConnection.ts";
import type { accessReportPage } from "../../diagnosis/accessReportPage.ts";
import type { accessReportText } from "../../diagnosis/accessReportText.ts";
import type { AccessWorld, AskedAccess, GivenAuthorizer } from "../../diagnosis/askedAccess.ts";
import type { explainAccess } from "../../diagnosis/explainAccess.ts";
import { getGatewayCommand } from "../../diagnosis/getGatewayCommand.ts";
import { isFailure } from "../../failures/failure.ts";
import type { Log } from "../../lib/log.ts";
import { probeGateway } from "../../oauth/discovery/probeGateway.ts";
import type { AccessPages } from "../accessPage.ts";
import { withCancellableProgress } from "../browserSignIn.ts";
import { showFailure } from "../showFailure.ts";
import { chooseConnection } from "./signInCommands.ts";

/** What comes with the relay, since it verifies signatures and knows every provider's words. */
export interface ExplainAccessParts {
  readonly explainAccess: typeof explainAccess;
  readonly accessReportPage: typeof accessReportPage;
  readonly accessReportText: typeof accessReportText;
  readonly readAuthorizer: typeof readAuthorizer;
}

export interface ExplainAccessWorld extends Omit<AccessWorld, "signal"> {
  readonly gateways: Gateways;
  /** How a gateway that is not connected would be used. @throws GatewayFailure `setting_invalid` */
  readonly resolve: (url: string) => ResolvedGateway;
  /** The rules of a gateway that runs in this window. */
  readonly authorizerOf: (url: string) => Promise<GivenAuthorizer | undefined>;
  readonly load: () => Promise<ExplainAccessParts>;
  readonly pages: AccessPages;
  /** Configurations that were pasted in this session, by the gateway's address. */
  readonly pasted: Map<string, unknown>;
  readonly log: Log;
}

/** A gateway that is connected, or only an address. */
interface Target {
  readonly name: string;
  readonly url: string;
  readonly connection?: Connection;
}

/**
 * Explain Access: a page that says why a gateway lets the person in, or does not.
 *
 * @param argument the id of a connection, or the address of a gateway that need not be connected
 */
export async function explainAccessCommand(argument: string | undefined, world: ExplainAccessWorld): Promise<void> {
  try {
    const target = await chooseTarget(argument, world);
    if (target) await show(target, world);
  } catch (error) {
    showFailure(error, world.log);
  }
}

async function chooseTarget(argument: string | undefined, world: ExplainAccessWorld): Promise<Target | undefined> {
  const { gateways } = world;
  const known = argument === undefined ? undefined : gateways.find(argument);
  if (known) return targetOf(known);
  if (argument !== undefined && isAddress(argument)) return await atAddress(argument, world);
  if (gateways.book.all.length > 0) {
    const connection = await chooseConnection(
      "Explain access to which gateway?",
      argument,
      gateways.book.all,
      gateways,
    );
    return connection && targetOf(connection);
  }
  const address = await vscode.window.showInputBox({
    title: "Explain Access",
    prompt: "The address of the gateway",
    placeHolder: "https://gateway.example.com/mcp",
    ignoreFocusOut: true,
  });
  return address ? await atAddress(address, world) : undefined;
}

const targetOf = (connection: Connection): Target => ({ name: connection.name, url: connection.url, connection });

/** Whether it is an address, as people write them, rather than the id of a connection that is gone. */
function isAddress(text: string): boolean {
  try {
    return parseGatewayAddress(text).kind === "url";
  } catch (error) {
    return isFailure(error, "url_insecure");
  }
}

/** @throws GatewayFailure `url_invalid`, `url_insecure`, `region_invalid` */
async function atAddress(text: string, { gateways, fetch }: ExplainAccessWorld): Promise<Target | undefined> {
  const candidates = await gatewayCandidates(text, askRegion);
  if (!candidates) return undefined;
  const connection = gateways.book.all.find(({ url }) => candidates.some(({ href }) => href === url));
  if (connection) return targetOf(connection);
  const [first] = candidates;
  // Where nothing answers, the report says so of the best address.
  const url =
    candidates.length > 1
      ? await probeGateway(candidates, { fetch }).then(
          (one) => one.url,
          () => first,
        )
      : first;
  return url && { name: suggestedName(url), url: url.href };
}

async function askRegion(gatewayId: string): Promise<string | undefined> {
  const region = await vscode.window.showInputBox({
    title: "Explain Access",
    prompt: `The AWS region of ${gatewayId}`,
    placeHolder: "us-east-1",
    ignoreFocusOut: true,
  });
  return region || undefined;
}

async function show(target: Target, world: ExplainAccessWorld): Promise<void> {
  const { pages, pasted } = world;
  const { name, url } = target;
  const parts = await world.load();
  const asked = await askedOf(target, world);
  const report = await withCancellableProgress(`Looking at the access to ${name}`, async (signal) => {
    try {
      return await parts.explainAccess(asked, { ...world, signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
  if (!report) return;
  // What the buttons find may differ from now: the person may sign in, or remove the gateway.
  const again = () => explainAccessCommand(target.connection?.id ?? url, world);
  pages.show(url, {
    title: `Access to ${name}`,
    html: (nonce) => parts.accessReportPage(report, nonce),
    acts: {
      copy: () => void copy(parts.accessReportText(report)),
      again: () => void again(),
      paste: () =>
        void askConfiguration(url, parts).then(async (configuration) => {
          if (configuration === undefined) return;
          pasted.set(url, configuration);
          await again();
        }),
    },
  });
}

/** @throws GatewayFailure `setting_invalid`, `stored_secret_unreadable` */
async function askedOf({ name, url, connection }: Target, world: ExplainAccessWorld): Promise<AskedAccess> {
  const { gateways, pasted } = world;
  const resolved = connection && gateways.resolved(connection);
  const { settings, flow, redirect } = resolved ?? world.resolve(url);
  const sessionId = connection?.sessionId;
  const tokens = sessionId === undefined ? undefined : await gateways.store.read(sessionId);
  const authorizer: GivenAuthorizer | undefined = pasted.has(url)
    ? { source: "pasted", configuration: pasted.get(url) }
    : settings.authorizer !== undefined
      ? { source: "settings", configuration: settings.authorizer }
      : await world.authorizerOf(url);
  return {
    gateway: { name, url },
    settings,
    flow,
    redirect,
    bearerToken: resolved?.bearerToken ?? "access",
    ...(connection && { connectionId: connection.id }),
    ...(resolved && { connection: resolved }),
    ...(tokens && { tokens }),
    ...(authorizer && { authorizer }),
  };
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage("$(check) The report was copied. It holds no token.", 4_000);
}

/** Asks for the gateway's configuration until it can be read, or the person gives up. It is kept for this session only. */
async function askConfiguration(
  url: string,
  parts: Pick<ExplainAccessParts, "readAuthorizer">,
): Promise<string | undefined> {
  const command = getGatewayCommand(url);
  const fromClipboard = {
    label: "$(clippy) Paste from the Clipboard",
    detail: "What get-gateway printed, or customJWTAuthorizer alone",
  };
  const fromFile = { label: "$(folder-opened) Choose a File…", detail: "JSON; comments may be in it" };
  const copyCommand = { label: "$(terminal) Copy the Command That Prints It", detail: command ?? "" };
  const title = "The Gateway's Configuration";
  const chosen = await vscode.window.showQuickPick([fromClipboard, fromFile, ...(command ? [copyCommand] : [])], {
    title,
  });
  if (chosen === copyCommand) {
    await vscode.env.clipboard.writeText(command ?? "");
    vscode.window.setStatusBarMessage("$(check) Copied. Run it, copy what it prints, and paste that.", 6_000);
    return undefined;
  }
  const text =
    chosen === fromClipboard ? await vscode.env.clipboard.readText() : chosen && (await readChosenFile(title));
  if (text === undefined) return undefined;
  const read = parts.readAuthorizer(text);
  if (read.kind !== "faulty") return text;
  const [first] = read.faults;
  const where = first?.path ? `${first.path}: ` : "";
  const said = `This is not the configuration of a gateway. Line ${first?.line}, column ${first?.column}: ${where}${first?.problem}.`;
  const retry = "Try Again";
  if ((await vscode.window.showErrorMessage(said, retry)) !== retry) return undefined;
  return await askConfiguration(url, parts);
}

async function readChosenFile(title: string): Promise<string | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ title, filters: { JSON: ["json", "jsonc"] } })) ?? [];
  return file && (await readFile(file.fsPath, "utf8"));
}
