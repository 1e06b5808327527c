import { readdirSync, readFileSync } from "node:fs";

/**
 * `npm run counts`: what shows whether the house is kept: files that are long, and how much two rooms say in the same words.
 * That no files import each other in a circle is a test (`test/unit/rooms.test.ts`).
 */
const LONG = 250;
/** The rooms of which one was once written after the other, and rooms that do nothing alike, for comparison. */
const room = "relay";
const others = ["gateway", "connections", "oauth", "vscode"];
/** In how many tokens two texts have to agree: in 5 any two of one language do, in 15 only those that do the same. */
const lengths = [5, 15];

const files = readdirSync("src", { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replaceAll("\\", "/"));
const text = (file: string): string => readFileSync(`src/${file}`, "utf8");

/** Comments are left out, and imports, which name the same things everywhere. Names are as they are. */
const tokens =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|`(?:\\.|[^`\\])*`|"(?:\\.|[^"\\])*"|#?[A-Za-z_$][\w$]*|\d[\w.]*|=>|\.{3}|\?\?=?|\?\.|[!=]==|&&|\|\||[-+]=|\+\+|--|[<>]=|\S/g;

const inRoom = (name: string): readonly string[] => files.filter((file) => file.startsWith(`${name}/`));

function runsIn(file: string, length: number): readonly string[] {
  const code = text(file).replaceAll(/^import[\s\S]*?from "[^"]+";$/gm, "");
  const words = [...code.matchAll(tokens)].map(([word]) => word).filter((word) => !/^\/[/*]/.test(word));
  return Array.from({ length: Math.max(0, words.length - length + 1) }, (_, at) =>
    words.slice(at, at + length).join("\n"),
  );
}

const runs = (of: string, length: number) => new Set(inRoom(of).flatMap((file) => runsIn(file, length)));

interface Pair {
  readonly file: string;
  readonly other: string;
  readonly shared: number;
  readonly of: number;
}

/** Each file of a room, beside the one of another room that has most of its runs too. */
function pairs(of: string, other: string, length: number): readonly Pair[] {
  const theirs = inRoom(other).map((file) => ({ file, found: new Set(runsIn(file, length)) }));
  return inRoom(of).map((file) => {
    const ours = runsIn(file, length);
    const shares = theirs.map((one) => ({
      ...{ file, other: one.file, of: ours.length },
      shared: ours.filter((run) => one.found.has(run)).length,
    }));
    return shares.reduce((most, one) => (one.shared > most.shared ? one : most));
  });
}

const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(1)} %`;
const total = (all: readonly Pair[], field: "shared" | "of"): number => all.reduce((sum, one) => sum + one[field], 0);

const long = files.map((file) => [text(file).split("\n").length - 1, file] as const).filter(([lines]) => lines > LONG);
console.log(`${files.length} files in src, ${long.length} of more than ${LONG} lines:`);
for (const [lines, file] of long.sort(([a], [b]) => b - a)) console.log(`  ${lines} ${file}`);
console.log(`\nDifferent runs of tokens in src/${room} that another room has too:`);
for (const length of lengths) {
  const ours = [...runs(room, length)];
  const share = (other: string): string => {
    const theirs = runs(other, length);
    return `${percent(ours.filter((run) => theirs.has(run)).length, ours.length)} in ${other}`;
  };
  console.log(`  of ${length}: ${others.map(share).join(", ")}`);
}

const [least = 5] = lengths;
console.log(`\nRuns of ${least} in a file of src/${room} that the file most like it in another room has too:`);
for (const other of others) {
  const all = pairs(room, other, least);
  console.log(`  ${percent(total(all, "shared"), total(all, "of"))} in ${other}`);
  const alike = all.filter(({ shared, of }) => of > 100 && shared > of / 10);
  for (const { file, other: twin, shared, of } of alike)
    console.log(`    ${percent(shared, of)} of ${file} in ${twin}`);
}
