import { readFileSync } from "node:fs";
import type { Ending } from "./faultRun.ts";

/** The page that has what comes of each fault at each step. */
export const faultsPage = "docs/faults.md";

/** A row of its table: the cells as they stand there. */
const ROW = /^\| ([a-z-]+) \| ([a-z0-9]+) \| (.*?) \| (\d+) \| (\d+) \| (\d+), (\d+) \| (\d+) \| (.*?) \| (\d+) \|$/gm;

/** What the page says of each fault, by its name. */
export function endingsOnPage(page = readFileSync(faultsPage, "utf8")): ReadonlyMap<string, Ending> {
  return new Map(
    [...page.matchAll(ROW)].map(
      ([, step, way, ends = "", sent, ran, connections, signIns, adrift, next = "", pages]) => [
        `${step}-${way}`,
        {
          ends: ends.replaceAll("`", ""),
          sent: Number(sent),
          ran: Number(ran),
          kept: [Number(connections), Number(signIns)],
          adrift: Number(adrift),
          next: next.replaceAll("`", ""),
          pages: Number(pages),
        },
      ],
    ),
  );
}
