import { parseUrl } from "../lib/secureUrl.ts";

/** What the editor knows of this computer's network. */
export interface EditorNetwork {
  /** The environment the editor runs in. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The proxy of the editor's settings, if any. */
  readonly proxy?: string | undefined;
  /** What its settings say is reached directly. */
  readonly direct?: readonly string[] | undefined;
}

/**
 * The variables of an entry that name the proxy and the certificates, for the program that takes the editor's place where none
 * is open: hosts do not hand on their environment. The names are ours, since some hosts strip whatever has KEY, CERT and the like in its name; the bridge
 * gives the values the names that programs know. A proxy's user name and password stay out.
 */
export function entryEnvironment({ env, proxy, direct = [] }: EditorNetwork): Readonly<Record<string, string>> {
  const either = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  const address = withoutLogin(proxy || either("HTTPS_PROXY") || either("ALL_PROXY") || either("HTTP_PROXY"));
  const values = {
    GATEWAY_CONNECT_PROXY: address,
    GATEWAY_CONNECT_NO_PROXY: direct.length > 0 ? direct.join(",") : either("NO_PROXY"),
    GATEWAY_CONNECT_CA_FILE: env.NODE_EXTRA_CA_CERTS,
  };
  // What a host would take for a variable is left out.
  const said = Object.entries(values).filter(([, value]) => value && !value.includes("${"));
  return Object.fromEntries(said) as Readonly<Record<string, string>>;
}

function withoutLogin(proxy: string | undefined): string | undefined {
  const url = parseUrl(proxy ?? "");
  return url?.protocol === "http:" || url?.protocol === "https:" ? `${url.protocol}//${url.host}` : undefined;
}
