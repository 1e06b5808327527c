import { splitName } from "../../lib/qualifiedName.ts";
import type { PolicyTarget } from "../http/pathTarget.ts";
import type { PolicyTool } from "./cedarSchema.ts";
import { inputType } from "./cedarTypes.ts";
import type { Policy } from "./policy.ts";

/** The requests to a target with a path of its own, as policies know them. */
export interface RequestActions {
  /** All that policies may name, for the schema that they are checked against. */
  readonly all: ReadonlyMap<string, PolicyTool>;
  /**
   * @param name the method and the path below the target's name, such as `POST:/invocations`
   * @returns undefined for one that the target's schema does not have
   */
  find(name: string): PolicyTool | undefined;
}

/** What stands for all requests that no policy names; nothing but its groups can be asked of it. */
const ANY_OTHER = "*";

const noBody = inputType({ type: "object" });

/**
 * With a schema, the requests are its operations (developer guide, "Request body on the runtime target"). Without one each
 * method and path is one, of whose body policies know nothing.
 *
 * @param policies those that may name requests
 */
export function requestActions({ name: target, requests }: PolicyTarget, policies: readonly Policy[]): RequestActions {
  const action = (name: string, input = noBody): PolicyTool => ({ target, name, input, isRequest: true });
  if (requests) {
    const declared = requests.map(({ name, inputSchema }) => action(String(name), inputType(inputSchema)));
    const all = new Map(declared.map((one) => [one.name, one]));
    const patterns = declared
      .filter(({ name }) => name.includes("{"))
      .map((one) => ({ one, pattern: patternOf(one.name) }));
    return { all, find: (name) => all.get(name) ?? patterns.find(({ pattern }) => pattern.test(name))?.one };
  }
  const named = policies.flatMap(({ actions }) =>
    actions === "all" ? [] : actions.flatMap((one) => ownName(one, target)),
  );
  const all = new Map([...new Set([...named, ANY_OTHER])].map((name) => [name, action(name)]));
  return { all, find: (name) => all.get(name) ?? all.get(ANY_OTHER) };
}

function ownName(action: string, target: string): readonly string[] {
  const named = splitName(action);
  return named?.target === target ? [named.name] : [];
}

/**
 * The action of a request. A letter that was sent in percent-encoding is that letter (RFC 3986, 6.2.2.2): otherwise a forbid would
 * not be about a path that the target takes for the same.
 */
export const requestName = (method: string, path: string): string =>
  `${method}:${path.replace(/%[0-9A-Fa-f]{2}/g, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : encoded.toUpperCase();
  })}`;

/** A path of OpenAPI with parameters, as what a request's path is compared with. */
const patternOf = (name: string): RegExp =>
  new RegExp(`^${name.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{[^{}/]*\}/g, "[^/]+")}$`);
