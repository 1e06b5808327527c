import { checkSchema, type SchemaFault } from "../lib/json/checkSchema.ts";
import { type DocumentFault, located, plain, readJson } from "../lib/json/jsonDocument.ts";
import { type ValidParts, validParts } from "../lib/json/validParts.ts";
import { readAddressPattern } from "./addressPattern.ts";
import { contradictions } from "./contradictions.ts";
import type { PolicyDocument } from "./policyDocument.ts";
import { policySchema } from "./policySchema.ts";

/** What an administrator's file says, or all that is wrong with it. */
export type ReadPolicy =
  | { readonly kind: "read"; readonly document: PolicyDocument }
  | { readonly kind: "broken"; readonly faults: readonly DocumentFault[] };

/** Reads an administrator's file: JSON with comments. A fault breaks all of it, since a rule may be missing for it. */
export function readPolicy(text: string): ReadPolicy {
  const json = readJson(text, '{ "version": 1, … }');
  if (json.kind === "faulty") return { kind: "broken", faults: json.faults };
  const { root } = json;
  const form = checkSchema(root, policySchema);
  const parts = validParts(root, form);
  const faults: readonly SchemaFault[] = [...form, ...patternFaults(parts)];
  if (faults.length > 0) return { kind: "broken", faults: located(text, faults) };
  const document = plain(root) as PolicyDocument;
  const conflicts = contradictions(document).map(({ path, problem }) => parts.fault(path, problem));
  if (conflicts.length > 0) return { kind: "broken", faults: located(text, conflicts) };
  return { kind: "read", document };
}

function patternFaults(parts: ValidParts): readonly SchemaFault[] {
  const gateways = parts.below("gateways").map(({ path }) => path);
  const lists = ["", ...gateways].map((at) => (at === "" ? "issuers" : `${at}.issuers`));
  const paths = [
    ...gateways.map((at) => `${at}.address`),
    ...lists.flatMap((list) => parts.below(list).map(({ path }) => path)),
  ];
  return paths.flatMap((path) => {
    const text = parts.text(path);
    const read = text === undefined ? undefined : readAddressPattern(text);
    return read && "problem" in read ? [parts.fault(path, read.problem)] : [];
  });
}
