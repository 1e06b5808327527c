import { readdirSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { places } from "../../test/world/support/places.ts";
import { collectRows, kinds, type Row } from "../../test/world/support/rows.ts";

const folder = "test/world";

const head = `# Other people's servers

How identity providers, gateways, MCP servers, files and callers were seen to behave, and what this program makes of it. A row is
one member of a kind; the kind is what has to hold. \`npm test -- --only world\` runs every row that is not open, over real HTTP,
against what ships: \`dist/standalone.mjs\` and \`dist/gateway.mjs\`, and the relay where the editor's way differs.

This page is written by \`npm run world\` from the rows in \`test/world\`, and a test holds it to them. *Now* says **✓** where tests
of that row pass, and **open** where there is none yet. Sources are public threads, or what was run.
`;

/** The page about all rows, as their files have them. What was imported before is not on it. */
export async function worldPage(): Promise<string> {
  const rows = await collectRows(async () => {
    const files = readdirSync(folder).filter((file) => file.endsWith(".test.ts"));
    for (const file of files.sort()) await import(pathToFileURL(`${folder}/${file}`).href);
  });
  const sorted = [...rows].sort((one, other) => order(one).localeCompare(order(other)));
  return `${[head, kindsPart(sorted), placesPart(), ...subjects.map((subject) => part(subject, sorted))].join("\n")}`;
}

const subjects = [
  { letter: "P", title: "Identity providers and discovery" },
  { letter: "G", title: "Gateways and MCP servers, as a client meets them" },
  { letter: "T", title: "Targets, issuers and files, as the local gateway meets them" },
  { letter: "S", title: "Attacks and load" },
] as const;

function order({ row }: Row): string {
  const at = subjects.findIndex(({ letter }) => row.startsWith(letter));
  if (at < 0) throw new Error(`${row} begins with none of ${subjects.map(({ letter }) => letter).join(", ")}`);
  return `${at} ${row.slice(1).padStart(4, "0")}`;
}

function kindsPart(rows: readonly Row[]): string {
  const lines = Object.entries(kinds).map(([kind, words]) => {
    const members = rows.filter((row) => row.kind === Number(kind));
    const names = members.map(({ row }) => row).join(", ") || "each that runs what ships";
    return `${kind}. ${words} (${names})`;
  });
  return `## Kinds of fault\n\n${lines.join("\n")}\n`;
}

/** For each kind the places at which its siblings are held. */
function placesPart(): string {
  const lines = Object.entries(places).flatMap(([kind, all]) =>
    all.map(({ file, name, holds }) => `| ${kind} | ${cell(holds)} | \`${name}\` (${file}) |`),
  );
  return `## Where each kind was mended

What has to hold is the kind, so that each was looked for in every room. These places hold it for the rows that name the
kind, and for whoever comes by the same way.

| kind | what is held | where |
|---|---|---|
${lines.join("\n")}
`;
}

function part({ letter, title }: (typeof subjects)[number], all: readonly Row[]): string {
  const rows = all.filter(({ row }) => row.startsWith(letter));
  const lines = rows.map((row) =>
    [row.row, row.otherSide, row.right, row.at03c8530, row.tests ? "✓" : "open", titles(row), row.source]
      .map(cell)
      .join(" | "),
  );
  return `## ${title}

| row | the other side | right | at 03c8530 | now | tests | source |
|---|---|---|---|---|---|---|
${lines.map((line) => `| ${line} |`).join("\n")}
`;
}

/** The most titles that a row shows; a row with variants has dozens. */
const SHOWN = 3;

function titles({ tests = {} }: Row): string {
  const all = Object.keys(tests);
  const shown = all.slice(0, SHOWN).map((title) => `*${title}*`);
  const more = all.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
}

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");
