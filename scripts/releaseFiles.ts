/** The files that say which version this is, as texts by their names. */
export type ReleaseFiles = Readonly<Record<(typeof releaseFileNames)[number], string>>;

export const releaseFileNames = ["package.json", "package-lock.json", "server.json", "CHANGELOG.md"] as const;

const UNRELEASED = "## Unreleased";

/**
 * The same files for a new version: what was not released yet in `CHANGELOG.md` is its section.
 *
 * @param version as semantic versioning has it, without a sign before it
 * @param date of the release, `2026-01-31`
 * @throws Error where the version is none or not newer, or nothing was changed since the last
 */
export function withVersion(files: ReleaseFiles, version: string, date: string): ReleaseFiles {
  const { version: before } = JSON.parse(files["package.json"]) as { readonly version: string };
  // The first one is in the files already.
  const isFirst = version === before && releaseNotes(files["CHANGELOG.md"], before) === "";
  if (!isFirst && !isNewer(version, before)) throw new Error(`${version} is no version after ${before}`);
  if (sectionOf(files["CHANGELOG.md"], UNRELEASED) === "") throw new Error("CHANGELOG.md has nothing under Unreleased");
  const everyVersion = (text: string, most: number): string => {
    let left = most;
    return text.replaceAll(`"version": "${before}"`, (found) => (left-- > 0 ? `"version": "${version}"` : found));
  };
  return {
    "package.json": everyVersion(files["package.json"], 1),
    // The file's own, and that of the package that it is about; what comes after is of others.
    "package-lock.json": everyVersion(files["package-lock.json"], 2),
    "server.json": everyVersion(files["server.json"], 2),
    "CHANGELOG.md": files["CHANGELOG.md"].replace(UNRELEASED, `${UNRELEASED}\n\n## ${version} (${date})`),
  };
}

/**
 * What keeps these files from being released under a tag.
 *
 * @returns sentences; none where all of them say the same version, and the changelog what is new in it
 */
export function releaseProblems(files: ReleaseFiles, tag: string): readonly string[] {
  const version = tag.replace(/^v/, "");
  const read = (name: keyof ReleaseFiles) => JSON.parse(files[name]) as Versioned;
  const lock = read("package-lock.json");
  const server = read("server.json");
  const said: readonly (readonly [where: string, what: string | undefined])[] = [
    ["package.json", read("package.json").version],
    ["package-lock.json", lock.version],
    ["package-lock.json, of the package", lock.packages?.[""]?.version],
    ["server.json", server.version],
    ...Object.values(server.packages ?? {}).map((one) => ["server.json, of a package", one.version] as const),
  ];
  const other = said.filter(([, what]) => what !== version);
  const hasNotes = releaseNotes(files["CHANGELOG.md"], version) !== "";
  return [
    ...(/^v\d+\.\d+\.\d+$/.test(tag) ? [] : [`${tag} is no tag of a version`]),
    ...other.map(([where, what]) => `${where} says ${what ?? "nothing"}, and the tag ${version}`),
    ...(hasNotes ? [] : [`CHANGELOG.md has no section for ${version}`]),
  ];
}

/** What the changelog says of a version; empty where it says nothing. */
export const releaseNotes = (changelog: string, version: string): string => sectionOf(changelog, `## ${version} (`);

interface Versioned {
  readonly version?: string;
  /** By paths, or a list, which its numbers are the names of. */
  readonly packages?: Readonly<Record<string, Versioned>>;
}

function sectionOf(changelog: string, heading: string): string {
  const lines = changelog.split("\n");
  const start = lines.findIndex((line) => line.startsWith(heading));
  if (start < 0) return "";
  const end = lines.findIndex((line, at) => at > start && line.startsWith("## "));
  return lines
    .slice(start + 1, end < 0 ? undefined : end)
    .join("\n")
    .trim();
}

function isNewer(version: string, before: string): boolean {
  const numbers = (text: string) => /^(\d+)\.(\d+)\.(\d+)$/.exec(text)?.slice(1).map(Number);
  const [one, other] = [numbers(version), numbers(before)];
  if (!one || !other) return false;
  const at = one.findIndex((number, index) => number !== other[index]);
  return at >= 0 && (one[at] ?? 0) > (other[at] ?? 0);
}
