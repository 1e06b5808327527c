import { type FailureFacts, GatewayFailure } from "../failures/failure.ts";
import { foreignText } from "../lib/foreignText.ts";
import { isSecureUrl, parseUrl } from "../lib/secureUrl.ts";

/** What a link may say of a gateway. There is nothing secret in it, and nothing that is run. */
export interface SetUpLink {
  readonly url: string;
  readonly name?: string;
  readonly clientId?: string;
  readonly scopes?: readonly string[];
}

/** How long a link may be, in characters, and each of its parts. */
const LONGEST_LINK = 4_096;
const longest = { url: 2_048, name: 80, clientId: 512, scopes: 1_024 } as const;
type Parameter = keyof typeof longest;

/**
 * The link that connects a gateway, for whoever follows it.
 *
 * An editor undoes the encoding of a link before it hands it over, so that an ampersand within a value is encoded twice.
 *
 * @param scheme the editor's own, such as `vscode`
 * @param extension the extension's id
 */
export function setUpLink({ url, name, clientId, scopes }: SetUpLink, scheme: string, extension: string): string {
  const values = { url, name, clientId, scopes: scopes?.length ? scopes.join(" ") : undefined };
  const query = Object.entries(values).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${encodeURIComponent(value.replaceAll("&", "%26"))}`],
  );
  return `${scheme}://${extension}/connect?${query.join("&")}`;
}

/**
 * What a link says. Anybody may have written it: whatever is odd about it refuses all of it.
 *
 * @param query as the editor hands it over: decoded once
 * @throws GatewayFailure `link_refused`
 */
export function readSetUpLink(query: string): SetUpLink {
  if (query.length > LONGEST_LINK) throw refused("tooLong", "");
  const values = new Map<Parameter, string>();
  for (const part of query.split("&").filter((one) => one !== "")) {
    const at = part.indexOf("=");
    const key = at < 0 ? part : part.slice(0, at);
    if (!isParameter(key)) throw refused("unknown", foreignText(key, 40));
    if (values.has(key)) throw refused("twice", key);
    const value = (at < 0 ? "" : part.slice(at + 1)).replaceAll("%26", "&");
    if (hidden.test(value)) throw refused("hidden", key);
    if (value.length > longest[key]) throw refused("tooLong", key);
    if (value.trim() !== "") values.set(key, value.trim());
  }
  const [name, clientId, scopes] = [values.get("name"), values.get("clientId"), values.get("scopes")];
  // RFC 6749, appendices A.1 and A.4.
  if (clientId !== undefined && !/^[\x20-\x7e]+$/.test(clientId)) throw refused("value", "clientId");
  const each = scopes?.split(/[\s,+]+/).filter((scope) => scope !== "");
  if (each?.some((scope) => !/^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope))) throw refused("value", "scopes");
  return {
    url: addressIn(values.get("url")),
    ...(name !== undefined && { name }),
    ...(clientId !== undefined && { clientId }),
    ...(each !== undefined && { scopes: each }),
  };
}

/** What is not seen, or changes how what stands beside it is seen. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\u2028\u2029]/u;

/** The address, whose host is in the letters that it is asked for in: those that look like others are seen as `xn--`. */
function addressIn(text: string | undefined): string {
  if (text === undefined) throw refused("missing", "url");
  const url = /^https?:\/\//i.test(text) ? parseUrl(text) : undefined;
  if (!url || /[\s\\]/.test(text)) throw refused("address", foreignText(text.replace(/\/\/.*@/, "//…@"), 120));
  if (url.username !== "" || url.password !== "") throw refused("credentials", url.host);
  if (!isSecureUrl(url)) throw refused("insecure", url.href);
  if (url.hash !== "") throw refused("address", foreignText(url.href, 120));
  return url.href;
}

const isParameter = (key: string): key is Parameter => Object.hasOwn(longest, key);

const refused = (fault: FailureFacts["link_refused"]["fault"], found: string) =>
  new GatewayFailure("link_refused", { fault, found });
