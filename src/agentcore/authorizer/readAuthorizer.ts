import { findNodeAtLocation, type Node } from "jsonc-parser";
import { checkSchema, type SchemaFault } from "../../lib/json/checkSchema.ts";
import { type DocumentFault, located, plain, readJson } from "../../lib/json/jsonDocument.ts";
import { validParts } from "../../lib/json/validParts.ts";
import type { CustomJwtAuthorizer } from "./authorizerConfiguration.ts";
import { authorizerFaults, authorizerSchema } from "./authorizerSchema.ts";
import type { BeyondAgentCore } from "./beyondAgentCore.ts";
import { strings } from "./claimRules.ts";
/** What somebody's configuration says about tokens. */
export type ReadAuthorizer =
  | {
      readonly kind: "rules";
      readonly rules: CustomJwtAuthorizer;
      readonly clockSkewSeconds: number;
      /** What a gateway of ours asks beyond AgentCore and can be judged from the token alone. */
      readonly beyond: Omit<BeyondAgentCore, "introspection">;
      /** What else decides at this gateway and is not known here, by the names of its configuration. */
      readonly alsoDecides: readonly string[];
    }
  /** The gateway lets everyone in (`authorizerType` NONE). */
  | { readonly kind: "open" }
  | { readonly kind: "faulty"; readonly faults: readonly DocumentFault[] };

const EXPECTED = "what get-gateway prints, its authorizerConfiguration, or customJWTAuthorizer";

/** Members of a gateway that may refuse what its authorizer lets pass. */
const deciders: readonly (readonly string[])[] = [
  ["interceptorConfigurations"],
  ["policyEngineConfiguration"],
  ["webAclArn"],
  ["wafConfiguration"],
  ["beyondAgentCore", "introspection"],
];

/**
 * Reads the rules of a gateway out of whatever has them: what `aws bedrock-agentcore-control get-gateway` prints, a file
 * of our gateway, `authorizerConfiguration`, or `customJWTAuthorizer` alone. The limits are those of the gateway's own file.
 *
 * @param configuration JSON as a text, where comments may be in it, or its value
 * @returns every fault with its place; it never throws
 */
export function readAuthorizer(configuration: unknown): ReadAuthorizer {
  const text = typeof configuration === "string" ? configuration : (JSON.stringify(configuration, null, 2) ?? "");
  const document = readJson(text, EXPECTED);
  if (document.kind === "faulty") return document;
  const { root } = document;
  const at = (path: string, problem: string): SchemaFault => {
    const { offset } = findNodeAtLocation(root, [path]) ?? root;
    return { path, offset, problem };
  };
  const faulty = (...faults: SchemaFault[]): ReadAuthorizer => ({ kind: "faulty", faults: located(text, faults) });

  const type = memberValue(root, "authorizerType");
  if (type === "NONE") return { kind: "open" };
  if (type === "AWS_IAM" || type === "AUTHENTICATE_ONLY") {
    return faulty(at("authorizerType", `${type} is AWS's own signature, and no token is looked at`));
  }
  const place = places.find((path) => member(root, path)?.type === "object");
  const node = place && member(root, place);
  if (!place || !node || (place.length === 0 && !findNodeAtLocation(root, ["discoveryUrl"]))) {
    return faulty(at("", `expected ${EXPECTED}`));
  }
  const path = place.join(".");
  const shape = checkSchema(node, authorizerSchema, path);
  const faults = [...shape, ...authorizerFaults(validParts(node, shape, path), path)];
  if (faults.length > 0) return faulty(...faults);
  const rules = plain(node) as CustomJwtAuthorizer;
  return {
    kind: "rules",
    rules,
    clockSkewSeconds: secondsOf(memberValue(root, "local", "clockSkewSeconds")),
    beyond: beyondOf(root),
    alsoDecides: deciders.filter((one) => hasValue(member(root, one))).map((one) => one.join(".")),
  };
}

/** Where the rules may be, the whole document last. */
const places: readonly (readonly string[])[] = [
  ["authorizerConfiguration", "customJWTAuthorizer"],
  ["customJWTAuthorizer"],
  [],
];

const member = (root: Node, path: readonly string[]): Node | undefined =>
  path.length === 0 ? root : findNodeAtLocation(root, [...path]);

const memberValue = (root: Node, ...path: string[]): unknown => findNodeAtLocation(root, path)?.value;

const hasValue = (node: Node | undefined): boolean =>
  node !== undefined && node.type !== "null" && (node.children === undefined || node.children.length > 0);

const secondsOf = (value: unknown): number => (typeof value === "number" && value >= 0 && value <= 300 ? value : 0);

function beyondOf(root: Node): Omit<BeyondAgentCore, "introspection"> {
  const denied = findNodeAtLocation(root, ["beyondAgentCore", "deniedTokenIds"]);
  return {
    ...(memberValue(root, "beyondAgentCore", "requireSubject") === true && { requireSubject: true }),
    ...(memberValue(root, "beyondAgentCore", "refuseIdTokens") === true && { refuseIdTokens: true }),
    ...(denied && { deniedTokenIds: strings(plain(denied)) }),
  };
}
