import { getProxyForUrl } from "proxy-from-env";
import { isLoopback, parseUrl } from "../lib/secureUrl.ts";

/** A proxy that requests to some address go through. */
export interface HttpProxy {
  /** Without user name and password. */
  readonly url: string;
  /** The header that proves who asks (RFC 9110, 11.7.1), where there is a user name. */
  readonly authorization: string | undefined;
}

/** Who somebody is to a proxy. */
export interface ProxyLogin {
  readonly user: string;
  readonly password: string;
}

let keptLogin: ProxyLogin | undefined;

/**
 * Signs in to the environment's proxies that have no user name there, from now on. It is kept here and not put into the
 * environment, which every program that is started gets, and which others can read.
 */
export function signInToProxies(login: ProxyLogin | undefined): void {
  keptLogin = login;
}

/** The environment names a proxy that is none we can use. */
export class ProxyUnusable extends Error {
  readonly code = "ERR_PROXY";
  /** As `httpClient` says of every failure what a proxy has to do with it. */
  readonly told = this.message;
}

/**
 * The proxy for an address, as `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` say, in either case. This machine is
 * reached directly, whatever they say: to a proxy its names mean another one.
 *
 * @throws ProxyUnusable
 */
export function proxyFor(url: URL): HttpProxy | undefined {
  const named = isLoopback(url.hostname) ? "" : getProxyForUrl(url.href);
  if (named === "") return undefined;
  const proxy = parseUrl(named);
  if (proxy?.protocol !== "http:" && proxy?.protocol !== "https:") {
    // Not quoted, since it may have a password in it.
    throw new ProxyUnusable("the environment names a proxy whose address does not begin with http:// or https://");
  }
  const { username, password, protocol, host } = proxy;
  const login = username === "" ? keptLogin : { user: decoded(username), password: decoded(password) };
  return { url: `${protocol}//${host}`, authorization: login && `Basic ${btoa(`${login.user}:${login.password}`)}` };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
