import { checkSchema, type SchemaFault } from "../../lib/json/checkSchema.ts";
import { type DocumentFault, located, plain, readJson } from "../../lib/json/jsonDocument.ts";
import { validParts } from "../../lib/json/validParts.ts";
import { withoutSlash } from "../../lib/sameAddress.ts";
import { type OfferedGateway, offeredAddress } from "./offeredGateway.ts";
import { teamFileSchema } from "./teamFileSchema.ts";

/** A gateway that a repository suggests. */
export interface SuggestedGateway extends OfferedGateway {
  /** Where people sign in, if the gateway does not say so itself. What it says goes before. */
  readonly issuer?: string;
  /** Where it stands in the file, from 1. */
  readonly line: number;
}

/** What a repository's `.vscode/gateways.json` says. */
export interface TeamFile {
  readonly gateways: readonly SuggestedGateway[];
  /** What is wrong with it. An entry with a fault is not used; the others are. */
  readonly faults: readonly DocumentFault[];
}

/** No list of gateways is as long. */
export const MOST_TEAM_FILE_BYTES = 512 * 1024;

/** Why a file is not read. */
export type UnreadTeamFile = "irregular" | "tooLarge" | "notUtf8";

/** A file that was found and not read. */
export function unreadTeamFile(why: UnreadTeamFile): TeamFile {
  const problems = {
    irregular: "it is no regular file",
    tooLarge: `expected at most ${MOST_TEAM_FILE_BYTES / 1024} kB`,
    notUtf8: "it is not UTF-8",
  };
  return { gateways: [], faults: [{ path: "", line: 1, column: 1, problem: problems[why] }] };
}

/** Reads such a file. Anybody may have written it. */
export function readTeamFile(text: string): TeamFile {
  const document = readJson(text, '{ "gateways": [ … ] }');
  if (document.kind === "faulty") return { gateways: [], faults: document.faults };
  const { root } = document;
  const broken = checkSchema(root, teamFileSchema);
  const parts = validParts(root, broken);
  const entries = parts.below("gateways");
  const [gateways, faults]: [SuggestedGateway[], SchemaFault[]] = [[], [...broken]];
  const seen = new Set<string>();
  // What is wrong outside of the entries may be a misspelled rule, or a secret that somebody means us to use.
  const isWhole = broken.every(({ path }) => entries.some((entry) => path.startsWith(entry.path)));
  for (const { path } of entries) {
    const node = parts.node(path);
    if (!node || !parts.isValid(path)) continue;
    const { url, issuer, ...rest } = plain(node) as Entry;
    const read = offeredAddress(url);
    const from = issuer === undefined ? undefined : offeredAddress(issuer);
    if (read.kind !== "address") faults.push(parts.fault(`${path}.url`, wordsFor(read.kind)));
    else if (from && from.kind !== "address") faults.push(parts.fault(`${path}.issuer`, wordsFor(from.kind)));
    else if (seen.has(withoutSlash(read.href))) faults.push(parts.fault(`${path}.url`, "stands in this file twice"));
    else if (isWhole) {
      // An issuer is compared to the letter, so that it is not normalised.
      gateways.push({ ...rest, url: read.href, ...(issuer !== undefined && { issuer }), line: lineOf(text, node) });
      seen.add(withoutSlash(read.href));
    }
  }
  return { gateways, faults: located(text, faults) };
}

type Entry = Omit<SuggestedGateway, "line">;

const lineOf = (text: string, { offset }: { readonly offset: number }): number =>
  located(text, [{ path: "", offset, problem: "" }])[0]?.line ?? 1;

function wordsFor(kind: "wrong" | "credentials" | "insecure"): string {
  switch (kind) {
    case "wrong":
      return "expected a whole https address";
    case "credentials":
      return "has a name or a password in it";
    case "insecure":
      return "expected https (http only for this machine)";
  }
}
