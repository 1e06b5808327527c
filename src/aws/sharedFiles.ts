/** One profile of AWS's shared files, by the names that stand there. */
export type ProfileFields = Readonly<Record<string, string>>;

/**
 * The profiles of `~/.aws/config` and `~/.aws/credentials`, in the order in which they stand there: a profile may have a part
 * in each. What belongs to a field as a block (`s3 =` and lines that are indented) is left out.
 *
 * @param config the text of the file in which sections are called `[profile name]`, and `[default]`
 * @param credentials the text of the one in which they are called by their names alone, and whose fields count more
 */
export function readProfiles(config: string, credentials: string): ReadonlyMap<string, ProfileFields> {
  const profiles = new Map<string, Record<string, string>>();
  const add = (name: string, fields: ProfileFields) => profiles.set(name, { ...profiles.get(name), ...fields });
  for (const [section, fields] of sectionsOf(config)) {
    const name = section === "default" ? section : /^profile\s+(.+)$/.exec(section)?.[1];
    if (name !== undefined) add(unquoted(name), fields);
  }
  for (const [section, fields] of sectionsOf(credentials)) add(unquoted(section), fields);
  return profiles;
}

/**
 * What a `[services name]` section of `~/.aws/config` says of one service: the lines that are indented below its id.
 *
 * @param id such as `bedrock_agentcore_control`
 */
export function serviceFields(config: string, name: string, id: string): ProfileFields {
  const fields: Record<string, string> = {};
  let isHere = false;
  let service = "";
  for (const line of linesOf(config)) {
    const [, head] = headPattern.exec(line) ?? [];
    const [, nested, nestedValue = ""] = /^\s+([^\s=][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (head !== undefined) {
      isHere = /^services\s+(.+)$/.exec(head)?.[1] === name;
      service = "";
    } else if (nested === undefined) {
      service = /^([^\s=]+)\s*=\s*$/.exec(line)?.[1] ?? "";
    } else if (isHere && service === id) {
      fields[nested.toLowerCase()] = fieldValue(nestedValue);
    }
  }
  return fields;
}

const headPattern = /^\s*\[\s*([^\]]+?)\s*\]/;
const fieldValue = (text: string): string => text.replace(/\s[#;].*$/, "").trim();

function* linesOf(text: string): Generator<string> {
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) if (!/^\s*(?:[#;]|$)/.test(line)) yield line;
}

function* sectionsOf(text: string): Generator<[name: string, fields: Record<string, string>]> {
  let section: [string, Record<string, string>] | undefined;
  for (const line of linesOf(text)) {
    const [, head] = headPattern.exec(line) ?? [];
    if (head !== undefined) {
      if (section) yield section;
      section = [head, {}];
      continue;
    }
    const [, name, value = ""] = /^([^\s=][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && section) section[1][name.toLowerCase()] = fieldValue(value);
  }
  if (section) yield section;
}

const unquoted = (name: string): string => name.replace(/^(["'])(.*)\1$/, "$2");
