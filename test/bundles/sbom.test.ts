import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Validator } from "@cfworker/json-schema";
import { npmPackage } from "../support/npmPackage.ts";

/** The package in which the people of CycloneDX publish their schemas. Apache-2.0, and not a part of anything. */
const CYCLONEDX_VERSION = "10.3.0";

interface Bill {
  readonly metadata: { readonly component: { readonly name: string; readonly version: string } };
  readonly components: readonly {
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses: readonly { readonly license?: { readonly id: string }; readonly expression?: string }[];
    readonly properties: readonly { readonly value: string }[];
  }[];
}

const text = readFileSync("dist/sbom.cdx.json", "utf8");
const bill = JSON.parse(text) as Bill;

/** What may go into a bundle: licences that ask for a notice, and for nothing of ours. */
const ALLOWED_LICENCES = [
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  "0BSD",
  "Unlicense",
];

test("the bill of materials is CycloneDX 1.6 by its own schema, which finds what is wrong in others", async () => {
  const { script } = await npmPackage("@cyclonedx/cyclonedx-library", CYCLONEDX_VERSION, join("res", "schema"));
  const schema = (name: string) => JSON.parse(readFileSync(join(script, `${name}.SNAPSHOT.schema.json`), "utf8"));
  const validator = new Validator(schema("bom-1.6"), "7");
  for (const name of ["spdx", "jsf-0.82"]) {
    validator.addSchema(schema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  }
  assert.deepEqual(validator.validate(bill).errors, []);
  const [first] = bill.components;
  for (const wrong of [
    { ...bill, specVersion: 1.6 },
    { ...bill, components: [{ ...first, type: "something" }] },
    { ...bill, components: [{ ...first, licenses: [{ license: { id: "No-Such-Licence" } }] }] },
    { ...bill, components: [first, first] },
  ]) {
    assert.equal(validator.validate(wrong).valid, false);
  }
});

test("the bill of materials names each package of the notices and no other, with a licence that may ship", () => {
  const notices = readFileSync("dist/THIRD-PARTY-NOTICES.txt", "utf8");
  const named = [...notices.matchAll(/^-{80}\n(\S+) (\S+) \((.+)\)$/gm)].map(
    ([, name, version]) => `${name} ${version}`,
  );
  const listed = bill.components.map(({ name, version }) => `${name} ${version}`);
  assert.ok(named.length > 20);
  assert.deepEqual([...new Set(listed)].sort(), [...new Set(named)].sort());
  const licences = bill.components.flatMap(({ name, licenses }) =>
    licenses.map(({ license, expression }) => ({ name, licence: license?.id ?? expression ?? "none" })),
  );
  assert.deepEqual(
    licences.filter(({ licence }) => !ALLOWED_LICENCES.includes(licence)),
    [],
  );
});

test("the page on what the product is made of says of each package whether it ships, as the bill of materials does", () => {
  const rows = [...readFileSync("docs/dependencies.md", "utf8").matchAll(/^\| `([^`]+)` \| .+ \| (yes )?\|$/gm)];
  const listed = new Set(bill.components.map(({ name }) => name));
  assert.ok(rows.length > 20);
  assert.deepEqual(
    rows.filter(([, name = "", ships]) => listed.has(name) !== (ships !== undefined)).map(([, name]) => name),
    [],
  );
});

test("the bill of materials says in which files of what ships a package is, and nothing of where it was built", () => {
  assert.match(bill.metadata.component.name, /^gateway-connect$/);
  assert.ok(bill.components.every(({ properties }) => properties.length > 0));
  assert.ok(bill.components.some(({ properties }) => properties.some(({ value }) => value === "dist/extension.cjs")));
  assert.doesNotMatch(text, /"timestamp"|\/home\/|\/tmp\/|[A-Z]:\\\\|biome|vsce"/);
  // Tools of the build and of tests.
  const names = bill.components.map(({ name }) => name);
  for (const tool of ["esbuild", "typescript", "tsx", "playwright-core", "fast-check"])
    assert.ok(!names.includes(tool), tool);
});
