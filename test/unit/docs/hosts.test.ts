import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { hostsPage } from "../../../scripts/hosts/hostsPage.ts";
import { hosts } from "../../../src/hosts/hosts.ts";

const page = readFileSync("docs/hosts.md", "utf8");

test("the page on hosts is what the table of hosts says; `npm run hosts` writes it", () => {
  assert.equal(page, hostsPage());
});

test("every host has its rows in it, and every test that it names is there", () => {
  for (const { title } of hosts) assert.equal(page.split(`\n| ${title} |`).length - 1 >= 2, true, title);
  const named = [...page.matchAll(/`(test\/[^`]+\.ts)`/g)].map(([, path = ""]) => path);
  assert.ok(named.length >= 4);
  assert.deepEqual(
    named.filter((path) => !existsSync(path)),
    [],
  );
});
