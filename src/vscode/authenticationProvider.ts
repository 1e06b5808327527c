import * as vscode from "vscode";
import type { Connection } from "../connections/connection.ts";
import type { Gateways } from "../connections/gateways.ts";
import { isFailure } from "../failures/failure.ts";
import type { Log } from "../lib/log.ts";
import { type BrowserSignIn, gatewayMarker, providerId } from "./browserSignIn.ts";

/** Sessions are handed to whoever the person allows; the token itself is for the gateway alone. */
const noToken = "held-by-gateway-connect";

export interface AuthenticationWorld {
  readonly gateways: Gateways;
  readonly browser: BrowserSignIn;
  readonly log: Log;
  /** Signs out of these gateways and tells the person what was revoked. */
  readonly signOut: (connections: readonly Connection[]) => Promise<void>;
}

/** The editor's Accounts menu and consent dialogs for our sessions. */
export class GatewayAuthenticationProvider implements vscode.AuthenticationProvider, vscode.Disposable {
  readonly #world: AuthenticationWorld;
  readonly #changed = new vscode.EventEmitter<vscode.AuthenticationProviderAuthenticationSessionsChangeEvent>();
  readonly #registration: vscode.Disposable;
  #known = new Map<string, vscode.AuthenticationSession>();
  #refreshing: Promise<void> = Promise.resolve();
  readonly onDidChangeSessions = this.#changed.event;

  constructor(world: AuthenticationWorld) {
    this.#world = world;
    this.#registration = vscode.authentication.registerAuthenticationProvider(providerId, "Gateway Connect", this, {
      supportsMultipleAccounts: true,
    });
  }

  async getSessions(
    scopes: readonly string[] | undefined,
    options: vscode.AuthenticationProviderSessionOptions,
  ): Promise<vscode.AuthenticationSession[]> {
    const sessions = await this.#sessions();
    return sessions.filter(
      (session) =>
        (options.account === undefined || session.account.id === options.account.id) &&
        (scopes ?? []).every((scope) => session.scopes.includes(scope)),
    );
  }

  async createSession(
    scopes: readonly string[],
    options: vscode.AuthenticationProviderSessionOptions,
  ): Promise<vscode.AuthenticationSession> {
    const connection = this.#meant(scopes) ?? (await this.#chosen());
    if (!connection) throw new vscode.CancellationError();
    const wanted = scopes.filter((scope) => !scope.startsWith(gatewayMarker("")));
    const tokens = await this.#world.browser.signIn(connection, {
      scopes: wanted,
      chooseAccount: options.account === undefined && this.#known.size > 0 && connection.sessionId !== undefined,
    });
    if (!tokens) throw new vscode.CancellationError();
    await this.refresh();
    return {
      id: tokens.sessionId,
      accessToken: noToken,
      account: tokens.account,
      // As asked: the editor looks the session up again by these, and a provider may name its scopes otherwise.
      scopes: [...new Set([gatewayMarker(connection.id), ...wanted, ...tokens.scopes])],
    };
  }

  async removeSession(sessionId: string): Promise<void> {
    await this.#world.signOut(this.#world.gateways.using(sessionId));
  }

  /** Tells the editor what changed, in this window or another. */
  refresh(): Promise<void> {
    this.#refreshing = this.#refreshing.then(async () => {
      const before = this.#known;
      const now = new Map((await this.#sessions()).map((session) => [session.id, session]));
      this.#known = now;
      const added = [...now.values()].filter(({ id }) => !before.has(id));
      const removed = [...before.values()].filter(({ id }) => !now.has(id));
      const changed = [...now.values()].filter(({ id, scopes }) => {
        const known = before.get(id);
        return known !== undefined && known.scopes.join(" ") !== scopes.join(" ");
      });
      if (added.length + removed.length + changed.length > 0) this.#changed.fire({ added, removed, changed });
    });
    return this.#refreshing;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #sessions(): Promise<vscode.AuthenticationSession[]> {
    const { gateways, log } = this.#world;
    const sessions: vscode.AuthenticationSession[] = [];
    for (const id of await gateways.store.list()) {
      try {
        const tokens = await gateways.store.read(id);
        if (!tokens) continue;
        const markers = gateways.using(id).map((connection) => gatewayMarker(connection.id));
        sessions.push({ id, accessToken: noToken, account: tokens.account, scopes: [...markers, ...tokens.scopes] });
      } catch (failure) {
        // One entry that cannot be read hides no other; the gateway that uses it says so itself.
        log.warn("a stored sign-in cannot be read", { code: isFailure(failure) ? failure.code : "unexpected" });
      }
    }
    return sessions;
  }

  #meant(scopes: readonly string[]): Connection | undefined {
    for (const scope of scopes) {
      const prefix = gatewayMarker("");
      if (scope.startsWith(prefix)) return this.#world.gateways.find(scope.slice(prefix.length));
    }
    return undefined;
  }

  /** Somebody asked for a session without saying of which gateway. */
  async #chosen(): Promise<Connection | undefined> {
    const protectedOnes = this.#world.gateways.book.all.filter(({ authorization }) => authorization.kind === "oauth");
    if (protectedOnes.length <= 1) return protectedOnes[0];
    const items = protectedOnes.map((connection) => ({
      label: connection.name,
      description: connection.url,
      connection,
    }));
    return (await vscode.window.showQuickPick(items, { title: "Sign in to which gateway?" }))?.connection;
  }
}
