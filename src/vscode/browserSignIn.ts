import * as vscode from "vscode";
import type { Connection } from "../connections/connection.ts";
import type { SignInPrompt } from "../connections/connectionAccess.ts";
import { flowText } from "../connections/flowText.ts";
import type { Gateways } from "../connections/gateways.ts";
import type { ResolvedConnection } from "../connections/resolvedConnection.ts";
import type { SignInOverrides } from "../connections/signInToConnection.ts";
import { type AnyFailure, asFailure } from "../failures/failure.ts";
import { type DeviceCode, offersDeviceCode } from "../oauth/signIn/deviceSignIn.ts";
import type { SignInFlow } from "../oauth/signIn/signInFlow.ts";
import type { TokenSet } from "../oauth/tokens/tokenSet.ts";
import type { SignInEnding } from "../relay/gatewayAccess.ts";

/** The authentication provider's id, also in the manifest. */
export const providerId = "gateway-connect";

/** The scope that says which gateway is meant. It never leaves the editor. */
export const gatewayMarker = (id: string): string => `gateway:${id}`;

/**
 * A person's way through the editor's dialog and the browser, for everybody who needs a sign-in.
 *
 * `ask` goes through the editor's authentication API, so that the editor asks for consent and lists the account;
 * the editor then calls the authentication provider, which comes back here with `signIn`.
 */
export class BrowserSignIn {
  readonly #gateways: () => Gateways;
  readonly #failures = new Map<string, AnyFailure>();
  /** Sign-ins that somebody else shows the progress of. */
  readonly #watched = new Map<string, AbortSignal>();
  /** Sign-ins by another flow than their gateway's. */
  readonly #flows = new Map<string, SignInFlow>();
  /** Sign-ins in the place of one that is of no use any more, as the same person. */
  readonly #again = new Set<string>();
  #paste: ((address: string) => Promise<void>) | undefined;

  constructor(gateways: () => Gateways) {
    this.#gateways = gateways;
  }

  /** Asks the person to sign in; `signal` ends the waiting of a caller that shows its own progress. */
  async ask({ connection, because, scopes }: SignInPrompt, signal?: AbortSignal): Promise<SignInEnding> {
    const { id, name, url } = connection;
    if (because === "insufficient_scope") {
      const detail = `Sign in to "${name}" again to allow more: ${scopes.join(", ")}.`;
      return await this.#ask(connection, scopes, { createIfNone: { detail } }, signal);
    }
    const gateways = this.#gateways();
    const shared = await gateways.sharedAccount(connection).catch(() => undefined);
    const others = shared && gateways.using(shared.sessionId).map((other) => `"${other.name}"`);
    const detail = others
      ? `Use the sign-in of ${shared.account.label} (${others.join(", ")}) for "${name}" (${url}) too?`
      : `Sign in to "${name}" (${url}) so that your agent can use its tools. ${this.#next(connection)}`;
    // A sign-in that is there and of no use would be handed back at once.
    const { sessionId } = gateways.find(id) ?? connection;
    const isStale =
      sessionId !== undefined && (await gateways.store.read(sessionId).catch(() => undefined)) !== undefined;
    if (!isStale) return await this.#ask(connection, scopes, { createIfNone: { detail } }, signal);
    this.#again.add(id);
    try {
      return await this.#ask(connection, scopes, { forceNewSession: { detail } }, signal);
    } finally {
      this.#again.delete(id);
    }
  }

  /** Lets the person sign in on another device, with a code (RFC 8628). */
  async askWithCode(connection: Connection): Promise<SignInEnding> {
    const { id, name, url } = connection;
    const detail = `Sign in to "${name}" (${url}) with a code, on this computer or any other device.`;
    this.#flows.set(id, "deviceCode");
    try {
      return await this.#ask(connection, [], { forceNewSession: { detail } }, undefined);
    } finally {
      this.#flows.delete(id);
    }
  }

  /** Lets the person sign in as somebody else; whoever is signed in stays so until that worked. */
  askForAnother(connection: Connection): Promise<SignInEnding> {
    const detail = `Sign in to "${connection.name}" (${connection.url}) with another account. ${this.#next(connection)}`;
    return this.#ask(connection, [], { forceNewSession: { detail }, clearSessionPreference: true }, undefined);
  }

  async #ask(
    connection: Connection,
    scopes: readonly string[],
    options: vscode.AuthenticationGetSessionOptions,
    signal: AbortSignal | undefined,
  ): Promise<SignInEnding> {
    const { id } = connection;
    this.#failures.delete(id);
    if (signal) this.#watched.set(id, signal);
    try {
      const session = vscode.authentication.getSession(providerId, [gatewayMarker(id), ...scopes], options);
      return await orCancelled(
        Promise.resolve(session).then(() => ({ kind: "signedIn" }) as const),
        signal,
      );
    } catch {
      // The editor rejects alike for "Cancel" and for a failure of ours, and hands on neither code nor facts.
      const failure = this.#failures.get(id);
      if (failure) throw failure;
      return { kind: "cancelled" };
    } finally {
      if (signal) this.#watched.delete(id);
    }
  }

  /** Signs in to a connection in the browser, with a progress that can be cancelled. */
  async signIn(connection: Connection, asked: Omit<SignInOverrides, "flow">): Promise<TokenSet | undefined> {
    const flow = this.#flows.get(connection.id);
    const isSamePerson = flow !== undefined || this.#again.has(connection.id);
    const extra = { ...asked, ...(flow !== undefined && { flow }), ...(isSamePerson && { chooseAccount: false }) };
    let isOver = false;
    const run = async (signal: AbortSignal): Promise<TokenSet | undefined> => {
      try {
        const onPasteReady = (paste: (address: string) => Promise<void>) => this.#setPaste(paste);
        const device = { showCode: (code: DeviceCode) => showCode(connection.name, code, () => isOver), wait };
        const ended = await this.#gateways().signIn(connection.id, extra, { signal, onPasteReady, device });
        return ended.kind === "signedIn" ? ended.tokens : undefined;
      } catch (error) {
        const failure = asFailure(error);
        this.#failures.set(connection.id, failure);
        throw failure;
      } finally {
        isOver = true;
        this.#setPaste(undefined);
      }
    };
    const watched = this.#watched.get(connection.id);
    if (watched) return run(watched);
    return withCancellableProgress(`Signing in to ${connection.name}`, (signal, report) => {
      report(waitingTextFor(this.#gateways().readable(connection), "Sign In with a Code…", flow));
      return run(signal);
    });
  }

  /** What comes after the person agreed, as the settings are now. */
  #next(connection: Connection): string {
    return flowText[this.#gateways().readable(connection)?.flow ?? "browser"].next;
  }

  get waiting(): boolean {
    return this.#paste !== undefined;
  }

  /**
   * Finishes the sign-in in progress with an address that the person copied from their browser.
   *
   * @throws GatewayFailure `pasted_address_invalid`, `state_mismatch`
   */
  async paste(address: string): Promise<void> {
    await this.#paste?.(address);
  }

  #setPaste(paste: ((address: string) => Promise<void>) | undefined): void {
    this.#paste = paste;
    void vscode.commands.executeCommand("setContext", "gatewayConnect.waitingForBrowser", paste !== undefined);
  }
}

/**
 * What a sign-in waits for, and what to do where it does not come.
 *
 * @param withCode the command that does the same with a code
 * @param flow another flow than the connection's
 */
export function waitingTextFor(
  resolved: ResolvedConnection | undefined,
  withCode: string,
  flow = resolved?.flow ?? "browser",
): string {
  if (flow !== "browser" || vscode.env.remoteName === undefined) return `${flowText[flow].waiting}…`;
  const paste = `${flowText[flow].waiting}. If it cannot open the last page, run "Gateway Connect: Paste the Address You Were Sent To…".`;
  const codes = resolved !== undefined && offersDeviceCode(resolved.server);
  return codes ? `${paste} Or cancel, and run "Gateway Connect: ${withCode}".` : paste;
}

/** Shows the code of a sign-in on another device, and opens its page for whoever wants it here. */
function showCode(
  gateway: string,
  { userCode, verificationUri, completeUri, minutes }: DeviceCode,
  isOver: () => boolean,
): void {
  const open = "Copy Code and Open Page";
  const text = `To sign in to ${gateway}, enter the code ${userCode} at ${verificationUri} on any device, within ${minutes} minutes.`;
  void vscode.window.showInformationMessage(text, open, "Copy Code").then(async (chosen) => {
    if (chosen === undefined) return;
    if (isOver()) return void vscode.window.showInformationMessage("That sign-in has ended, and its code with it.");
    await vscode.env.clipboard.writeText(userCode);
    if (chosen === open) await vscode.env.openExternal(vscode.Uri.parse(completeUri ?? verificationUri, true));
  });
}

/** Waits; ends early, without an error, when the signal aborts. */
function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    if (signal.aborted) done();
    else signal.addEventListener("abort", done, { once: true });
  });
}

/**
 * Opens the authorization page in the person's browser, after making sure that it finds its way back.
 *
 * `asExternalUri` makes the editor forward the port where it runs on another machine. Its answer is not used as the
 * redirect URI: the identity provider knows only the one that was registered.
 */
export async function openBrowser(authorizationUrl: string, redirectUri: string): Promise<boolean> {
  const { origin, protocol } = new URL(redirectUri);
  if (vscode.env.remoteName !== undefined && protocol === "http:") {
    await Promise.resolve(vscode.env.asExternalUri(vscode.Uri.parse(origin))).catch(() => undefined);
  }
  // A `+` would be taken for a plus sign on the way: the editor writes the address anew.
  return vscode.env.openExternal(vscode.Uri.parse(authorizationUrl.replaceAll("+", "%20"), true));
}

/** A notification with progress and a Cancel button. */
export async function withCancellableProgress<T>(
  title: string,
  act: (signal: AbortSignal, report: (message: string) => void) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const ended = new AbortController();
    token.onCancellationRequested(() => ended.abort());
    return act(ended.signal, (message) => progress.report({ message }));
  });
}

function orCancelled(waiting: Promise<SignInEnding>, signal: AbortSignal | undefined): Promise<SignInEnding> {
  if (!signal) return waiting;
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve({ kind: "cancelled" });
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    waiting.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
