import { GatewayFailure } from "../../failures/failure.ts";
import { drained, type HttpAnswer, type HttpFetch, type HttpRequest } from "../../lib/httpPort.ts";
import { headerValueFault } from "../../lib/settableHeaders.ts";
import {
  type CredentialPlaces,
  type PlacedCredential,
  readPlaced,
  sourceText,
} from "../../oauth/tokens/clientCredential.ts";
import { type HeaderReading, readHeaders, type SetHeader } from "./readHeaders.ts";

export interface HeaderSending {
  /**
   * What runs or reads outside of us.
   *
   * @param withheld the variables that hold a header, which no program is given
   */
  readonly places: (withheld: ReadonlySet<string>) => CredentialPlaces;
  /** Names the place of a header of a gateway to whoever set it. */
  readonly place: (gateway: string, name: string) => string;
  readonly mayAuthorize?: HeaderReading["mayAuthorize"];
  readonly now: () => number;
}

/** A request on its way to a gateway that has headers. */
export interface HeaderedRequest {
  readonly url: string | URL;
  readonly request: HttpRequest | undefined;
  readonly gateway: string;
  /** What stands under `headers` for it. */
  readonly set: unknown;
}

/** A program that is asked again at every refusal would ask its person again and again. */
const REREAD_AFTER_MS = 30_000;

interface Printed {
  readonly text: Promise<string>;
  readonly at: number;
}

/**
 * Sends requests with the headers that are set for their gateway: to its address, and to the metadata that describes it
 * there (RFC 9728), and nowhere else. An identity provider, another gateway at the same server and wherever a redirect
 * leads get none of them.
 *
 * Variables and files are read for each request. What a program prints is kept until the gateway refuses it or another
 * program is set.
 */
export class HeaderSender {
  readonly #world: HeaderSending;
  readonly #printed = new Map<string, Printed>();

  constructor(world: HeaderSending) {
    this.#world = world;
  }

  /** @throws GatewayFailure `headers_invalid`, `header_unreadable`, and what `fetch` does */
  async send(fetch: HttpFetch, { url, request = {}, gateway, set }: HeaderedRequest): Promise<HttpAnswer> {
    if (!isFor(new URL(url), new URL(gateway))) return await fetch(url, request);
    const { place, mayAuthorize = false } = this.#world;
    const headers = readHeaders(set, { place: (name) => place(gateway, name), mayAuthorize });
    const values = await this.#values(headers);
    const answer = await fetch(url, withValues(request, values));
    if (answer.status !== 401 && answer.status !== 403) return answer;
    if (!this.#forget(headers)) return answer;
    const others = await this.#values(headers);
    if (JSON.stringify(others) === JSON.stringify(values)) return answer;
    await drained(answer.body);
    return await fetch(url, withValues(request, others));
  }

  async #values(headers: readonly SetHeader[]): Promise<Readonly<Record<string, string>>> {
    const withheld = new Set(headers.flatMap(({ value }) => variablesOf(value)));
    const outside = this.#world.places(withheld);
    const places: CredentialPlaces = { ...outside, run: (command) => this.#print(command, outside) };
    const entries = headers.map(async ({ name, value }) => [
      name.toLowerCase(),
      value.kind === "text" ? value.text : value.before + (await this.#read(name, value.source, places)),
    ]);
    return Object.fromEntries(await Promise.all(entries));
  }

  async #read(header: string, source: PlacedCredential, places: CredentialPlaces): Promise<string> {
    const unreadable = (reason: string) =>
      new GatewayFailure("header_unreadable", { header, source: sourceText(source), reason });
    // The cause is left out: it may hold what was read.
    const text = await readPlaced(source, places).catch((error: unknown) => {
      throw unreadable(error instanceof Error ? error.message : "it failed");
    });
    const value = (text ?? "").trim();
    switch (headerValueFault(value)) {
      case undefined:
        return value;
      case "empty":
        throw unreadable("it is empty or not there");
      case "tooLong":
        throw unreadable("it is longer than a header may be");
      default:
        throw unreadable("it has several lines, or characters that no header has");
    }
  }

  /** What a program prints. Those who ask at the same time share one run, and one that failed is run again. */
  async #print(command: readonly string[], places: CredentialPlaces): Promise<string> {
    const key = JSON.stringify(command);
    const kept = this.#printed.get(key);
    if (kept) return await kept.text;
    const text = places.run(command);
    this.#printed.set(key, { text, at: this.#world.now() });
    return await text.catch((error: unknown) => {
      this.#printed.delete(key);
      throw error;
    });
  }

  /** Forgets what programs printed, unless that was just now. @returns whether any will run again */
  #forget(headers: readonly SetHeader[]): boolean {
    let isForgotten = false;
    for (const { value } of headers) {
      if (value.kind === "text" || value.source.kind !== "command") continue;
      const key = JSON.stringify(value.source.command);
      const kept = this.#printed.get(key);
      if (!kept || this.#world.now() - kept.at < REREAD_AFTER_MS) continue;
      this.#printed.delete(key);
      isForgotten = true;
    }
    return isForgotten;
  }
}

const variablesOf = (value: SetHeader["value"]): readonly string[] =>
  value.kind === "read" && value.source.kind === "environment" ? [value.source.name] : [];

const METADATA = "/.well-known/oauth-protected-resource";

/** Whether a request is for the gateway itself, or for what describes it at its own origin. */
function isFor(url: URL, gateway: URL): boolean {
  if (url.origin !== gateway.origin) return false;
  const path = gateway.pathname.replace(/\/$/, "");
  const asked = url.pathname.replace(/\/$/, "");
  return asked === path || asked === METADATA || asked === METADATA + path || asked === path + METADATA;
}

const withValues = (request: HttpRequest, values: Readonly<Record<string, string>>): HttpRequest => ({
  ...request,
  headers: { ...request.headers, ...values },
});
