import { transformSync } from "esbuild";

/** What a source is made of, as far as texts are concerned. A template with values in it has `{0}` in their place. */
export type Token =
  | { readonly kind: "name" | "mark"; readonly text: string }
  | { readonly kind: "text" | "template"; readonly text: string };

/** What was read already: sentences and literals are looked for in the same sources, and esbuild takes most of the time. */
const known = new Map<string, readonly Token[]>();

/** The tokens of a TypeScript source without its comments, and without its types, which esbuild takes out. */
export function tokensOf(source: string): readonly Token[] {
  const tokens = known.get(source) ?? readTokens(source);
  known.set(source, tokens);
  return tokens;
}

function readTokens(source: string): readonly Token[] {
  const { code } = transformSync(source, { loader: "ts", target: "esnext", charset: "utf8", legalComments: "none" });
  return new Scanner(code).all();
}

/** After these a slash begins a regular expression, and is no division. */
const BEFORE_EXPRESSION = /^(?:[([{,;:=!&|?+\-*%~^<>]|=>|return|typeof|case|in|of|await|yield)$/;

/** Reads what esbuild prints, which is more regular than what people write. */
class Scanner {
  readonly #code: string;
  #at = 0;
  readonly #tokens: Token[] = [];

  constructor(code: string) {
    this.#code = code;
  }

  all(): readonly Token[] {
    this.#until(undefined);
    return this.#tokens;
  }

  /** Reads up to the brace that ends a value of a template, or to the end. */
  #until(end: "}" | undefined): void {
    for (let depth = 0; this.#at < this.#code.length; ) {
      const character = this.#code[this.#at] ?? "";
      if (character === end && depth === 0) return;
      if (character === "{") depth++;
      if (character === "}") depth--;
      this.#token(character);
    }
  }

  #token(character: string): void {
    if (/\s/.test(character)) this.#at++;
    else if (/^\/[/*]/.test(this.#code.slice(this.#at, this.#at + 2))) this.#take(/\/\/.*|\/\*[\s\S]*?\*\//y);
    else if (character === '"' || character === "'") this.#string(character);
    else if (character === "`") this.#template();
    else if (character === "/" && this.#isExpression()) this.#take(/\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/\w*/y);
    else if (/[\w$#]/.test(character)) this.#push("name", this.#take(/[\w$#]+/y));
    else this.#push("mark", this.#take(/=>|[\s\S]/y));
  }

  #isExpression(): boolean {
    const last = this.#tokens.at(-1);
    return last === undefined || (last.kind !== "text" && BEFORE_EXPRESSION.test(last.text));
  }

  #string(quote: string): void {
    const literal = this.#take(quote === '"' ? /"(?:\\[\s\S]|[^"\\])*"/y : /'(?:\\[\s\S]|[^'\\])*'/y);
    this.#push("text", unescaped(literal.slice(1, -1)));
  }

  /** The tokens of its values follow behind a template's own. */
  #template(): void {
    this.#at++;
    const place = this.#tokens.length;
    let text = "";
    let values = 0;
    while (this.#code[this.#at] !== "`") {
      if (this.#at >= this.#code.length) throw new Error(`a template does not end: ${text.slice(0, 80)}`);
      if (this.#code.startsWith("${", this.#at)) {
        this.#at += 2;
        this.#until("}");
        this.#at++;
        text += `{${values++}}`;
      } else text += unescaped(this.#take(/\\[\s\S]|[^\\`]/y));
    }
    this.#at++;
    this.#tokens.splice(place, 0, { kind: values > 0 ? "template" : "text", text });
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#code)?.[0] ?? this.#code[this.#at] ?? "";
    this.#at += text.length;
    return text;
  }

  #push(kind: Token["kind"], text: string): void {
    this.#tokens.push({ kind, text });
  }
}

/** What a literal means. esbuild writes few escapes where the characters may stand as they are. */
function unescaped(literal: string): string {
  return literal.replaceAll(
    /\\(?:u\{([\da-f]+)\}|u([\da-f]{4})|x([\da-f]{2})|([\s\S]))/gi,
    (_, braced, four, two, one) => {
      const code = braced ?? four ?? two;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      return ({ n: "\n", t: "\t", r: "\r", "0": "\0" } as Readonly<Record<string, string>>)[one] ?? one;
    },
  );
}
