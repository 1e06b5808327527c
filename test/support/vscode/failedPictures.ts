import { mkdirSync, mkdtempSync } from "node:fs";
import { join, resolve } from "node:path";

/** A folder for pictures of what may fail: they are looked at when the run, and its temporary folder, are gone. */
export function failedPictures(): string {
  const parent = resolve("out/pictures");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "failed-"));
}
