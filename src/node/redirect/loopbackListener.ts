import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { GatewaySettings } from "../../connections/settings/readGatewaySettings.ts";
import { asFailure } from "../../failures/failure.ts";
import { hostOf } from "../../lib/hostOf.ts";
import { MOST_SILENT_CONNECTIONS } from "../../lib/limits.ts";
import { withoutSlash } from "../../lib/sameAddress.ts";
import { isLoopback } from "../../lib/secureUrl.ts";
import { doneWithin } from "../../lib/waiting.ts";
import type { LandingPage, RedirectListener } from "../../oauth/signIn/redirect.ts";
import { boundSilentCallers } from "../../system/silentConnections.ts";
import type { LandingPages } from "./landingPage.ts";

export interface Landings {
  readonly answer: (arrived: URL) => Promise<LandingPage>;
  readonly pages: LandingPages;
  /** Those of the gateway. */
  readonly settings: GatewaySettings;
}

/**
 * Receives the browser on both loopback addresses of a port.
 *
 * @param uri the redirect URI
 * @returns undefined when somebody else has one of the addresses
 */
export async function listenAt(
  port: number,
  uri: string,
  landings: Landings,
): Promise<Pick<RedirectListener, "stop"> | undefined> {
  const underWay = new Set<Promise<unknown>>();
  const servers = await listenOnBoth(port, (request, response) => {
    const page = serve(request, response, { base: new URL(uri), ...landings }).finally(() => underWay.delete(page));
    underWay.add(page);
  });
  return servers && { stop: () => stopAll(servers, underWay) };
}

/** Whether a sign-in could listen on a port, by listening for a moment. */
export async function isFree(port: number): Promise<boolean> {
  const servers = await listenOnBoth(port, () => {});
  await stopAll(servers ?? []);
  return servers !== undefined;
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** Servers on both loopback addresses of a port; undefined when somebody else has one of them. */
async function listenOnBoth(port: number, handler: Handler): Promise<readonly Server[] | undefined> {
  const servers: Server[] = [];
  for (const host of ["127.0.0.1", "::1"]) {
    const server = createServer(handler);
    boundSilentCallers(server, MOST_SILENT_CONNECTIONS);
    const code = await listening(server, port, host);
    if (code === undefined) {
      servers.push(server);
      continue;
    }
    // A machine may have no IPv6, or none that is switched on.
    if (host === "::1" && (code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT")) continue;
    await stopAll(servers);
    return undefined;
  }
  return servers;
}

function listening(server: Server, port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "unknown"));
    server.listen({ port, host, exclusive: true }, () => resolve(undefined));
  });
}

interface Landing extends Landings {
  /** The redirect URI. */
  readonly base: URL;
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { base, answer, pages, settings }: Landing,
): Promise<void> {
  const { url: target = "" } = request;
  // Joined, not resolved: a path that starts with two slashes would be resolved as another host.
  const asked = target.startsWith("/") ? `${base.origin}${target}` : target;
  const url = URL.canParse(asked) ? new URL(asked) : undefined;
  // A page elsewhere whose name was made to point here (DNS rebinding) shows in the Host header.
  if (!url || !hostIsOurs(request)) return plain(response, 404, "Not found");
  // What came to another path may still be an answer, which the sign-in knows by its state. Browsers ask for icons too.
  if (withoutSlash(url.pathname) !== withoutSlash(base.pathname) && !url.searchParams.has("state")) {
    return plain(response, 404, `Nothing is here. The sign-in in progress comes back to ${base.pathname}.`);
  }
  if (request.method !== "GET") return plain(response, 405, "Method not allowed");
  let page: LandingPage;
  try {
    page = await answer(url);
  } catch (error) {
    page = { kind: "failed", failure: asFailure(error) };
  }
  try {
    const { status, headers, body } = pages.answerTo(page, settings);
    response.writeHead(status, {
      ...headers,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      connection: "close",
    });
    await sent(response, body);
  } catch {
    // The sign-in is as it is, whatever is wrong with its page, and the program tells more of it.
    if (!response.headersSent) await plain(response, page.kind === "signedIn" ? 200 : 400, outcomes[page.kind]);
  }
}

/** What is said where the page itself could not be made: without a name, without a word of anybody else. */
const outcomes: Readonly<Record<LandingPage["kind"], string>> = {
  signedIn: "You are signed in. You can close this page and go back to the program that asked.",
  failed: "The sign-in failed. Go back to the program that asked, which says why.",
  cancelled: "The sign-in was cancelled, and nothing was kept. You can close this page.",
  ignored: "This page is not part of a sign-in.",
};

function hostIsOurs(request: IncomingMessage): boolean {
  const { host } = request.headers;
  const port = (request.socket.address() as AddressInfo).port;
  const url = hostOf(host ?? "");
  return url !== undefined && isLoopback(url.hostname) && url.port === String(port === 80 ? "" : port);
}

async function plain(response: ServerResponse, status: number, text: string): Promise<void> {
  response.writeHead(status, { "content-type": "text/plain", "cache-control": "no-store", connection: "close" });
  await sent(response, text);
}

/** Resolves when all of it went out, or nobody is there to read it. */
function sent(response: ServerResponse, text: string): Promise<void> {
  return new Promise((resolve) => {
    if (response.destroyed) return resolve();
    response.once("close", resolve);
    response.end(text);
  });
}

/** How long a browser may take to read the last page, in milliseconds. */
const LAST_PAGE_MS = 1_000;

/**
 * Takes nobody new, lets pages on their way be delivered, and closes all connections. One that says nothing is waited for by
 * nobody: any program on this machine can open one, and the sign-in is done without it.
 */
async function stopAll(servers: readonly Server[], pages: ReadonlySet<Promise<unknown>> = new Set()): Promise<void> {
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  if (pages.size > 0) await doneWithin(LAST_PAGE_MS, Promise.allSettled(pages));
  for (const server of servers) server.closeAllConnections();
  await Promise.all(closed);
}
