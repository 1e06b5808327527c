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

function* sectionsOf(text: string): Generator<[name: string, fields: Record<string, string>]> {
  let section: [string, Record<string, string>] | undefined;
  for (const line of text.replace(/^\uFEFF/, "").split(/\r?\n/)) {
    if (/^\s*(?:[#;]|$)/.test(line)) continue;
    const [, head] = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line) ?? [];
    if (head !== undefined) {
      if (section) yield section;
      section = [head, {}];
      continue;
    }
    const [, name, value = ""] = /^([^\s=][^=]*?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name !== undefined && section) section[1][name.toLowerCase()] = value.replace(/\s[#;].*$/, "").trim();
  }
  if (section) yield section;
}

const unquoted = (name: string): string => name.replace(/^(["'])(.*)\1$/, "$2");
