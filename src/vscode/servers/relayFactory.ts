import * as vscode from "vscode";
import type { ToolDenials } from "../../connections/agents/toolDenials.ts";
import { type Connection, serverNameOf } from "../../connections/connection.ts";
import { announcedExtensions } from "../../connections/enterprise/announcedExtensions.ts";
import type { GatewayRelay } from "../../connections/gatewayRelays.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { type SettingsValues, usableSetting } from "../../connections/settings/readGatewaySettings.ts";
import { asFailure } from "../../failures/failure.ts";
import type { FailureWords } from "../../failures/wording.ts";
import type { Log } from "../../lib/log.ts";
import { once } from "../../lib/once.ts";
import type { RelaySocket } from "../../node/bridge/relaySocket.ts";
import type { startRelayWindow } from "../../node/bridge/relayWindow.ts";
import { catalogueStore } from "../../node/catalogueFiles.ts";
import type { Consents } from "../../relay/consent/consents.ts";
import type { GatewayAccess } from "../../relay/gatewayAccess.ts";
import { editorToolLayers } from "../agents/editorToolLayers.ts";
import type { AskedConsents } from "../askedConsents.ts";
import type { RelayBundle } from "../lazyBundles.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import { tellFact } from "../messages/tellFact.ts";
import type { Tell } from "../messages/unaskedMessages.ts";
import { translate } from "../translate.ts";

export interface RelayFactoryWorld {
  readonly gateways: () => Gateways;
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
  readonly load: () => Promise<RelayBundle>;
  /** Asks a person for the consent that a target needs. */
  readonly consents: Consents;
  /** Keeps which gateways have something to consent to. */
  readonly askedConsents: Pick<AskedConsents, "add">;
  /** Loads what opens the socket. */
  readonly loadSocket: () => Promise<{ readonly startRelayWindow: typeof startRelayWindow }>;
  /** The extension's storage. */
  readonly folder: string;
  /** The folder of the lists of tools. */
  readonly catalogues: string;
  readonly version: string;
  readonly now: () => number;
  readonly log: Log;
  readonly showFailure: ShowFailure;
  readonly tell: Tell;
  readonly onToolsChanged: (connectionId: string) => void;
  /** What keeps the tools whose last call was denied. */
  readonly denials: Pick<ToolDenials, "called">;
  /** Called when something else is kept of what a gateway listed. */
  readonly onCatalogueChanged: (connectionId: string) => void;
}

/** The relays of this window, and the socket that leads to them. Neither is there before it is asked for. */
export class RelayFactory {
  readonly #world: RelayFactoryWorld;
  readonly #socket: () => Promise<RelaySocket>;
  #opened: Promise<RelaySocket | undefined> | undefined;
  #listening: RelaySocket | undefined;

  constructor(world: RelayFactoryWorld) {
    this.#world = world;
    this.#socket = once(() => this.#start());
  }

  /** Makes the relay of a connection; the MCP SDK is loaded with the first one. */
  async create(connection: Connection, access: GatewayAccess): Promise<GatewayRelay> {
    const { load, settings, catalogues, version, log, now, consents, onToolsChanged, onCatalogueChanged, gateways } =
      this.#world;
    const { askedConsents: asked } = this.#world;
    const { id, url } = connection;
    const { Relay, ToolsOfAgents, failureText } = await load();
    const failureWords: FailureWords = (failure) => failureText(failure, translate);
    const catalogue = catalogueStore(catalogues, id);
    return new Relay(
      { id, name: serverNameOf(connection), url, version },
      {
        ...{ access, catalogue, log, now, failureWords },
        agentTools: new ToolsOfAgents(serverNameOf(connection), () => editorToolLayers(url, settings())),
        extensions: () => announcedExtensions(gateways().readable(connection)),
        policySession: () => usableSetting("policySession", settings(), url) === true,
        onPolicySessionEnded: () => {
          const text = translate(
            "The policies of {0} changed. A new policy session has begun, in which earlier calls do not count.",
            connection.name,
          );
          this.#world.tell({ text, gateway: id, show: () => tellFact(text, { severity: "warning" }) });
        },
        consents,
        onConsentAsked: () => asked.add(id),
        consentPortal: () => usableSetting("consentPortal", settings(), url),
        maxResultMiB: () => usableSetting("maxResultMiB", settings(), url),
        protocolVersion: () => usableSetting("protocolVersion", settings(), url),
        onToolsChanged: () => onToolsChanged(id),
        onToolCall: (tool, failure) => this.#world.denials.called(id, tool, failure),
        onCatalogueChanged: () => onCatalogueChanged(id),
      },
    );
  }

  /** Opens the socket, unless it is open. A failure is shown, and the next caller tries again. */
  open(): Promise<RelaySocket> {
    return this.#socket();
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** The address of a gateway on the socket, once that is open. */
  uri(id: string): string | undefined {
    return this.#listening?.uri(id);
  }

  /** Closes the socket: bridges go on through another window. */
  async close(): Promise<void> {
    await (await this.#opened)?.stop();
  }

  /** Why no host may use a gateway, in the words that its log has. */
  async #refusal(id: string): Promise<string | undefined> {
    const { gateways, settings, load } = this.#world;
    try {
      settings()
        .policy?.of(gateways().find(id)?.url ?? "")
        .mayServeHosts();
      return undefined;
    } catch (error) {
      const failure = asFailure(error);
      const { title, detail, nextStep } = (await load()).failureText(failure, translate);
      return `${title} ${detail} ${nextStep} (${failure.code})`;
    }
  }

  async #start(): Promise<RelaySocket> {
    const { gateways, folder, loadSocket, log, showFailure } = this.#world;
    const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const socket = loadSocket().then(({ startRelayWindow }) =>
      startRelayWindow({
        ...{ folder, folders, log },
        find: (id) => gateways().relay(id),
        refusal: (id) => this.#refusal(id),
      }),
    );
    this.#opened = socket.catch(() => undefined);
    try {
      this.#listening = await socket;
      return this.#listening;
    } catch (error) {
      this.#opened = undefined;
      showFailure(error);
      throw error;
    }
  }
}
