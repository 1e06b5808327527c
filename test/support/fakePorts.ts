import type { CrossProcessLock } from "../../src/lib/crossProcessLock.ts";
import type { LogFacts } from "../../src/lib/log.ts";
import type { LandingPage, Redirect, RedirectListener } from "../../src/oauth/signIn/redirect.ts";
import type { SecretStore } from "../../src/oauth/tokens/secretStore.ts";

/** A request that crossed the fetch port. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly redirect: RequestRedirect | undefined;
}

type Answer = Response | Error | ((request: SentRequest) => Response | Error | Promise<Response>);

/** The network as a table of addresses: an `Error` is thrown as `fetch` would, what is not listed answers 404. */
export function fakeNetwork(answers: Readonly<Record<string, Answer>>) {
  const requests: SentRequest[] = [];
  const fetch = async (url: string | URL, init: RequestInit = {}): Promise<Response> => {
    init.signal?.throwIfAborted();
    const request: SentRequest = {
      method: init.method ?? "GET",
      url: String(url),
      headers: Object.fromEntries(new Headers(init.headers)),
      body: init.body === undefined || init.body === null ? "" : String(init.body),
      redirect: init.redirect,
    };
    requests.push(request);
    const answer = answers[request.url] ?? new Response("not found", { status: 404 });
    const result = typeof answer === "function" ? await answer(request) : answer;
    init.signal?.throwIfAborted();
    if (result instanceof Error) throw result;
    return copy(result);
  };
  return { fetch, requests, urls: () => requests.map(({ url }) => url) };
}

/** A response that may be given again. `clone` alone will not do: cancelling one half waits for the other. */
async function copy(response: Response): Promise<Response> {
  const { status, headers } = response;
  return new Response(response.body && (await response.clone().text()), { status, headers });
}

export const json = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

export const html = (status = 200): Response =>
  new Response("<html>Please sign in to the proxy</html>", { status, headers: { "content-type": "text/html" } });

/** What Node's fetch throws: the code is on the cause. */
export const networkError = (code: string): Error =>
  new TypeError("fetch failed", { cause: Object.assign(new Error(`connect ${code}`), { code }) });

/** The secret storage that all windows share. */
export class MemorySecrets implements SecretStore {
  readonly entries: Map<string, string>;

  constructor(entries: Readonly<Record<string, string>> = {}) {
    this.entries = new Map(Object.entries(entries));
  }

  async get(key: string): Promise<string | undefined> {
    return this.entries.get(key);
  }

  async store(key: string, value: string): Promise<void> {
    this.entries.set(key, value);
  }

  async delete(key: string): Promise<void> {
    this.entries.delete(key);
  }

  async keys(): Promise<readonly string[]> {
    return [...this.entries.keys()];
  }
}

/** One holder per name at a time, in the order of asking. Windows share one instance. */
export class QueueLock implements CrossProcessLock {
  readonly names: string[] = [];
  readonly #last = new Map<string, Promise<unknown>>();

  run<T>(name: string, act: () => Promise<T>): Promise<T> {
    this.names.push(name);
    const mine = (this.#last.get(name) ?? Promise.resolve()).then(act, act);
    this.#last.set(
      name,
      mine.catch(() => {}),
    );
    return mine;
  }
}

/** A log whose lines can be searched. */
export function recordingLog() {
  const lines: string[] = [];
  const line =
    (level: string) =>
    (message: string, facts?: LogFacts): void =>
      void lines.push(`${level} ${message} ${JSON.stringify(facts ?? {})}`);
  return { lines, debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
}

/** A redirect without sockets: `arrive` is the browser's request. */
export class FakeRedirect implements Redirect {
  readonly uris: Redirect["uris"];
  readonly pages: LandingPage[] = [];
  /** The redirect URIs that sign-ins came back to. */
  readonly remembered: string[] = [];
  /** Those that another program listens on. */
  taken: readonly string[] = [];
  listening = false;
  refuse: Error | undefined;
  #answer: ((arrived: URL) => Promise<LandingPage>) | undefined;

  constructor(uris = loopbackUris()) {
    this.uris = uris;
  }

  async listen(answer: (arrived: URL) => Promise<LandingPage>): Promise<RedirectListener> {
    if (this.refuse) throw this.refuse;
    this.#answer = answer;
    this.listening = true;
    const [uri] = this.uris;
    return {
      uri,
      succeeded: async () => void this.remembered.push(uri),
      stop: async () => {
        this.listening = false;
      },
    };
  }

  async available(): Promise<readonly string[]> {
    if (this.refuse) throw this.refuse;
    return this.uris.filter((uri) => !this.taken.includes(uri));
  }

  async arrive(address: URL | string): Promise<LandingPage> {
    if (!this.#answer) throw new Error("nobody listened");
    const page = await this.#answer(new URL(address));
    this.pages.push(page);
    return page;
  }
}

/** The redirect URIs that are registered where nothing is set. */
export const loopbackUris = (host = "localhost"): Redirect["uris"] => [
  `http://${host}:3334/oauth/callback`,
  `http://${host}:3335/oauth/callback`,
  `http://${host}:3336/oauth/callback`,
];

/** How `act` failed, as its code and facts. */
export async function failureOf(act: () => unknown): Promise<unknown> {
  try {
    await act();
  } catch (error) {
    const { code, facts } = error as { code?: unknown; facts?: unknown };
    return code === undefined ? error : { code, facts };
  }
  return "no failure";
}

/** A world in which nothing is signed with AWS credentials. */
export const noAws = async (): Promise<never> => {
  throw new Error("nothing is to be signed here");
};
