import { gatewayAddress, mcpPaths, signedFor } from "../../agentcore/addresses.ts";
import { issuerOfDiscovery } from "../../agentcore/authorizer/discoveryUrl.ts";
import type { GatewayDetail, TokenRules } from "../../agentcore/controlPlane/gatewayRecords.ts";
import type { JsonObject } from "../../lib/json/jsonObject.ts";
import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";

/** A gateway that somebody chose in their AWS account, with all that AWS says of how to sign in there. */
export interface ChosenGateway {
  readonly address: string;
  /** What it is called there. */
  readonly name?: string;
  /** What is to be set for it, as far as nothing is. */
  readonly settings: {
    readonly clientId?: string;
    readonly audience?: string;
    readonly signIn?: "aws";
    readonly awsProfile?: string;
    readonly awsRegion?: string;
  };
  /** Where to sign in, if the gateway does not say. */
  readonly issuer?: string;
  /** The scopes that it wants, if it does not say. */
  readonly scopes?: readonly string[];
  /** What AWS says of it, for Explain Access. */
  readonly configuration?: JsonObject;
}

/** How a gateway was chosen. */
export interface Choice {
  readonly region: string;
  /** Whose credentials sign; undefined for those that AWS's tools take by default. */
  readonly profile: string | undefined;
  /** The client to sign in as, of those that the gateway lets in. */
  readonly clientId?: string | undefined;
  /** The target whose own address was chosen, and what its path ends with. */
  readonly target?: string | undefined;
}

/** What connecting a gateway begins with that AWS described. */
export function chosenGateway(detail: GatewayDetail, choice: Choice): ChosenGateway {
  const { name, configuration } = detail;
  const { target } = choice;
  const address = addressOf(detail, choice);
  const called = target === undefined ? name : `${name}-${target.replace(/\/.*/, "")}`;
  return { ...chosenServer({ ...detail, address, name: called }, choice), ...(configuration && { configuration }) };
}

/** A server, with what is known of how to sign in there. */
interface DescribedServer {
  readonly address: string;
  readonly name: string;
  readonly authorizerType?: string | undefined;
  readonly rules?: TokenRules | undefined;
}

/** What connecting a server begins with, whoever described it. */
export function chosenServer(
  { address, name, authorizerType, rules }: DescribedServer,
  { region, profile, clientId }: Choice,
): ChosenGateway {
  if (authorizerType === "AWS_IAM" || authorizerType === "AUTHENTICATE_ONLY") {
    const isSaid = signedFor(new URL(address).hostname) !== undefined;
    const awsProfile = profile !== undefined && { awsProfile: profile };
    return { address, name, settings: { signIn: "aws", ...awsProfile, ...(!isSaid && { awsRegion: region }) } };
  }
  if (!rules) return { address, name, settings: {} };
  const issuer = issuerOfDiscovery(rules.discoveryUrl);
  // With several the gateway takes each, and only the token shows which it was.
  const [audience, ...otherAudiences] = rules.allowedAudience;
  const isOne = audience !== undefined && otherAudiences.length === 0;
  return {
    ...{ address, name },
    settings: { ...(clientId !== undefined && { clientId }), ...(isOne && { audience }) },
    ...(issuer !== undefined && { issuer }),
    ...(rules.scopes.length > 0 && { scopes: rules.scopes }),
  };
}

/** The address of a gateway: AWS prints it with or without its path, and leaves it out at times. */
function addressOf({ id, url }: GatewayDetail, { region, target }: Choice): string {
  const said = parseUrl(url ?? "");
  const whole = said && isSecureUrl(said) ? said : new URL(gatewayAddress(id, region));
  if (target !== undefined) return new URL(`/${target}`, whole).href;
  const [path = whole.pathname] = mcpPaths(whole.hostname, whole.pathname) ?? [];
  return new URL(path, whole).href;
}
