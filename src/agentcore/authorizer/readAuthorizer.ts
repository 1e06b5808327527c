import { findNodeAtLocation, type Node } from "jsonc-parser";
import { checkSchema, type SchemaFault } from "../../lib/json/checkSchema.ts";
import { type DocumentFault, located, plain, readJson } from "../../lib/json/jsonDocument.ts";
import { validParts } from "../../lib/json/validParts.ts";
import type { CustomJwtAuthorizer } from "./authorizerConfiguration.ts";
import { authorizerFaults, authorizerSchema } from "./authorizerSchema.ts";
import type { FurtherTokenRules } from "./beyondAgentCore.ts";
import { strings } from "./claimRules.ts";
/** The rules for tokens, read from a gateway's configuration. */
export type ReadAuthorizer =
  | {
      readonly kind: "rules";
      readonly rules: CustomJwtAuthorizer;
      readonly clockSkewSeconds: number;
      /** The rules of a local gateway beyond AgentCore's that need the token alone. */
      readonly beyond: FurtherTokenRules;
      /** Members of the configuration that also decide at this gateway, in ways that we cannot evaluate. */
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
 * Reads the rules of a gateway from any JSON that contains them: the output of `aws bedrock-agentcore-control
 * get-gateway`, a local gateway's file, `authorizerConfiguration`, or `customJWTAuthorizer` alone. The limits are those
 * of the gateway's file.
 *
 * @param configuration JSON as text, which may contain comments, or as a value
 * @returns the rules, or every fault with its position; it never throws
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
  const [found] = rulePaths.flatMap((steps) => {
    const node = member(root, steps);
    return node?.type === "object" ? [{ steps, node }] : [];
  });
  if (!found || (found.steps.length === 0 && !member(root, ["discoveryUrl"]))) {
    return faulty(at("", `expected ${EXPECTED}`));
  }
  const { steps, node } = found;
  const path = steps.join(".");
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

/** Where the rules may be; the whole document comes last. */
const rulePaths: readonly (readonly string[])[] = [
  ["authorizerConfiguration", "customJWTAuthorizer"],
  ["customJWTAuthorizer"],
  [],
];

const member = (root: Node, path: readonly string[]): Node | undefined => findNodeAtLocation(root, [...path]);

const memberValue = (root: Node, ...path: string[]): unknown => findNodeAtLocation(root, path)?.value;

const hasValue = (node: Node | undefined): boolean =>
  node !== undefined && node.type !== "null" && (node.children === undefined || node.children.length > 0);

const secondsOf = (value: unknown): number => (typeof value === "number" && value >= 0 && value <= 300 ? value : 0);

function beyondOf(root: Node): FurtherTokenRules {
  const denied = findNodeAtLocation(root, ["beyondAgentCore", "deniedTokenIds"]);
  return {
    ...(memberValue(root, "beyondAgentCore", "requireSubject") === true && { requireSubject: true }),
    ...(memberValue(root, "beyondAgentCore", "refuseIdTokens") === true && { refuseIdTokens: true }),
    ...(denied && { deniedTokenIds: strings(plain(denied)) }),
  };
}
