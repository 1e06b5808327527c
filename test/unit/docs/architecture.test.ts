import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import { test } from "node:test";
import { reaches, roomOf } from "../../support/rooms.ts";

const page = readFileSync("docs/architecture.md", "utf8");
const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"));

/** The rooms that files of a room import, types included. */
function importsOf(room: string): string[] {
  const found = files
    .filter((file) => roomOf(file) === room)
    .flatMap((file) => {
      const names = readFileSync(`src/${file}`, "utf8").matchAll(/(?:from|import\()\s*"(?<name>\.[^"]+)"/g);
      return [...names].map(({ groups }) => roomOf(posix.join(posix.dirname(file), groups?.name ?? "")));
    });
  return [...new Set(found)].filter((other) => other !== room).sort();
}

const rows = [...page.matchAll(/^\| `(?<room>\w+)` \| .* \|(?<imports>.*)\|$/gm)].map(({ groups }) => ({
  room: groups?.room ?? "",
  imports: [...(groups?.imports ?? "").matchAll(/`(\w+)`/g)].map(([, name]) => name ?? "").sort(),
}));

test("the page has every room, and for each the rooms that it imports today", () => {
  const rooms = Object.keys(reaches).filter((room) => !room.endsWith(".ts"));
  assert.deepEqual(
    Object.fromEntries(rows.map(({ room, imports }) => [room, imports])),
    Object.fromEntries(rooms.map((room) => [room, importsOf(room)])),
  );
});

test("in the drawing each room stands below all that import it", () => {
  const drawing = /```\n(?<floors>[^`]+)```/.exec(page)?.groups?.floors ?? "";
  const floors = drawing.trim().split("\n").reverse();
  const floorOf = (room: string) => floors.findIndex((floor) => new RegExp(`\\b${room}\\b`).test(floor.slice(0, 50)));
  const wrong = rows.flatMap(({ room, imports }) =>
    imports.filter((other) => !(floorOf(other) >= 0 && floorOf(other) < floorOf(room))).map((other) => [room, other]),
  );
  assert.deepEqual(wrong, []);
});

test("every name on the page is declared in the file that the page says, and every file is there", () => {
  const named = [...page.matchAll(/`(?<name>\w+)`\s+\((?<file>src\/[\w/.]+)\)/g)].map(({ groups }) => ({
    name: groups?.name ?? "",
    file: groups?.file ?? "",
  }));
  const declares = ({ name, file }: (typeof named)[number]) =>
    existsSync(file) &&
    new RegExp(`\\b(?:class|function|interface|type|const) ${name}\\b`).test(readFileSync(file, "utf8"));
  assert.deepEqual(
    named.filter((one) => !declares(one)),
    [],
  );
  assert.ok(named.length >= 20, "the page is read");
  const paths = [...page.matchAll(/`(src\/[\w/.]+)`/g)].map(([, path]) => path ?? "");
  assert.deepEqual(
    paths.filter((path) => !existsSync(path)),
    [],
  );
});
