import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { agentCoreTypes, type Properties, type PropertyType } from "./agentCoreTypes.ts";
import { lowerFirst } from "./exportNames.ts";

/** A value of a resource, before it is written in a language. Names are CloudFormation's. */
export type ExportNode =
  | { readonly kind: "value"; readonly value: string | number | boolean }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "list"; readonly items: readonly ExportNode[] }
  /** Its names are those of a type, which each language writes its own way. */
  | { readonly kind: "object"; readonly members: readonly (readonly [string, ExportNode])[] }
  /** Its names are the user's, and stay as they are. */
  | { readonly kind: "map"; readonly members: readonly (readonly [string, ExportNode])[] }
  | { readonly kind: "reference"; readonly resource: string; readonly attribute: string }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "joined"; readonly parts: readonly ExportNode[] };

/** A resource of AgentCore. */
export interface ExportResource {
  /** Letters and digits. */
  readonly id: string;
  readonly type: string;
  readonly members: readonly (readonly [string, ExportNode])[];
  /** The resources that have to be there before. */
  readonly after: readonly string[];
}

/** A value that is asked for when the resources are made. */
export interface ExportParameter {
  readonly name: string;
  readonly description: string;
  readonly value?: string;
}

/** A configuration as resources, with what they cannot say. */
export interface Exported {
  readonly parameters: readonly ExportParameter[];
  readonly resources: readonly ExportResource[];
  readonly notSaid: readonly string[];
}

/** Receives the path of a member that the type does not have. */
export type NotSaid = (path: string) => void;

/** The members of an object of AWS's JSON, as its type has them. */
export function membersOf(
  value: Readonly<Record<string, unknown>>,
  properties: Properties,
  path: string,
  notSaid: NotSaid,
): readonly (readonly [string, ExportNode])[] {
  const names = new Map(
    Object.entries(properties).map(([name, type]) => {
      const plain = name.replace(/!$/, "");
      return [lowerFirst(plain), [plain, type] as const];
    }),
  );
  return Object.entries(value).flatMap(([key, one]) => {
    const at = path === "" ? key : `${path}.${key}`;
    const known = names.get(key);
    if (known === undefined) {
      notSaid(at);
      return [];
    }
    return one === null ? [] : [[known[0], nodeOf(one, known[1], at, notSaid)] as const];
  });
}

function nodeOf(value: unknown, type: PropertyType, path: string, notSaid: NotSaid): ExportNode {
  if (typeof type !== "string" && "of" in type) {
    const members = Object.entries(isJsonObject(value) ? value : {});
    return {
      kind: "map",
      members: members.map(([name, one]) => [name, nodeOf(one, type.of, `${path}.${name}`, notSaid)]),
    };
  }
  if (typeof type !== "string") {
    const items = Array.isArray(value) ? value : [];
    return { kind: "list", items: items.map((one, at) => nodeOf(one, type[0], `${path}[${at}]`, notSaid)) };
  }
  if (type === "json") return { kind: "json", value };
  const properties = agentCoreTypes[type];
  if (properties !== undefined && isJsonObject(value)) {
    return { kind: "object", members: membersOf(value, properties, path, notSaid) };
  }
  return { kind: "value", value: value as string | number | boolean };
}
