import { type FailureFacts, GatewayFailure } from "../../failures/failure.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { hidden, isClientId, isScope, LONGEST_PART, type OfferedGateway, offeredAddress } from "./offeredGateway.ts";

/** How long a link may be, in characters. */
const LONGEST_LINK = 4_096;
type Parameter = keyof typeof LONGEST_PART;

/**
 * The link that connects a gateway, for whoever follows it.
 *
 * An editor undoes the encoding of a link before it hands it over, so that an ampersand within a value is encoded twice.
 *
 * @param scheme the editor's own, such as `vscode`
 * @param extension the extension's id
 */
export function setUpLink({ url, name, clientId, scopes }: OfferedGateway, scheme: string, extension: string): string {
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
export function readSetUpLink(query: string): OfferedGateway {
  if (query.length > LONGEST_LINK) throw refused("tooLong", "");
  const values = new Map<Parameter, string>();
  for (const part of query.split("&").filter((one) => one !== "")) {
    const at = part.indexOf("=");
    const key = at < 0 ? part : part.slice(0, at);
    if (!isParameter(key)) throw refused("unknown", foreignText(key, 40));
    if (values.has(key)) throw refused("twice", key);
    const value = (at < 0 ? "" : part.slice(at + 1)).replaceAll("%26", "&");
    if (hidden.test(value)) throw refused("hidden", key);
    if (value.length > LONGEST_PART[key]) throw refused("tooLong", key);
    if (value.trim() !== "") values.set(key, value.trim());
  }
  const [name, clientId, scopes] = [values.get("name"), values.get("clientId"), values.get("scopes")];
  if (clientId !== undefined && !isClientId(clientId)) throw refused("value", "clientId");
  const each = scopes?.split(/[\s,+]+/).filter((scope) => scope !== "");
  if (each?.some((scope) => !isScope(scope))) throw refused("value", "scopes");
  return {
    url: addressIn(values.get("url")),
    ...(name !== undefined && { name }),
    ...(clientId !== undefined && { clientId }),
    ...(each !== undefined && { scopes: each }),
  };
}

function addressIn(text: string | undefined): string {
  if (text === undefined) throw refused("missing", "url");
  const read = offeredAddress(text);
  if (read.kind === "address") return read.href;
  throw refused(read.kind === "wrong" ? "address" : read.kind, read.found);
}

const isParameter = (key: string): key is Parameter => Object.hasOwn(LONGEST_PART, key);

const refused = (fault: FailureFacts["link_refused"]["fault"], found: string) =>
  new GatewayFailure("link_refused", { fault, found });
