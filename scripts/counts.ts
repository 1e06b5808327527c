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

function runs(of: string, length: number): Set<string> {
  const found = new Set<string>();
  for (const file of files.filter((one) => one.startsWith(`${of}/`))) {
    const code = text(file).replaceAll(/^import[\s\S]*?from "[^"]+";$/gm, "");
    const words = [...code.matchAll(tokens)].map(([word]) => word).filter((word) => !/^\/[/*]/.test(word));
    for (let at = 0; at + length <= words.length; at++) found.add(words.slice(at, at + length).join("\n"));
  }
  return found;
}

const long = files.map((file) => [text(file).split("\n").length - 1, file] as const).filter(([lines]) => lines > LONG);
console.log(`${files.length} files in src, ${long.length} of more than ${LONG} lines:`);
for (const [lines, file] of long.sort(([a], [b]) => b - a)) console.log(`  ${lines} ${file}`);
console.log(`\nDifferent runs of tokens in src/${room} that another room has too:`);
for (const length of lengths) {
  const ours = [...runs(room, length)];
  const share = (other: string): string => {
    const theirs = runs(other, length);
    return `${((100 * ours.filter((run) => theirs.has(run)).length) / ours.length).toFixed(1)} % in ${other}`;
  };
  console.log(`  of ${length}: ${others.map(share).join(", ")}`);
}
