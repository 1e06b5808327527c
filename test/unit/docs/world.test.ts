import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { worldPage } from "../../../scripts/world/worldPage.ts";
import { places } from "../../world/support/places.ts";
import { kinds } from "../../world/support/rows.ts";

test("the page about other people's servers says what the rows say; npm run world writes it", async () => {
  const written = await worldPage();
  const rows = [...written.matchAll(/^\| ([PGTS]\d+) \|/gm)].map(([, row]) => row);
  assert.equal(readFileSync("docs/world.md", "utf8"), written);
  assert.ok(rows.length >= 55, "the rows are read");
  assert.equal(new Set(rows).size, rows.length, "each row is there once");
});

test("every place at which a kind was mended declares what the page says, and no kind is without places", () => {
  const all = Object.values(places).flat();
  const declares = ({ file, name }: (typeof all)[number]) =>
    existsSync(file) &&
    new RegExp(`^export (?:async )?(?:class|function\\*?|const) ${name}\\b`, "m").test(readFileSync(file, "utf8"));
  assert.deepEqual(
    all.filter((place) => !declares(place)),
    [],
  );
  assert.deepEqual(
    Object.keys(kinds).filter((kind) => (places[Number(kind) as keyof typeof kinds] ?? []).length < 3),
    [],
  );
});
