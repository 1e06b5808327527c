import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { accountAtIssuer, isNamed } from "../../oauth/tokens/account.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import { translate } from "../translate.ts";
import type { EditorSignIn } from "./editorSignIn.ts";
import { gatewayMarker, providerId } from "./providerId.ts";

export interface AuthenticationWorld {
  readonly gateways: Gateways;
  readonly browser: Pick<EditorSignIn, "signIn">;
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
  /** By session: what stands in the place of a token, which is for the gateway alone. The editor gives it to those allowed. */
  readonly #handles = new Map<string, string>();
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
      accessToken: this.#handleOf(tokens.sessionId),
      account: shownAccount(tokens),
      // As asked: the editor looks the session up again by these, and a provider may name its scopes otherwise.
      scopes: [...new Set([gatewayMarker(connection.id), ...wanted, ...tokens.scopes])],
    };
  }

  async removeSession(sessionId: string): Promise<void> {
    const { gateways } = this.#world;
    const users = gateways.using(sessionId);
    await (users.length > 0 ? this.#world.signOut(users) : gateways.forget(sessionId));
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
      for (const id of this.#handles.keys()) if (!now.has(id)) this.#handles.delete(id);
      if (added.length + removed.length + changed.length > 0) this.#changed.fire({ added, removed, changed });
    });
    return this.#refreshing;
  }

  /** Whether a session came from here, by way of the editor, to whoever shows it. */
  isGiven({ id, accessToken }: Pick<vscode.AuthenticationSession, "id" | "accessToken">): boolean {
    return this.#handles.get(id) === accessToken;
  }

  #handleOf(sessionId: string): string {
    const known = this.#handles.get(sessionId);
    if (known !== undefined) return known;
    const handle = `no-token-${randomBytes(32).toString("base64url")}`;
    this.#handles.set(sessionId, handle);
    return handle;
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  async #sessions(): Promise<vscode.AuthenticationSession[]> {
    const sessions = await this.#world.gateways.sessions();
    return sessions.map(({ tokens, connections }) => {
      const { sessionId, scopes } = tokens;
      const markers = connections.map(({ id }) => gatewayMarker(id));
      return {
        id: sessionId,
        accessToken: this.#handleOf(sessionId),
        account: shownAccount(tokens),
        scopes: [...markers, ...scopes],
      };
    });
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
    const { gateways } = this.#world;
    const protectedOnes = gateways.book.all.filter((one) => gateways.asksForSignIn(one));
    if (protectedOnes.length <= 1) return protectedOnes[0];
    const items = protectedOnes.map((connection) => ({
      label: connection.name,
      description: connection.url,
      connection,
    }));
    return (await vscode.window.showQuickPick(items, { title: translate("Sign in to which gateway?") }))?.connection;
  }
}

/**
 * An account as the editor lists it, by its label, to which it also keeps who may use the account: that of another issuer has
 * to have another one.
 */
function shownAccount({ account, server, sessionId }: TokenSet): vscode.AuthenticationSessionAccountInformation {
  const signIn = { account, server };
  if (isNamed(account)) return { id: `${server.issuer} ${account.id}`, label: accountAtIssuer(signIn, translate) };
  return { id: sessionId, label: translate("Signed in at {0}", foreignText(new URL(server.issuer).host)) };
}
