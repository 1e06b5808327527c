#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { type Connection, suggestedName } from "./connections/connection.ts";
import { connectionId } from "./connections/connectionBook.ts";
import { discoverConnection } from "./connections/discoverConnection.ts";
import { Gateways } from "./connections/gateways.ts";
import { gatewayCandidates } from "./connections/gatewayUrl.ts";
import { asFailure, isFailure } from "./failures/failure.ts";
import type { Log } from "./lib/log.ts";
import { redact } from "./lib/redact.ts";
import { catalogueStore } from "./node/catalogueFiles.ts";
import { landingPageHtml, landingPagePolicy } from "./node/redirect/landingPage.ts";
import { loopbackRedirect } from "./node/redirect/loopbackRedirect.ts";
import { browserCommand, commandWords, openBrowser } from "./node/redirect/openBrowser.ts";
import { credentialPlaces } from "./node/secrets/credentialPlaces.ts";
import { openKeychain } from "./node/secrets/keychain.ts";
import { memorySecrets, processLock, sharedSecrets } from "./node/secrets/sharedSecrets.ts";
import type { Fetch } from "./oauth/discovery/networkFailure.ts";
import { deviceCodeGrant } from "./oauth/signIn/deviceSignIn.ts";
import { obtainTokens } from "./oauth/signIn/obtainTokens.ts";
import { credentialReader } from "./oauth/tokens/clientCredential.ts";
import { allRevoked, signOutText } from "./oauth/tokens/signOutText.ts";
import { MAX_BODY_BYTES } from "./relay/editorSession.ts";
import type { GatewayAccess, SignInEnding } from "./relay/gatewayAccess.ts";
import { pipeToRelay } from "./relay/pipeToRelay.ts";
import { Relay } from "./relay/relay.ts";
import {
  exitCodes,
  type HeaderOption,
  type SecretSource,
  type StandaloneOptions,
  standaloneArguments,
  standaloneHelp,
} from "./standalone/arguments.ts";
import { exitCodeOf, standaloneFailureText } from "./standalone/failures.ts";
import { fileLock } from "./system/fileLock.ts";
import { watchParent } from "./system/parentWatch.ts";

declare const BUNDLED_VERSION: string | undefined;

/** How long the list of tools waits for the first sign-in; after it, the list is empty and news of it follows. */
const firstListMs = 25_000;
/** How long the end may take: whoever started us waits two seconds before it uses force. */
const shutdownTimeoutMs = 1_800;

/**
 * The relay without an editor: MCP over stdio for the program that started it, OAuth and MCP towards the gateway.
 *
 * Standard output belongs to MCP. Everything for people goes to standard error.
 */
const command = standaloneArguments(process.argv.slice(2));
switch (command.kind) {
  case "help":
    console.log(standaloneHelp);
    break;
  case "version":
    console.log(version());
    break;
  case "wrong":
    wrongArguments(command.problem);
    break;
  case "run":
    await run(command.options);
}

async function run(options: StandaloneOptions): Promise<void> {
  let inputs: Inputs;
  try {
    inputs = await readInputs(options);
  } catch (error) {
    wrongArguments(error instanceof Error ? error.message : String(error));
    return;
  }
  const parent = options.act === "serve" ? watchParent((why) => finish(exitCodes.ended, why)) : undefined;
  const ending = new AbortController();
  let gateways: Gateways | undefined;
  let over = false;
  let forgetAtEnd = false;

  const finish = (code: number, why: string): void => {
    if (over) return;
    over = true;
    ending.abort();
    parent?.stop();
    inputs.log.info("ending", { why });
    // Tokens that nobody can use any more are not left valid.
    const left = async () => {
      await gateways?.settled();
      if (forgetAtEnd) for (const connection of gateways?.book.all ?? []) await gateways?.signOut(connection);
      await gateways?.close();
    };
    void Promise.race([left().catch(() => {}), delay(shutdownTimeoutMs)]).then(() => process.exit(code));
  };
  const fail = (error: unknown): void => {
    if (over) return;
    const failure = asFailure(error);
    say(standaloneFailureText(failure));
    finish(exitCodeOf(failure), failure.code);
  };

  process.on("unhandledRejection", fail);
  process.on("uncaughtException", fail);

  try {
    const keychain =
      options.keychain === "auto" ? await openKeychain(process.platform, inputs.childEnvironment) : undefined;
    forgetAtEnd = keychain === undefined;
    const standalone = await wire(options, inputs, keychain, ending.signal);
    gateways = standalone.gateways;
    if (options.act === "signOut") {
      const address = inputs.candidates[0] ?? new URL(options.url);
      const code = await signOut(address, standalone.gateways, keychain !== undefined);
      finish(code, "signed out");
      return;
    }
    if (!keychain) {
      inputs.log.info("tokens are kept in memory", { because: options.keychain === "off" ? "--keychain off" : "none" });
    }
    const relay = await standalone.open();
    if (over || !relay || !parent) return;
    await pipeToRelay(new StdioServerTransport(parent.input, process.stdout, { maxBufferSize: MAX_BODY_BYTES }), relay);
    await standalone.firstSignIn();
  } catch (error) {
    fail(error);
  }
}

/** Everything that comes from outside, read once and checked before anything starts. */
interface Inputs {
  readonly candidates: readonly URL[];
  readonly fetch: Fetch;
  readonly clientSecret?: string;
  readonly log: Log;
  /** Ours without the secrets that were handed to us in it. */
  readonly childEnvironment: NodeJS.ProcessEnv;
}

/** @throws Error in words about the argument that cannot be used */
async function readInputs(options: StandaloneOptions): Promise<Inputs> {
  const secretNames = new Set<string>();
  const environment = (name: string, option: string): string => {
    secretNames.add(name);
    const value = process.env[name];
    if (!value) throw new Error(`${option} names the environment variable ${name}, which is not set.`);
    return value;
  };
  const candidates = await candidatesOf(options.url);
  const headers = options.headers.map(({ name, value }): [string, string] => [
    name,
    headerValue(name, value, environment),
  ]);
  const secret = options.clientSecret && readSecret("--client-secret", options.clientSecret, environment);
  // Read again when it is used: a key that is missing is told before anything starts.
  if (options.clientKey) readSecret("--client-key", options.clientKey, environment);
  const childEnvironment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !secretNames.has(name)));
  const ours = new Set(candidates.map(({ href }) => href));
  const fetch: Fetch = (url, init = {}) => {
    // The headers are for the gateway alone, and never for the identity provider.
    if (headers.length === 0 || !ours.has(new URL(url).href)) return globalThis.fetch(url, init);
    const all = new Headers(init.headers);
    for (const [name, value] of headers) all.set(name, value);
    return globalThis.fetch(url, { ...init, headers: all });
  };
  return {
    candidates,
    fetch,
    childEnvironment,
    log: stderrLog(options.verbose),
    ...(secret && { clientSecret: secret }),
  };
}

async function candidatesOf(url: string): Promise<readonly URL[]> {
  try {
    const region = process.env.AWS_REGION || process.env.AWS_DEFAULT_REGION || undefined;
    const candidates = await gatewayCandidates(url, () => region);
    if (candidates) return candidates;
  } catch (error) {
    throw new Error(standaloneFailureText(asFailure(error)));
  }
  throw new Error("An AgentCore gateway id needs its region: set AWS_REGION, or give the whole address.");
}

function headerValue(
  name: string,
  value: HeaderOption["value"],
  environment: (name: string, option: string) => string,
): string {
  if (value.kind === "text") return value.text;
  const found = value.before + environment(value.name, `--header ${name}`).trim();
  if (/[^\t\x20-\x7e]/.test(found)) throw new Error(`--header ${name}: what ${value.name} holds is no header's value.`);
  return found;
}

function readSecret(
  option: string,
  source: SecretSource,
  environment: (name: string, option: string) => string,
): string {
  if (source.kind === "environment") return environment(source.name, option).trim();
  let text: string;
  try {
    text = readFileSync(source.path, "utf8").trim();
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    throw new Error(`${option}: ${source.path} cannot be read (${code}).`);
  }
  if (text === "") throw new Error(`${option}: ${source.path} is empty.`);
  return text;
}

async function wire(
  options: StandaloneOptions,
  inputs: Inputs,
  keychain: Awaited<ReturnType<typeof openKeychain>>,
  signal: AbortSignal,
) {
  const { candidates, fetch, log, clientSecret } = inputs;
  const now = () => Date.now();
  const cache = cacheFolder();
  const { secrets, lock } = keychain
    ? sharedSecrets(keychain, fileLock(join(cache, "locks")), {
        now,
        onRefused: (reason) => say(`Tokens are kept in memory only: ${reason}.`),
      })
    : { secrets: memorySecrets(), lock: processLock() };
  // One record for the address, in which what was asked for in another way is another connection.
  const { flow } = options;
  const { clientId, issuer, scopes, resource, clientMetadataUrl } = options.settings;
  const typed = options.url.trim().replace(/\/$/, "");
  const id = await connectionId(JSON.stringify([typed, clientId, issuer, scopes, resource, clientMetadataUrl, flow]));
  const record = `gateway:${await connectionId(typed)}`;
  const catalogue = catalogueStore(join(cache, "catalogues"), id);

  const settings = {
    gateways: Object.fromEntries(candidates.map(({ href }) => [href, options.settings])),
    shared: {},
  };
  const browserWorld = { platform: process.platform, env: inputs.childEnvironment };
  const browser =
    options.browser === undefined
      ? browserCommand(browserWorld)
      : options.browser === "none"
        ? undefined
        : commandWords(options.browser);
  const shared = {
    fetch,
    secrets,
    settings: () => settings,
    redirect: loopbackRedirect({ pages: async () => ({ landingPageHtml, landingPagePolicy }) }),
    moreGrants: [deviceCodeGrant],
    ...(clientSecret !== undefined && { clientSecret }),
    readCredential: credentialReader(secrets, credentialPlaces(process.env)),
  };

  const signIn = (needed: readonly string[]): Promise<SignInEnding> =>
    // Of several processes one asks, and the others find what it brought.
    lock.run(`sign-in-${id}`, async () => {
      if (signal.aborted) return { kind: "cancelled" };
      await gateways.book.load();
      if (await usable(needed)) return { kind: "signedIn" };
      return gateways.signIn(id, { scopes: needed, chooseAccount: false }, { signal });
    });

  /** Whether tokens with these scopes are there or can be had without anybody. */
  const usable = async (needed: readonly string[]): Promise<boolean> => {
    const connection = gateways.find(id);
    if (!connection) return false;
    if (connection.authorization.kind === "none") return true;
    if (connection.sessionId === undefined) return false;
    const tokens = await gateways.tokens.current(connection.sessionId, gateways.bearerToken(connection));
    return tokens !== undefined && needed.every((scope) => tokens.scopes.includes(scope));
  };

  /** Whether the gateway is known with all that its requests need. */
  const recorded = async (): Promise<boolean> => {
    const connection = gateways.find(id);
    if (connection?.authorization.kind === "none") return true;
    if (connection?.sessionId === undefined) return false;
    return (await gateways.store.read(connection.sessionId).catch(() => undefined)) !== undefined;
  };

  let started: () => void = () => {};
  const starting = new Promise<void>((resolve) => {
    started = resolve;
  });

  /** The relay's access, which waits for the first sign-in before it says what tools there are. */
  const patient = (access: GatewayAccess): GatewayAccess => ({
    ...access,
    async fetch(url, init) {
      try {
        return await access.fetch(url, init);
      } catch (failure) {
        // Nobody has to be asked for a client's own tokens, so that no call has to start over.
        if (flow !== "clientCredentials" || !isFailure(failure, "sign_in_needed")) throw failure;
        await signIn([]);
        return await access.fetch(url, init);
      }
    },
    async ready() {
      if (!catalogue.read()) await Promise.race([starting, delay(firstListMs, undefined, { signal, ref: false })]);
      if (await access.ready()) return true;
      return flow === "clientCredentials" && (await signIn([])).kind === "signedIn";
    },
  });

  let relay: Relay | undefined;
  const gateways: Gateways = new Gateways({
    ...shared,
    now,
    log,
    lock,
    file: {
      read: async () => parsed(await secrets.get(record)),
      write: async (value) => void (await secrets.store(record, JSON.stringify(value))),
    },
    // The way tokens are obtained below opens it.
    openBrowser: async () => false,
    obtainTokens: (request, world) =>
      obtainTokens(request, world, {
        hasBrowser: browser !== undefined,
        open: (url) => openBrowser(url, browser ?? [], browserWorld),
        showAddress: (url, opened) =>
          say(
            opened
              ? `Sign in to ${request.gateway} in your browser. If it did not open, open this address:\n${url}`
              : `To sign in to ${request.gateway}, open this address in a browser on this computer:\n${url}`,
          ),
        showCode: ({ userCode, verificationUri, completeUri, minutes }) =>
          say(
            `To sign in to ${request.gateway}, open ${verificationUri} on any device and enter the code ${userCode} within ${minutes} minutes.${
              completeUri === undefined ? "" : `\nOr open ${completeUri}`
            }`,
          ),
        wait: (ms, until) => delay(ms, undefined, { signal: until }).catch(() => {}),
      }),
    createRelay: async (connection, access) => {
      relay = new Relay(
        {
          id,
          name: connection.name,
          url: connection.url,
          version: version(),
          ...(options.protocol !== "auto" && { protocol: options.protocol }),
        },
        { access: patient(access), catalogue, log, now },
      );
      return relay;
    },
    prompt: async ({ scopes }) => {
      try {
        return await signIn(scopes);
      } catch (failure) {
        if (!signal.aborted) say(standaloneFailureText(asFailure(failure)));
        throw failure;
      }
    },
    onChanged() {},
  });

  return {
    gateways,
    /** The relay to the gateway: the one known from before, or found out now. */
    async open(): Promise<Relay | undefined> {
      await gateways.book.load();
      // Whether its tokens still serve shows later: the program that started us waits for an answer.
      const known = await recorded();
      if (!known) {
        const found = await discoverConnection(id, candidates, { ...shared, signal });
        await gateways.book.load();
        const { sessionId } = gateways.find(id) ?? {};
        await gateways.book.add({ ...found, ...(sessionId !== undefined && { sessionId }) });
      }
      await gateways.relay(id);
      return relay;
    },
    /** Start-up asks nobody where the tools are known; then the first call does. */
    async firstSignIn(): Promise<void> {
      try {
        if (await usable([]).catch(() => true)) return;
        if (flow === "browser" && catalogue.read()) return;
        await signIn([]);
      } finally {
        started();
      }
    },
  };
}

async function signOut(address: URL, gateways: Gateways, hasKeychain: boolean): Promise<number> {
  await gateways.book.load();
  const connections: readonly Connection[] = gateways.book.all;
  const name = connections[0]?.name ?? suggestedName(address);
  if (connections.length === 0) {
    say(
      hasKeychain
        ? `Nobody was signed in to ${name} here. There was no token to revoke.`
        : `No keychain is used here, so there is nothing to forget: tokens are in the memory of running programs only, and each revokes its own when it ends.`,
    );
    return exitCodes.ended;
  }
  let all = true;
  for (const connection of connections) {
    const { revocation, sharing } = await gateways.remove(connection);
    say(signOutText(connection.name, revocation, (moment) => new Date(moment).toLocaleString(), sharing));
    all &&= allRevoked(revocation);
  }
  return all ? exitCodes.ended : exitCodes.notAllRevoked;
}

function wrongArguments(problem: string): void {
  say(`${problem}\nRun it with --help to see what it takes.`);
  process.exitCode = exitCodes.argumentsWrong;
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}

function stderrLog(verbose: boolean): Log {
  const line = (level: string) => (message: string, facts?: object) =>
    say(redact(`[${level}] ${message}${facts ? ` ${JSON.stringify(facts)}` : ""}`));
  const quiet = () => {};
  return {
    debug: verbose ? line("debug") : quiet,
    info: verbose ? line("info") : quiet,
    warn: verbose ? line("warn") : quiet,
    error: line("error"),
  };
}

/** A record that is damaged counts as none: the gateway is asked again. */
function parsed(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Where lists of tools and locks are; neither holds a secret. */
function cacheFolder(): string {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  if (process.platform === "win32") return join(LOCALAPPDATA ?? join(homedir(), "AppData", "Local"), "gateway-connect");
  if (process.platform === "darwin") return join(homedir(), "Library", "Caches", "gateway-connect");
  return join(XDG_CACHE_HOME || join(homedir(), ".cache"), "gateway-connect");
}

/** The bundle carries it, since people copy that file alone; from the sources it is read. */
function version(): string {
  if (typeof BUNDLED_VERSION === "string") return BUNDLED_VERSION;
  return String(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
}
