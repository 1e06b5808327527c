/** What both packages of the SDK have in common, of which each is published with a copy: the text of a module. */
interface Copies {
  readonly client: string;
  readonly server: string;
}

/** A declaration at the top of a module, with whatever statements follow it, and without comments. */
interface Declaration {
  readonly name: string;
  /** The file that it was in, and its words: what it names is named as in that file, whatever it is called here. */
  readonly source: string;
  readonly from: number;
  readonly to: number;
}

/** So much of the SDK's client is also in its server; less is a reason to look at how it is published now. */
const LEAST = 200;

/**
 * Leaves one copy where a bundle would have two, under different names: a quarter of what the standalone reads when it
 * starts. The client's module imports from the server's whatever both declare in the same words of the same file, and keeps the rest.
 *
 * @throws Error where they have too little in common to be of the same version
 */
export function oneCopy({ client, server }: Copies): Copies {
  const offered = new Map(declarations(server).map(({ source, name }) => [source, name]));
  const lines = client.split("\n");
  const names: string[] = [];
  const imports: string[] = [];
  for (const { name, source, from, to } of declarations(client)) {
    const same = offered.get(source);
    if (same === undefined) continue;
    names.push(same);
    imports.push(`shared_${same} as ${name}`);
    lines.fill("", from, to);
  }
  if (names.length < LEAST) throw new Error(`client and server of the SDK have ${names.length} declarations in common`);
  return {
    client: `import { ${imports.join(", ")} } from "@modelcontextprotocol/server/shared";\n${lines.join("\n")}`,
    server: `${server}\nexport { ${names.map((name) => `${name} as shared_${name}`).join(", ")} };`,
  };
}

function declarations(module: string): readonly Declaration[] {
  const lines = module.split("\n");
  const found: Declaration[] = [];
  let file = "";
  let start: { readonly name: string; readonly line: number } | undefined;
  const end = (line: number) => {
    if (start === undefined) return;
    const text = lines.slice(start.line, line).join("\n").trim();
    found.push({ name: start.name, source: `${file}\n${withoutSuffixes(text)}`, from: start.line, to: line });
    start = undefined;
  };
  lines.forEach((line, index) => {
    const name = /^(?:async )?(?:const|let|var|function\*?|class) ([\w$]+)/.exec(line)?.[1];
    // A comment belongs to what follows it.
    if (name !== undefined || /^(\/\*\*|\/\/|import |export )/.test(line)) end(index);
    file = /^\/\/#region (.+)/.exec(line)?.[1] ?? file;
    if (name !== undefined) start = { name, line: index };
  });
  end(lines.length);
  return found;
}

/** The names that were given to keep apart what had the same name in different files. */
const withoutSuffixes = (text: string): string => text.replaceAll(/\$\d+/g, "");
