import assert from "node:assert/strict";
import { test } from "node:test";
import { keptByClosures } from "../support/limits/closures.ts";
import { boundedClosures, boundedMaps, mapPattern } from "../support/limits/maps.ts";
import { namesOf, placesOf, sourceFiles, unexplained } from "../support/limits/placesIn.ts";
import { boundedReads, readPatterns } from "../support/limits/reads.ts";

const files = sourceFiles();
const codeOf = (name: string) => files.find(({ file }) => file === name)?.code;

test("whatever is read has a bound, which stands in its file, or a reason why it needs none", () => {
  assert.deepEqual(unexplained(placesOf(files, readPatterns), boundedReads, codeOf), []);
});

test("what lives long and grows has a bound, which stands in its file, or a reason why it needs none", () => {
  assert.deepEqual(unexplained(namesOf(files, mapPattern), boundedMaps, codeOf), []);
});

test("what a function keeps for the functions that it gives back has a bound, or a reason why it needs none", () => {
  assert.deepEqual(unexplained(keptByClosures(files), boundedClosures, codeOf), []);
});

test("every listener bounds the connections that say nothing to it", () => {
  const listening = files.filter(({ code }) => /\bcreateServer\(/.test(code));
  const unbounded = listening.filter(({ code }) => !/\bboundSilent(Callers)?\(server, MOST_SILENT/.test(code));
  assert.ok(listening.length > unbounded.length);
  // It ends each connection as it comes.
  assert.deepEqual(
    unbounded.map(({ file, code }) => [file, /createServer\(\(socket\) => socket.resetAndDestroy\(\)\)/.test(code)]),
    [["src/sandbox/loopbackServer.ts", true]],
  );
});

test("what a function keeps is found where it gives back a function that uses it, by itself or by another, and only there", () => {
  const code = `
export function cache(read: Read) {
  const direct = new Map<string, Promise<Answer>>();
  const byAnother: string[] = [];
  const listed = new Set<string>();
  const own = new Map();
  const still: string[] = [];
  function heard(name: string): void {
    byAnother.push(name);
  }
  const again = (name: string) => {
    heard(name);
  };
  for (const one of read()) own.set(one, still.length);
  return {
    async of(name: string) {
      return direct.get(name);
    },
    again,
    names: () => [...listed],
  };
}

export function plain(all: readonly string[]) {
  const seen = new Set<string>();
  return all.filter((one) => !seen.has(one) && seen.add(one));
}

export const counter = () => {
  const counts = new Map<string, number>();
  return (name: string) => counts.set(name, 1);
};
`;
  assert.deepEqual(
    unexplained(keptByClosures([{ file: "src/new.ts", code }]), {}, () => code),
    ["direct", "byAnother", "listed", "counts"].map((name) => `src/new.ts: ${name} has no reason`),
  );
});

test("a map that nobody bounded is found, in a class and in a module", () => {
  const code = `const seen = new Set<string>();\nclass A {\n  readonly #byCaller = new Map<string, number>();\n}`;
  assert.deepEqual(
    unexplained(namesOf([{ file: "src/new.ts", code }], mapPattern), {}, () => code),
    ["src/new.ts: seen has no reason", "src/new.ts: #byCaller has no reason"],
  );
});

test("a read that nobody gave a bound is found, whatever it is", () => {
  const code = `
    const a = await answer.text(); const b = await (await fetch(url)).json(); const c = await answer.arrayBuffer();
    const d = readFileSync(path); for await (const piece of request) pieces.push(piece);
    child.stdout.on("data", add); Buffer.concat(pieces); createInterface({ input }); createReadStream(path);
    body.getReader(); readSync(file, all); execFile("aws"); createRemoteJWKSet(url); import("node:stream/consumers");`;
  const found = placesOf([{ file: "src/new.ts", code }], readPatterns);
  const said = unexplained(found, {}, () => code);
  assert.deepEqual(
    said.toSorted(),
    Object.keys(readPatterns)
      .map((name) => `src/new.ts: ${name} has no reason`)
      .toSorted(),
  );
  const wrong = { "src/new.ts: text()": { times: 2, by: "MAX", why: "" }, "src/old.ts: text()": { why: "" } };
  const one = new Map([["src/new.ts: text()", 1]]);
  assert.deepEqual(
    unexplained(one, wrong, () => code),
    [
      "src/new.ts: text() stands there 1 times, and 2 have a reason",
      "src/new.ts: text(): the file has no MAX",
      "src/old.ts: text() is gone, and has a reason",
    ],
  );
});
