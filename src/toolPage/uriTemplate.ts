/** One expression of a template, `{+path,x*}`. */
const expressions = /\{([+#./;?&]?)([^{}]+)\}/g;

interface Operator {
  readonly first: string;
  readonly separator: string;
  readonly isNamed: boolean;
  /** What follows a name that has no value. */
  readonly ifEmpty: string;
  readonly allowsReserved: boolean;
}

const plain: Operator = { first: "", separator: ",", isNamed: false, ifEmpty: "", allowsReserved: false };
/** RFC 6570, appendix A. */
const operators: Readonly<Record<string, Operator>> = {
  "": plain,
  "+": { ...plain, allowsReserved: true },
  "#": { ...plain, first: "#", allowsReserved: true },
  ".": { ...plain, first: ".", separator: "." },
  "/": { ...plain, first: "/", separator: "/" },
  ";": { ...plain, first: ";", separator: ";", isNamed: true },
  "?": { ...plain, first: "?", separator: "&", isNamed: true, ifEmpty: "=" },
  "&": { ...plain, first: "&", separator: "&", isNamed: true, ifEmpty: "=" },
};

interface Variable {
  readonly name: string;
  readonly longest: number | undefined;
}

const variablesOf = (text: string): readonly Variable[] =>
  text.split(",").map((one) => {
    const [, name = one, length] = /^([^:*]+)(?::(\d+))?\*?$/.exec(one.trim()) ?? [];
    return { name, longest: length === undefined ? undefined : Number(length) };
  });

/** The names in a template of addresses, each once. */
export const templateVariables = (template: string): readonly string[] => [
  ...new Set(
    [...template.matchAll(expressions)].flatMap(([, , text = ""]) => variablesOf(text).map(({ name }) => name)),
  ),
];

/** Fills a template of addresses with texts (RFC 6570). A name without a value is left out. */
export function expandTemplate(template: string, values: Readonly<Record<string, unknown>>): string {
  return template.replace(expressions, (_, sign: string, text: string) => {
    const operator = operators[sign] ?? plain;
    const parts = variablesOf(text).flatMap(({ name, longest }) => {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined || value === null) return [];
      const cut = [...String(value)].slice(0, longest).join("");
      const written = operator.allowsReserved
        ? encodeURI(cut).replace(/%25([0-9a-f]{2})/gi, "%$1")
        : encodeStrictly(cut);
      if (!operator.isNamed) return [written];
      return [written === "" ? `${name}${operator.ifEmpty}` : `${name}=${written}`];
    });
    return parts.length === 0 ? "" : operator.first + parts.join(operator.separator);
  });
}

/** `encodeURIComponent` leaves some characters that RFC 3986 reserves. It fails on halves of characters. */
const encodeStrictly = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Cs}/gu, "\ufffd")).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
