import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { isGatewayId } from "../addresses.ts";
import { type AnswerPart, malformed, neededText, placeOf, textIn, textsIn } from "./answerParts.ts";

/** A gateway as AWS lists it. What AWS calls its states and types is kept as it stands: there will be more. */
export interface ListedGateway {
  readonly id: string;
  readonly name: string;
  /** `READY` where it takes requests. */
  readonly status: string;
  readonly description?: string;
  /** `CUSTOM_JWT`, `AWS_IAM`, `AUTHENTICATE_ONLY` or `NONE`. */
  readonly authorizerType: string;
  /** `MCP`; absent where its targets have an address each. */
  readonly protocolType?: string;
}

/** All of a gateway. */
export interface GatewayDetail extends ListedGateway {
  /** As AWS writes it, with or without `/mcp`; absent at times. */
  readonly url?: string;
  readonly statusReasons: readonly string[];
  /** The rules for tokens, of a gateway with `CUSTOM_JWT`. */
  readonly rules?: TokenRules;
  /** The answer itself, as Explain Access reads it; absent where it may not be looked at. */
  readonly configuration: JsonObject | undefined;
}

/** What a gateway demands of a token, as far as whoever connects has to know it. */
export interface TokenRules {
  readonly discoveryUrl: string;
  readonly allowedAudience: readonly string[];
  readonly allowedClients: readonly string[];
  /** As the identity provider is asked for them. */
  readonly scopes: readonly string[];
  /** The identity provider is in a network of the company's. */
  readonly isPrivate: boolean;
}

export interface ListedTarget {
  readonly name: string;
  readonly status: string;
  /** Such as `LAMBDA`, `MCP_SERVER` or `AGENTCORE_RUNTIME`. */
  readonly type?: string;
  readonly description?: string;
}

/** @throws GatewayFailure `aws_answer_invalid` */
export function listedGateway(part: AnswerPart): ListedGateway {
  const id = neededText(part, "gatewayId");
  if (!isGatewayId(id)) throw malformed(part, `${placeOf(part, "gatewayId")} is not the id of a gateway`);
  const [description, protocolType] = [textIn(part, "description"), textIn(part, "protocolType")];
  return {
    id,
    name: neededText(part, "name"),
    status: neededText(part, "status"),
    authorizerType: neededText(part, "authorizerType"),
    ...(description !== undefined && { description }),
    ...(protocolType !== undefined && { protocolType }),
  };
}

/** @throws GatewayFailure `aws_answer_invalid` */
export function gatewayDetail(part: AnswerPart): GatewayDetail {
  const url = textIn(part, "gatewayUrl");
  const rules = tokenRules(part.value);
  return {
    ...listedGateway(part),
    statusReasons: textsIn(part, "statusReasons"),
    configuration: part.value,
    ...(url !== undefined && { url }),
    ...(rules && { rules }),
  };
}

/** @throws GatewayFailure `aws_answer_invalid` */
export function listedTarget(part: AnswerPart): ListedTarget {
  const [type, description] = [textIn(part, "targetType"), textIn(part, "description")];
  return {
    name: neededText(part, "name"),
    status: neededText(part, "status"),
    ...(type !== undefined && { type }),
    ...(description !== undefined && { description }),
  };
}

/**
 * The rules for tokens in the configuration of a gateway or a registry.
 *
 * @param owner what has `authorizerConfiguration`
 */
export function tokenRules({ authorizerConfiguration: configuration }: JsonObject): TokenRules | undefined {
  const jwt = isJsonObject(configuration) ? configuration.customJWTAuthorizer : undefined;
  if (!isJsonObject(jwt) || typeof jwt.discoveryUrl !== "string") return undefined;
  const part = { url: "", place: "", value: jwt };
  const mapping = isJsonObject(jwt.advertisedScopeMapping) ? jwt.advertisedScopeMapping : {};
  const asAsked = (scope: string): string => {
    const { [scope]: asked } = mapping;
    return typeof asked === "string" ? asked : scope;
  };
  return {
    discoveryUrl: jwt.discoveryUrl,
    allowedAudience: textsIn(part, "allowedAudience"),
    allowedClients: textsIn(part, "allowedClients"),
    scopes: textsIn(part, "allowedScopes").map(asAsked),
    isPrivate: isJsonObject(jwt.privateEndpoint),
  };
}
