import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { SignInPrompt } from "../../connections/connectionAccess.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { flowText } from "../../connections/signIn/flowText.ts";
import { type GivenConsent, gatewayHost } from "../../connections/signIn/sharingConsent.ts";
import type { SharedSignIn } from "../../connections/signIn/signInSharing.ts";
import type { SignInOverrides } from "../../connections/signIn/signInToConnection.ts";
import { type AnyFailure, asFailure } from "../../failures/failure.ts";
import { pause } from "../../lib/waiting.ts";
import type { DeviceCode } from "../../oauth/signIn/deviceCode.ts";
import type { SignInFlow } from "../../oauth/signIn/signInFlow.ts";
import { accountAtIssuer } from "../../oauth/tokens/account.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import type { SignInEnding } from "../../relay/gatewayAccess.ts";
import { withCancellableProgress } from "../messages/cancellableProgress.ts";
import { translate, translated } from "../translate.ts";
import type { AwsSignIn } from "./awsSignIn.ts";
import { gatewayMarker, providerId } from "./providerId.ts";
import { ShownCode } from "./shownCode.ts";
import { waitingTextFor } from "./waitingText.ts";

/** How a caller shows by itself what goes on. */
export interface OwnProgress {
  /** Ends the waiting. */
  readonly signal: AbortSignal;
  /** Called when the sign-in begins, which is after the person agreed to it, and with each step. */
  readonly report: (message: string) => void;
  /** The command that does the same with a code. */
  readonly withCode: string;
}

/** A sign-in from the moment that its person is asked. */
interface SignInUnderWay {
  readonly progress?: OwnProgress | undefined;
  /** Another flow than the connection's. */
  readonly flow?: SignInFlow;
  /** It takes the place of one that is of no use any more, as the same person. */
  readonly isSamePerson?: boolean;
  /** What the person agrees to by accepting: the dialog names the account and both gateways. */
  readonly consent?: GivenConsent | undefined;
  /** The other issuer that they agree to, where the gateway signs in there by now. */
  readonly issuer?: string | undefined;
  /** How it failed: the editor hands on neither code nor facts. */
  failure?: AnyFailure;
}

/**
 * A person's way through the editor's dialog and the browser, for everybody who needs a sign-in.
 *
 * `ask` goes through the editor's authentication API, so that the editor asks for consent and lists the account;
 * the editor then calls the authentication provider, which comes back here with `signIn`.
 */
export class EditorSignIn {
  readonly #gateways: () => Gateways;
  readonly #awsSignIn: AwsSignIn;
  /** By connection. The editor's dialog stands between the question and the sign-in, and carries only the scopes. */
  readonly #underWay = new Map<string, SignInUnderWay>();
  /** The code of the sign-in on another device that began last. */
  #code: ShownCode | undefined;
  #paste: ((address: string) => Promise<void>) | undefined;

  constructor(gateways: () => Gateways, awsSignIn: AwsSignIn) {
    this.#gateways = gateways;
    this.#awsSignIn = awsSignIn;
  }

  /**
   * Asks the person to sign in, or whether a sign-in of another gateway may be used. One of the same gateway host is used
   * without a question.
   *
   * @param progress of a caller that shows it by itself
   */
  async ask(
    { connection, because, scopes, lacking = [], isAskedFor = false }: SignInPrompt,
    progress?: OwnProgress,
  ): Promise<SignInEnding> {
    const { id, name, url } = connection;
    if (this.#gateways().aws.isSigned(connection)) {
      const isOwnAct = isAskedFor || progress !== undefined;
      return await this.#awsSignIn(connection, { signal: progress?.signal, isAskedFor: isOwnAct });
    }
    if (because === "insufficient_scope") {
      const detail =
        lacking.length > 0
          ? translate('Sign in to "{0}" again to allow more: {1}.', name, lacking.join(", "))
          : translate('Sign in to "{0}" again to allow more. The gateway does not say what.', name);
      return await this.#ask(connection, scopes, { createIfNone: { detail } }, { progress });
    }
    const gateways = this.#gateways();
    const elsewhere = await this.#elsewhere(connection);
    if (elsewhere)
      return await this.#ask(connection, scopes, { forceNewSession: elsewhere }, { progress, ...elsewhere });
    const shared = await gateways.sharedAccount(connection).catch(() => undefined);
    if (shared && !shared.consent && (await gateways.useAccount(connection, shared, undefined))) {
      return { kind: "signedIn" };
    }
    const detail = shared
      ? translate(
          'Use the sign-in of {0} ({1}) for "{2}" ({3}) too?',
          accountAtIssuer(shared.tokens, translate),
          usersOf(shared, gateways),
          name,
          url,
        )
      : translate(
          'Sign in to "{0}" ({1}) so that your agent can use its tools. {2}',
          name,
          url,
          this.#next(connection),
        );
    const known = await gateways.storedTokens(gateways.find(id) ?? connection).catch(() => undefined);
    if (!known)
      return await this.#ask(connection, scopes, { createIfNone: { detail } }, { progress, consent: shared?.consent });
    // A sign-in that is there and of no use would be handed back at once.
    return await this.#ask(connection, scopes, { forceNewSession: { detail } }, { progress, isSamePerson: true });
  }

  /** Lets the person sign in on another device, with a code (RFC 8628). */
  async askWithCode(connection: Connection): Promise<SignInEnding> {
    const { name, url } = connection;
    const elsewhere = await this.#elsewhere(connection);
    const withCode = translate('Sign in to "{0}" ({1}) with a code, on this computer or any other device.', name, url);
    const detail = elsewhere ? `${elsewhere.detail} ${withCode}` : withCode;
    const asked = { flow: "deviceCode", isSamePerson: true, issuer: elsewhere?.issuer } as const;
    return await this.#ask(connection, [], { forceNewSession: { detail } }, asked);
  }

  /** Lets the person sign in as somebody else; whoever is signed in stays so until that worked. */
  async askForAnother(connection: Connection): Promise<SignInEnding> {
    const elsewhere = await this.#elsewhere(connection);
    const detail =
      elsewhere?.detail ??
      translate(
        'Sign in to "{0}" ({1}) with another account. {2}',
        connection.name,
        connection.url,
        this.#next(connection),
      );
    const issuer = elsewhere?.issuer;
    return await this.#ask(connection, [], { forceNewSession: { detail }, clearSessionPreference: true }, { issuer });
  }

  /**
   * The one question where a gateway signs in at another provider by now.
   *
   * @throws GatewayFailure `issuer_changed` where nobody may agree to it, such as for a machine
   */
  async #elsewhere(connection: Connection): Promise<{ readonly detail: string; readonly issuer: string } | undefined> {
    const wanted = await this.#gateways().wantedIssuer(connection);
    if (!wanted) return undefined;
    const { before, now: issuer } = wanted;
    // Two issuers of one provider have one host: realms, tenants, authorization servers.
    const hosts = [before, issuer].map((one) => new URL(one).host);
    const [from = before, to = issuer] = hosts[0] === hosts[1] ? [before, issuer] : hosts;
    const detail = translate(
      '"{0}" ({1}) now signs in at {2} instead of {3}. Continue? {4}',
      connection.name,
      connection.url,
      to,
      from,
      this.#next(connection),
    );
    return { detail, issuer };
  }

  async #ask(
    { id }: Connection,
    scopes: readonly string[],
    options: vscode.AuthenticationGetSessionOptions,
    asked: SignInUnderWay,
  ): Promise<SignInEnding> {
    this.#underWay.set(id, asked);
    try {
      const session = vscode.authentication.getSession(providerId, [gatewayMarker(id), ...scopes], options);
      return await orCancelled(
        Promise.resolve(session).then(() => ({ kind: "signedIn" }) as const),
        asked.progress?.signal,
      );
    } catch {
      // The editor rejects alike for "Cancel" and for a failure of ours. Somebody may have asked anew meanwhile.
      const { failure } = this.#underWay.get(id) ?? asked;
      if (failure) throw failure;
      return { kind: "cancelled" };
    } finally {
      if (this.#underWay.get(id) === asked) this.#underWay.delete(id);
    }
  }

  /** Signs in to a connection in the browser, with a progress that can be cancelled. */
  async signIn(connection: Connection, wanted: Omit<SignInOverrides, "flow">): Promise<TokenSet | undefined> {
    const asked: SignInUnderWay = this.#underWay.get(connection.id) ?? {};
    const { flow, isSamePerson, consent, issuer } = asked;
    const extra = { ...wanted, ...(flow && { flow }), ...(isSamePerson && { chooseAccount: false }) };
    const run = async (
      signal: AbortSignal,
      report: (message: string) => void = () => {},
    ): Promise<TokenSet | undefined> => {
      let shown: ShownCode | undefined;
      try {
        const onPasteReady = (paste: (address: string) => Promise<void>) => this.#setPaste(paste);
        const showCode = (code: DeviceCode) => {
          shown = new ShownCode(connection.name, code);
          this.#code = shown;
          report(shown.text);
          shown.show();
        };
        const device = { showCode, wait: pause };
        const ended = await this.#gateways().signIn(connection.id, extra, {
          signal,
          onPasteReady,
          device,
          consent,
          issuer,
        });
        return ended.kind === "signedIn" ? ended.tokens : undefined;
      } catch (error) {
        const failure = asFailure(error);
        asked.failure = failure;
        throw failure;
      } finally {
        shown?.end();
        if (this.#code === shown) this.#code = undefined;
        this.#setPaste(undefined);
      }
    };
    const begin = ({ signal, report, withCode }: OwnProgress) => {
      report(waitingTextFor(this.#gateways().readable(connection), withCode, flow));
      return run(signal, report);
    };
    if (asked.progress) return begin(asked.progress);
    return withCancellableProgress(translate("Signing in to {0}", connection.name), (signal, report) =>
      begin({ signal, report, withCode: translate("Sign In with a Code…") }),
    );
  }

  /** What comes after the person agreed, as the settings are now. */
  #next(connection: Connection): string {
    return translated(flowText[this.#gateways().readable(connection)?.flow ?? "browser"].next);
  }

  get waiting(): boolean {
    return this.#paste !== undefined;
  }

  /** The code that a sign-in on another device waits for. */
  get code(): ShownCode | undefined {
    return this.#code;
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

/** The gateways that use a sign-in, with their hosts. */
const usersOf = ({ tokens }: SharedSignIn, gateways: Gateways): string =>
  gateways
    .using(tokens.sessionId)
    .map(({ name, url }) => `"${name}", ${gatewayHost(url)}`)
    .join("; ");

function orCancelled(waiting: Promise<SignInEnding>, signal: AbortSignal | undefined): Promise<SignInEnding> {
  if (!signal) return waiting;
  return new Promise((resolve, reject) => {
    const onAbort = () => resolve({ kind: "cancelled" });
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    waiting.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
