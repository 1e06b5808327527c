import { readFileSync } from "node:fs";
import type { Kind } from "./ignored.ts";
import { type NamedTest, uses } from "./uses.ts";

/** Where it stands which test each option, command and setting was put to the proof with. */
export const usesFile = "docs/uses.md";

const titles: Readonly<Record<Kind, string>> = {
  standalone: "Options of the standalone",
  gateway: "Options of the local gateway",
  sandbox: "Options of the sandbox",
  command: "Commands of the extension",
  setting: "Settings of the extension",
};

/** One thing that ships, with the test that uses it. */
export interface Use {
  readonly kind: Kind;
  readonly name: string;
  readonly test: NamedTest;
}

/** Every use of the table, in its order. */
export const allUses: readonly Use[] = Object.entries(uses).flatMap(([kind, tests]) =>
  Object.entries(tests).map(([name, test]) => ({ kind: kind as Kind, name, test })),
);

const row = ({ name, test: [file, title] }: Use): string =>
  `| \`${name}\` | \`${file.replace("test/", "")}\`: *${title}* |`;

/** The uses that the page has as they are in the table: they were put to the proof. */
export function provenUses(): readonly Use[] {
  const rows = new Set(readFileSync(usesFile, "utf8").split("\n"));
  return allUses.filter((use) => rows.has(row(use)));
}

/** The page with every use of the table. */
export const usesPage = (): string =>
  `# What ships, and the test that uses it

Everything that a person can use of what ships, with a test that uses it in the bundle and fails when it is ignored.
\`npm run uses\` writes this page: it runs each test that is new here with its option, command or setting kept from the
program, and writes nothing when one passes all the same. \`bundles/uses.test.ts\` holds the page to \`--help\` of the
bundles and to the manifest, and repeats ten of the proofs; \`npm run test:bulk\` repeats all of it.

${Object.entries(titles)
  .map(([kind, title]) => {
    const rows = allUses.filter((use) => use.kind === kind).map(row);
    return `## ${title}\n\n| | used by |\n|---|---|\n${rows.join("\n")}\n`;
  })
  .join("\n")}`;
