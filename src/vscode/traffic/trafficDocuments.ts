import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { TrafficRecord } from "../../connections/traffic/exchange.ts";
import { recordedTraffic } from "../../connections/traffic/recordedTraffic.ts";
import type { TrafficTap } from "../../connections/traffic/trafficTap.ts";
import { trafficText } from "../../connections/traffic/trafficText.ts";
import { translate } from "../translate.ts";

export const trafficScheme = "gateway-connect-traffic";

/** How often a document is written anew at most, in milliseconds. */
const WRITE_EVERY_MS = 200;

export interface TrafficWorld {
  readonly gateways: Gateways;
  readonly traffic: TrafficTap;
  readonly now: () => number;
  /** Called when the traffic of a gateway began or ceased to be shown. */
  readonly trafficChanged: () => void;
}

interface Shown {
  readonly uri: vscode.Uri;
  readonly record: TrafficRecord;
  logLevel: string | undefined;
  writing: ReturnType<typeof setTimeout> | undefined;
}

/** The traffic of gateways, each in a document that cannot be changed. What is in it ends with its tab. */
export class TrafficDocuments implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #world: TrafficWorld;
  readonly #shown = new Map<string, Shown>();
  /** The documents whose reader is at the end, and stays there. */
  readonly #followed = new Set<string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registrations: vscode.Disposable;

  constructor(world: TrafficWorld) {
    this.#world = world;
    this.#registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(trafficScheme, this),
      vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
        if (closed.some((tab) => uriOf(tab)?.scheme === trafficScheme)) this.#endClosed();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#follow(document)),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const [id, shown] = [...this.#shown].find(([, one]) => isSame(one.uri, uri)) ?? [];
    if (id === undefined || !shown)
      return translate("This traffic is not shown any more. Run Show Traffic to begin anew.");
    const name = this.#world.gateways.find(id)?.name ?? "";
    return trafficText({ name, logLevel: shown.logLevel }, shown.record, { say: translate, time: exactTime });
  }

  /** The gateway whose traffic a document shows. */
  connectionOf(uri: vscode.Uri): string | undefined {
    return [...this.#shown].find(([, one]) => isSame(one.uri, uri))?.[0];
  }

  get shownOnes(): readonly string[] {
    return [...this.#shown.keys()];
  }

  /** Shows the traffic of a gateway from now on. */
  async show(connection: Connection): Promise<void> {
    const { id, name } = connection;
    const { traffic, gateways, now } = this.#world;
    let shown = this.#shown.get(id);
    if (!shown) {
      // By its end the editor knows how to colour it.
      const uri = vscode.Uri.from({ scheme: trafficScheme, path: `/${id}/${fileName(name)} traffic.log` });
      const record = new TrafficRecord(() => this.#write(id));
      const logLevel = offersLog(await gateways.relay(id)) ? "itsOwn" : undefined;
      shown = { uri, record, logLevel, writing: undefined };
      this.#shown.set(id, shown);
      traffic.watch(
        id,
        recordedTraffic(record, (url) => this.#isOf(id, url), now),
      );
      this.#tell();
    }
    const document = await vscode.workspace.openTextDocument(shown.uri);
    await vscode.window.showTextDocument(document, { preview: false });
    this.#changed.fire(shown.uri);
  }

  /** Notes the level that a gateway was asked for. */
  leveled(id: string, level: string): void {
    const shown = this.#shown.get(id);
    if (!shown) return;
    shown.logLevel = level;
    this.#write(id);
  }

  /** Ends it, and closes the document. */
  async stop(id: string): Promise<void> {
    const shown = this.#shown.get(id);
    this.#end(id);
    const open = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs);
    const tabs = open.filter((tab) => shown && isSame(uriOf(tab), shown.uri));
    if (tabs.length > 0) await vscode.window.tabGroups.close(tabs);
  }

  dispose(): void {
    for (const id of this.#shown.keys()) this.#end(id);
    this.#registrations.dispose();
    this.#changed.dispose();
  }

  #end(id: string): void {
    const shown = this.#shown.get(id);
    if (!shown) return;
    clearTimeout(shown.writing);
    this.#shown.delete(id);
    this.#world.traffic.watch(id, undefined);
    this.#tell();
  }

  #tell(): void {
    void vscode.commands.executeCommand("setContext", "gatewayConnect.trafficShown", this.#shown.size > 0);
    this.#world.trafficChanged();
  }

  #endClosed(): void {
    const open = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).map(uriOf);
    for (const [id, { uri }] of this.#shown) if (!open.some((one) => isSame(one, uri))) this.#end(id);
  }

  /** An address is of the gateway that has it; what belongs to none, such as metadata, is of all on that server. */
  #isOf(id: string, url: string): boolean {
    const address = withoutQuery(url);
    const all = this.#world.gateways.book.all;
    const owners = all.filter((one) => withoutQuery(one.url) === address);
    if (owners.length > 0) return owners.some((one) => one.id === id);
    const connection = this.#world.gateways.find(id);
    return connection !== undefined && new URL(connection.url).origin === new URL(url).origin;
  }

  #write(id: string): void {
    const shown = this.#shown.get(id);
    if (!shown || shown.writing !== undefined) return;
    shown.writing = setTimeout(() => {
      shown.writing = undefined;
      const editor = vscode.window.visibleTextEditors.find(({ document }) => isSame(document.uri, shown.uri));
      const last = editor?.visibleRanges.at(-1)?.end.line ?? 0;
      if (editor && last >= editor.document.lineCount - 2) this.#followed.add(String(shown.uri));
      else this.#followed.delete(String(shown.uri));
      this.#changed.fire(shown.uri);
    }, WRITE_EVERY_MS);
  }

  #follow(document: vscode.TextDocument): void {
    if (document.uri.scheme !== trafficScheme || !this.#followed.has(String(document.uri))) return;
    const end = document.lineAt(document.lineCount - 1).range;
    for (const editor of vscode.window.visibleTextEditors) if (editor.document === document) editor.revealRange(end);
  }
}

type GivenRelay = Awaited<ReturnType<Gateways["relay"]>>;

/** Whether a gateway says that it has log messages (2025-11-25, server/utilities/logging). */
export const offersLog = (relay: GivenRelay): boolean => relay?.catalogue()?.capabilities.logging !== undefined;

const uriOf = ({ input }: vscode.Tab): vscode.Uri | undefined =>
  input instanceof vscode.TabInputText ? input.uri : undefined;

const isSame = (one: vscode.Uri | undefined, other: vscode.Uri): boolean =>
  one !== undefined && one.scheme === other.scheme && one.path === other.path;

const withoutQuery = (url: string): string => url.replace(/[?#].*$/, "").replace(/\/$/, "");

const fileName = (name: string): string => name.replace(/[\\/:*?"<>|#%\p{C}]+/gu, "-").slice(0, 60);

const exactTime = (moment: number): string =>
  new Date(moment).toLocaleTimeString(vscode.env.language, {
    ...({ hour: "2-digit", minute: "2-digit", second: "2-digit" } as const),
    fractionalSecondDigits: 3,
  });
