import { isJsonObject, type JsonObject, jsonObjectIn } from "../../lib/json/jsonObject.ts";
import { type AnswerPart, malformed, neededText, objectIn, placeOf, textIn } from "./answerParts.ts";
import { type TokenRules, tokenRules } from "./gatewayRecords.ts";

/** An AWS Agent Registry. */
export interface ListedRegistry {
  readonly id: string;
  readonly name: string;
  readonly status: string;
  readonly description?: string;
  /** How whoever looks for something signs in: `AWS_IAM` or `CUSTOM_JWT`. */
  readonly authorizerType?: string;
  readonly rules?: TokenRules;
}

/** What a registry knows of something that can be used. */
export interface ListedRecord {
  readonly id: string;
  readonly name: string;
  /** `MCP`, `GATEWAY`, `AGENT`, `SKILL`, `CUSTOM`, or what comes later. */
  readonly type: string;
  readonly version?: string;
  readonly description?: string;
  /** A search brings all of a record at once. */
  readonly server?: RecordedServer;
}

/** What a record says of an MCP server. */
export interface RecordedServer {
  /** Its addresses; none for one that runs as a program on one's own computer. */
  readonly remotes: readonly string[];
  /** Whether the addresses have places that somebody has to fill in. */
  readonly hasPlaceholders: boolean;
  /** How to sign in at a gateway that the registry found by itself. */
  readonly found?: { readonly authorizerType?: string; readonly rules?: TokenRules };
}

const idPattern = /^[A-Za-z0-9]{1,64}$/;

/** @throws GatewayFailure `aws_answer_invalid` */
export function listedRegistry(part: AnswerPart): ListedRegistry {
  const discovery = objectIn(part, "discoveryConfiguration");
  const authorizerType = discovery && textIn(discovery, "authorizerType");
  const rules = discovery && tokenRules(discovery.value);
  const description = textIn(part, "description");
  return {
    id: idIn(part, "registryId"),
    name: neededText(part, "name"),
    status: neededText(part, "status"),
    ...(description !== undefined && { description }),
    ...(authorizerType !== undefined && { authorizerType }),
    ...(rules && { rules }),
  };
}

/** @throws GatewayFailure `aws_answer_invalid` */
export function listedRecord(part: AnswerPart): ListedRecord {
  const [version, description] = [textIn(part, "recordVersion"), textIn(part, "description")];
  const hasAll = objectIn(part, "descriptors") !== undefined;
  return {
    id: idIn(part, "recordId"),
    name: textIn(part, "displayName") ?? neededText(part, "name"),
    type: neededText(part, "recordType"),
    ...(version !== undefined && { version }),
    ...(description !== undefined && { description }),
    ...(hasAll && { server: recordedServer(part) }),
  };
}

/** The server of a whole record: what it was described from, else the `remotes` of its server.json. */
export function recordedServer(part: AnswerPart): RecordedServer {
  const descriptors = objectIn(part, "descriptors");
  const server = descriptors && objectIn(descriptors, "mcpServer");
  const source = server && objectIn(server, "source");
  const from = source && objectIn(source, "fromUrl");
  const described = from && textIn(from, "url");
  const written = remotesOf(jsonObjectIn((server && textIn(server, "data")) ?? "") ?? {});
  const all = [...new Set([...(described === undefined ? [] : [described]), ...written])];
  const isWhole = (url: string) => !/[{}]/.test(url);
  const found = foundGateway(part.value);
  return {
    remotes: all.filter(isWhole),
    hasPlaceholders: !all.every(isWhole),
    ...(found && { found }),
  };
}

/** The addresses of a server.json, or of one inside what a registry of MCP answers. */
function remotesOf(document: JsonObject): readonly string[] {
  const { remotes } = isJsonObject(document.server) ? document.server : document;
  return (Array.isArray(remotes) ? (remotes as readonly unknown[]) : []).flatMap((remote) =>
    isJsonObject(remote) && typeof remote.url === "string" ? [remote.url] : [],
  );
}

function foundGateway({ provenance }: JsonObject): RecordedServer["found"] {
  for (const one of Array.isArray(provenance) ? (provenance as readonly unknown[]) : []) {
    const details = isJsonObject(one) && isJsonObject(one.sourceDetails) ? one.sourceDetails : {};
    const { agentcoreGateway: gateway } = details;
    if (!isJsonObject(gateway)) continue;
    const { authorizerType } = gateway;
    const rules = tokenRules(gateway);
    return { ...(typeof authorizerType === "string" && { authorizerType }), ...(rules && { rules }) };
  }
  return undefined;
}

function idIn(part: AnswerPart, name: string): string {
  const id = neededText(part, name);
  if (idPattern.test(id)) return id;
  throw malformed(part, `${placeOf(part, name)} is no id`);
}
