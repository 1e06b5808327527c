import type { Explanations } from "../judged.ts";

const skipped = "What separates is passed over one character at a time by the end of the loop, too.";
const matched = "This part of a match is there wherever it is read, which the compiler does not know.";
const filled = '"" → "Stryker was here!"';

/** Of what reads texts of others, and the list of connections. */
export const ofReaders: Explanations = {
  "src/oauth/discovery/challenge.ts": [
    { mutator: "Regex", line: "const separators = /[\\s,]*/y;", why: skipped },
    { mutator: "CallExpression", line: "readAt(separators);", why: skipped },
    {
      mutator: "EqualityOperator",
      line: "for (let at = 0; at < header.length; ) {",
      change: "at < header.length → at <= header.length",
      why: "Nothing is found behind the end: the loop has one turn more.",
    },
    { mutator: "StringLiteral", line: 'const key = (found[1] ?? "").toLowerCase();', why: matched },
    {
      mutator: "StringLiteral",
      line: 'const value = found[2]?.replace(/\\\\(.)/g, "$1") ?? (found[3] ?? "").replace(/^\'(.*)\'$/, "$1");',
      change: filled,
      why: matched,
    },
  ],
  "src/connections/connectionBook.ts": [
    {
      mutator: "AssignmentOperator",
      line: "this.#changes += 1;",
      why: "Whoever read meanwhile looks only whether it is another number.",
    },
    {
      mutator: "OptionalChaining",
      line: 'const reason = text?.trim() === "" ? "it is empty" : "it is no list of connections";',
      why: "No file at all is an empty list, so that there is a text where there is no list.",
    },
    {
      mutator: "ConditionalExpression",
      line: 'if (authorization.kind !== "oauth") return connection;',
      change: 'authorization.kind !== "oauth" → false',
      why: "It saves a copy: nothing but OAuth has a resource.",
    },
  ],
  "src/toolPage/uriTemplate.ts": [
    {
      mutator: "ArrayDeclaration",
      line: "const [, name = one, length] = /^([^:*]+)(?::(\\d+))?\\*?$/.exec(one.trim()) ?? [];",
      why: "The first of what is matched is not read.",
    },
    {
      mutator: "StringLiteral",
      line: '[...template.matchAll(expressions)].flatMap(([, , text = ""]) => variablesOf(text).map(({ name }) => name)),',
      why: matched,
    },
  ],
};
