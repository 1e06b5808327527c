import type { SourceFile } from "./placesIn.ts";

/** A map, set or list that is made within a function. */
const madeWithin = /^( +)(?:const|let) (\w+)(?:: [^=\n]+)? = (?:new (?:Map|Set)(?:<.*>)?\(\)|(\[\]));$/;

/** A function that has a name, at the depth of the place where it is made. */
const named =
  /^(?:export )?(?:async )?(?:function\*? (\w+)|(?:const|let) (\w+)(?:: .+)? = (?:async )?(?:<.*>)?\(?.*(?:=>|\($))/;

const indentOf = (line: string): number => line.length - line.trimStart().length;

/**
 * What functions keep for the functions that they give back, which lives as long as those: by `<file>: <name>`, with how often it
 * stands there. Sources are laid out by one formatter, so that a block is what is indented further.
 */
export function keptByClosures(files: readonly SourceFile[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { file, code } of files) {
    const lines = code.split("\n");
    for (const [at, line] of lines.entries()) {
      const [, indent = "", name = "", isList] = madeWithin.exec(line) ?? [];
      if (name === "") continue;
      const rest = lines.slice(at + 1);
      const end = rest.findIndex((one) => one.trim() !== "" && indentOf(one) < indent.length);
      const block = statementsOf(end < 0 ? rest : rest.slice(0, end), indent.length);
      const grows =
        isList === undefined || block.some((text) => new RegExp(`\\b${name}\\.(?:push|unshift)\\(`).test(text));
      if (!grows || !isKept(name, block)) continue;
      const place = `${file}: ${name}`;
      found.set(place, (found.get(place) ?? 0) + 1);
    }
  }
  return found;
}

/** The statements of a block, each with all its lines. */
function statementsOf(lines: readonly string[], indent: number): readonly string[] {
  const found: string[][] = [];
  for (const line of lines) {
    const isBegin = indentOf(line) === indent && /^\s*[\w{[(]/.test(line);
    if (isBegin || found.length === 0) found.push([line.trim()]);
    else found.at(-1)?.push(line);
  }
  return found.map((statement) => statement.join("\n"));
}

/** Whether what is given back has a function that uses it, itself or by another function of the block. */
function isKept(name: string, block: readonly string[]): boolean {
  const users = new Set([name]);
  const functions = block.flatMap((text) => {
    const [, ofFunction, ofArrow] = named.exec(text) ?? [];
    const own = ofFunction ?? ofArrow;
    return own === undefined ? [] : [{ own, text }];
  });
  for (let before = 0; before !== users.size; ) {
    before = users.size;
    for (const { own, text } of functions) if (uses(text, users)) users.add(own);
  }
  const given = block.filter((text) => text.startsWith("return "));
  const byName = new Set([...users].filter((one) => one !== name));
  return given.some(
    (text) =>
      (isFunctions(text) && uses(text, users)) ||
      (/^return (?:\{|\w+;)/.test(text) && byName.size > 0 && uses(text, byName)),
  );
}

const uses = (text: string, names: ReadonlySet<string>): boolean =>
  [...names].some((name) => new RegExp(`(?<![\\w.$])${name}\\b|\\.\\.\\.${name}\\b`).test(text));

/** Whether a function is given back, or an object that has one; functions that a call takes are none. */
const isFunctions = (text: string): boolean =>
  /^return (?:async )?(?:\(.*\)(?:: .+)? =>|\w+ =>|function|\(\n)/.test(text) ||
  (/^return (?:\{|new \w+\(\{)/.test(text) &&
    /^\s+(?:async )?(?:get )?\w+(?:: (?:async )?\(.*\).* =>|\(.*\).* \{$|: \w+ =>)/m.test(text));
