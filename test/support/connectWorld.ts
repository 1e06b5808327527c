import { type ConnectOutcome, type ConnectQuestions, connectGateway } from "../../src/connections/connectGateway.ts";
import type { Connection } from "../../src/connections/connection.ts";
import type { SignInPrompt } from "../../src/connections/connectionAccess.ts";
import { Gateways } from "../../src/connections/gateways.ts";
import type { GatewaySettings } from "../../src/connections/settings/readGatewaySettings.ts";
import type { ClientElsewhere } from "../../src/connections/signIn/clientElsewhere.ts";
import type { GivenConsent } from "../../src/connections/signIn/sharingConsent.ts";
import type { CrossProcessLock } from "../../src/lib/crossProcessLock.ts";
import type { TextFile } from "../../src/lib/textFile.ts";
import { type DeviceCode, deviceCodeGrant } from "../../src/oauth/signIn/deviceCode.ts";
import type { Company } from "../../src/oauth/signIn/recordedAuthorization.ts";
import type { Redirect } from "../../src/oauth/signIn/redirect.ts";
import type { SignInFlow } from "../../src/oauth/signIn/signInFlow.ts";
import { type CredentialPlaces, credentialReader } from "../../src/oauth/tokens/clientCredential.ts";
import { SecretTokenStore } from "../../src/oauth/tokens/secretTokenStore.ts";
import type { CatalogueStore } from "../../src/relay/catalogue.ts";
import { FakeRedirect, MemorySecrets, noAws, QueueLock, recordingLog } from "./fakePorts.ts";
import { part } from "./programs.ts";
import { type SignInAnswers, signInByHttp } from "./signInByHttp.ts";

export interface TestRedirect {
  readonly of: (settings: GatewaySettings) => Redirect;
  /** What the browser does with the address that a sign-in ends at. */
  readonly arrive: (landed: URL) => Promise<unknown>;
}

/** A window of the editor as far as the core can see it: real gateways and relays, ports of memory. */
export function connectWorld(
  options: {
    readonly settings?: Readonly<Record<string, unknown>>;
    /** What is set of the company's identity provider. */
    readonly enterprise?: unknown;
    /** How long the browser may take to come back. */
    readonly timeoutMs?: number;
    readonly environment?: Readonly<Record<string, string>>;
    /** Where secrets and keys are read; by default there are no files and no programs, and only that environment. */
    readonly places?: CredentialPlaces;
    /** Where the browser comes back to; by default a redirect without sockets. */
    readonly redirect?: TestRedirect;
    /** Another window of the same person: what is stored is the same. */
    readonly beside?: {
      readonly secrets: MemorySecrets;
      readonly lock: QueueLock;
      readonly stored: { text: string | undefined };
    };
    /** What a person answers who is asked which client they are at another issuer; absent where nobody is there to ask. */
    readonly asksClients?: {
      /** @param time the how manieth question it is, from 1 */
      readonly clientId?: (time: number) => string | undefined;
      readonly credential?: () => string | undefined;
    };
    /** What is kept elsewhere than in memory, as several processes of one person share it. */
    readonly kept?: {
      readonly secrets: MemorySecrets;
      readonly lock: CrossProcessLock;
      readonly file: TextFile;
      readonly catalogue: (id: string) => CatalogueStore;
    };
    /** Reads the code of a sign-in on another device, and enters it there. */
    readonly useCode?: (code: DeviceCode) => Promise<void>;
  } = {},
) {
  const secrets = options.kept?.secrets ?? options.beside?.secrets ?? new MemorySecrets();
  const fake = new FakeRedirect();
  const redirect: TestRedirect = options.redirect ?? { of: () => fake, arrive: (url) => fake.arrive(url) };
  const log = recordingLog();
  const prompts: Pick<SignInPrompt, "because" | "scopes">[] = [];
  const opened: URL[] = [];
  const lock = options.beside?.lock ?? new QueueLock();
  const stored: { text: string | undefined } = options.beside?.stored ?? { text: undefined };
  /** Every request to a gateway or a provider, with the token that went along. */
  const sent: { readonly url: string; readonly bearer: string | undefined }[] = [];
  const codes: DeviceCode[] = [];
  let movedMs = 0;
  /** What people were asked to agree to. */
  const consents: GivenConsent[] = [];
  /** The changes of an issuer that they were asked about. */
  const askedElsewhere: {
    readonly issuer: string;
    readonly redirectUri: string | undefined;
    known?: string | undefined;
  }[] = [];
  const refusedElsewhere: string[] = [];
  const written: { readonly url: string; readonly clientId: string }[] = [];
  const moves: { readonly from: string; readonly to: string }[] = [];
  const person: {
    answers: SignInAnswers;
    beforeAnswer: () => Promise<void>;
    stays: boolean;
    shares: boolean;
    follows: boolean;
    losesTheWay: (() => void) | undefined;
  } = {
    answers: {},
    /** Agrees to sign in at another issuer. */
    follows: true,
    /** Agrees to share a sign-in when asked. */
    shares: true,
    /** The browser never comes back. */
    stays: false,
    /** What they do when a page does not come that leads back from the browser; without it a test fails with it. */
    losesTheWay: undefined,
    beforeAnswer: async () => {},
  };
  const none: CredentialPlaces = {
    environment: (name) => options.environment?.[name],
    readFile: async () => "",
    run: async () => "",
  };
  const credentials = credentialReader(secrets, options.places ?? none);
  const device = {
    showCode(code: DeviceCode) {
      codes.push(code);
      void options.useCode?.(code);
    },
    wait: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, Math.min(ms, 50))),
  };
  const shared = {
    fetch: (url: string | URL, init: RequestInit = {}) => {
      const bearer = new Headers(init.headers).get("authorization")?.replace(/^Bearer /, "");
      sent.push({ url: String(url), bearer });
      return fetch(url, init);
    },
    device,
    moreGrants: [deviceCodeGrant],
    readCredential: credentials,
    now: () => Date.now() + movedMs,
    log,
    secrets,
    redirect: redirect.of,
    loadAws: noAws,
    timeoutMs: options.timeoutMs ?? 10_000,
    settings: () => ({ gateways: options.settings ?? {}, shared: {}, enterprise: options.enterprise }),
    async openBrowser(authorizationUrl: string) {
      opened.push(new URL(authorizationUrl));
      if (person.stays) return true;
      const way = async () => {
        const { landed } = await signInByHttp(authorizationUrl, person.answers);
        await person.beforeAnswer();
        await redirect.arrive(landed);
      };
      if (person.losesTheWay) void way().catch(person.losesTheWay);
      else await way();
      return true;
    },
  };
  const signal = () => new AbortController().signal;
  const gateways: Gateways = new Gateways({
    ...shared,
    lock: options.kept?.lock ?? lock,
    file: options.kept?.file ?? {
      path: "connections.json",
      read: async () => stored.text,
      write: async (text) => {
        stored.text = text;
      },
    },
    async createRelay({ id, name, url }, access) {
      const { Relay, failureText } = await part("relay");
      return new Relay(
        { id, name, url, version: "0.1.0" },
        {
          access,
          log,
          now: shared.now,
          failureWords: failureText,
          catalogue: options.kept?.catalogue(id) ?? { read: () => undefined, write: async () => {} },
        },
      );
    },
    prompt: async ({ connection, because, scopes }) => {
      prompts.push({ because, scopes });
      return signIn(connection, scopes, signal());
    },
    onChanged() {},
    ...(options.asksClients && { clientElsewhere: async (_, known) => elsewhere(known) }),
  });

  /** Asks the person which client they are at the other issuer, as the editor's boxes do. */
  const elsewhere = (known: string | undefined): ClientElsewhere => {
    let wasAsked = false;
    return {
      get wasAsked() {
        return wasAsked;
      },
      async clientId(issuer, redirectUri) {
        wasAsked = true;
        askedElsewhere.push({ issuer, redirectUri, known });
        return options.asksClients?.clientId?.(askedElsewhere.length);
      },
      credential: async () => options.asksClients?.credential?.(),
      refuse({ code }) {
        refusedElsewhere.push(code);
      },
      async write(url, clientId) {
        written.push({ url, clientId });
      },
    };
  };

  /** As the editor's dialog does it: a person is asked whether a sign-in may be shared, and whether to follow a gateway. */
  const signIn = async (connection: Connection, scopes: readonly string[], until: AbortSignal) => {
    const shared = await gateways.sharedAccount(connection);
    if (shared?.consent) consents.push(shared.consent);
    const consent = person.shares ? shared?.consent : undefined;
    const wanted = await gateways.wantedIssuer(connection);
    if (wanted) moves.push({ from: wanted.before, to: wanted.now });
    const issuer = wanted && person.follows ? wanted.now : undefined;
    if (wanted && !issuer) return { kind: "cancelled" } as const;
    return gateways.signIn(connection.id, { scopes, chooseAccount: false }, { signal: until, consent, issuer });
  };

  /** What a person answers, unless a test says otherwise. */
  const questions: ConnectQuestions = {
    region: async () => undefined,
    issuer: async (_, failure) => Promise.reject(failure),
    awsProfile: async () => undefined,
    privateIssuer: async () => false,
    clientId: async () => undefined,
    credential: async () => undefined,
    progress() {},
  };

  return {
    gateways,
    secrets,
    lock,
    sent,
    /** What the sign-ins are kept in, for a test that looks or changes what nobody else may. */
    store: new SecretTokenStore(secrets, lock),
    prompts,
    consents,
    moves,
    /** What they were asked about the client at another issuer, what was said against an answer, and what was written. */
    elsewhere: { asked: askedElsewhere, refused: refusedElsewhere, written },
    person,
    log,
    /** Where the browser was sent. */
    opened,
    /** The codes that were shown. */
    codes,
    device,
    /** Moves the clock. */
    later(ms: number): void {
      movedMs += ms;
    },
    connect(
      input: string,
      {
        name,
        company,
        ...ask
      }: Partial<ConnectQuestions> & { readonly name?: string; readonly company?: Company } = {},
      cancel: AbortSignal = signal(),
      flow?: Exclude<SignInFlow, "browser">,
    ): Promise<ConnectOutcome> {
      return connectGateway(
        input,
        { ...questions, ...ask },
        {
          ...shared,
          gateways,
          signal: cancel,
          flow,
          name,
          company,
          signIn: (connection) => signIn(connection, [], cancel),
        },
      );
    },
    /** The text of a tool's answer. */
    async call(id: string, tool: string, args: Record<string, unknown> = {}): Promise<string> {
      const relay = await gateways.relay(id);
      if (!relay) throw new Error("there is no such gateway");
      const { content } = (await relay.own.callTool(tool, args)) as { content: { text: string }[] };
      return content[0]?.text ?? "";
    },
    /** The keys of stored sessions. */
    sessions: () => [...secrets.entries.keys()].filter((key) => key.startsWith("session:")),
    stored,
    stop: () => gateways.close(),
  };
}

export type ConnectTestWorld = ReturnType<typeof connectWorld>;
