import { limitRows } from "../../test/support/limits/limitRows.ts";

const [begin, end] = ["<!-- limits: begin -->", "<!-- limits: end -->"];

/** The bounds as the page has them. */
export const limitsTable = (): string =>
  [
    "| what comes | at the most | set in | beyond it |",
    "|---|---|---|---|",
    ...limitRows.map(({ what, most, set: [file], told }) => `| ${what} | ${most} | \`${file}\` | ${told} |`),
  ].join("\n");

/** The page with another table. */
export const withTable = (page: string, table: string): string =>
  `${page.slice(0, page.indexOf(begin) + begin.length)}\n${table}\n${page.slice(page.indexOf(end))}`;
