import type * as Zod from "./zodParts.ts";

/**
 * Takes the place of `zod/v4` in the bundles (an esbuild alias): a schema is made when it is first used, and zod is loaded
 * with the first of them.
 *
 * The SDK makes the schemas of all that every revision has when it is loaded, several hundred, of which a program uses a
 * few and most windows of an editor none. They take longer to make than all else that it starts with, and keep their
 * memory. What is made in the end is zod's own: no check is left out or done otherwise.
 */
type Shape = Readonly<Record<string, unknown>>;

/** A schema as it was written down. */
interface Written extends Known {
  readonly make: () => object;
  made?: object;
}

/** What can be said of a schema before it is made, as zod would say it. */
interface Known {
  /** The members of an object. */
  readonly shape?: Shape;
  /** The values of an enumeration. */
  readonly options?: readonly unknown[];
  /** What may be left out. */
  readonly inner?: object;
}

declare const require: (path: "./zodParts.ts") => typeof Zod;

const zod = (): typeof Zod => require("./zodParts.ts");

const WRITTEN = Symbol("as it was written down");

/** What makes a schema of another one. Whatever else is asked of a schema makes it. */
const changes = new Set<PropertyKey>([
  ...["optional", "nullable", "default", "catch", "describe", "refine", "superRefine", "transform", "pipe"],
  ...["extend", "merge", "omit", "pick", "partial", "catchall", "loose", "strict", "strip", "passthrough"],
  ...["or", "and", "array", "int", "min", "max", "nonnegative", "startsWith", "regex", "url", "email", "datetime"],
]);
/** Those that leave an object its members. */
const keepsShape = new Set<PropertyKey>(["describe", "refine", "catchall", "loose", "strict", "strip", "passthrough"]);

function knownAfter(key: PropertyKey, written: Written, self: object, [argument]: readonly unknown[]): Known {
  const { shape } = written;
  if (key === "optional") return { inner: self };
  if (shape === undefined) return {};
  if (keepsShape.has(key)) return { shape };
  if (key === "extend" && isShape(argument)) return { shape: { ...shape, ...argument } };
  const other = key === "merge" ? writtenOf(argument)?.shape : undefined;
  if (other !== undefined) return { shape: { ...shape, ...other } };
  if (key === "pick" && isShape(argument)) {
    return { shape: Object.fromEntries(Object.entries(shape).filter(([name]) => argument[name] === true)) };
  }
  return {};
}

const handler: ProxyHandler<Written> = {
  get(written, key, self) {
    if (key === WRITTEN) return written;
    if ((key === "shape" || key === "options") && written[key] !== undefined) return written[key];
    if (key === "unwrap" && written.inner !== undefined) return () => written.inner;
    if (!changes.has(key)) return Reflect.get(made(written), key);
    return (...args: readonly unknown[]) =>
      later(() => call(Reflect.get(made(written), key), args), knownAfter(key, written, self as object, args));
  },
  has: (written, key) => Reflect.has(made(written), key),
  getPrototypeOf: (written) => Reflect.getPrototypeOf(made(written)),
};

const later = (make: () => object, known: Known = {}): object => new Proxy<Written>({ ...known, make }, handler);

const writtenOf = (schema: unknown): Written | undefined =>
  (schema as { readonly [WRITTEN]?: Written } | undefined)?.[WRITTEN];

function made(written: Written): object {
  written.made ??= written.make();
  return written.made;
}

const call = (make: unknown, args: readonly unknown[]): object =>
  (make as (...args: readonly unknown[]) => object)(...args.map(given));

/** What zod is given for it: schemas that are made, also within shapes and lists. */
function given(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const written = writtenOf(value);
  if (written !== undefined) return made(written);
  if (Array.isArray(value)) return value.map(given);
  if (!isShape(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, given(member)]));
}

const isShape = (value: unknown): value is Shape =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

type Maker = Exclude<keyof typeof Zod, "iso" | "coerce">;

/** What makes a schema in zod, made to write down how. */
const maker =
  (name: Maker) =>
  (...args: readonly unknown[]): object =>
    later(() => call(zod()[name], args));

const objectMaker =
  (name: "object" | "looseObject") =>
  (...args: readonly unknown[]): object =>
    later(() => call(zod()[name], args), { shape: isShape(args[0]) ? args[0] : {} });

export const object = objectMaker("object");
export const looseObject = objectMaker("looseObject");
export const string = maker("string");
export const number = maker("number");
export const boolean = maker("boolean");
export const literal = maker("literal");
export const array = maker("array");
export const record = maker("record");
export const union = maker("union");
export const discriminatedUnion = maker("discriminatedUnion");
export const intersection = maker("intersection");
export const optional = maker("optional");
export const unknown = maker("unknown");
export const any = maker("any");
export const preprocess = maker("preprocess");
export const url = maker("url");
export const email = maker("email");
const enumeration = (...args: readonly unknown[]): object =>
  later(() => call(zod().enum, args), Array.isArray(args[0]) ? { options: args[0] } : {});
const nothing = maker("null");

export { enumeration as enum, nothing as null };

/** Schemas that have themselves as members. */
export const lazy = (of: () => unknown): object => later(() => call(zod().lazy, [() => given(of())]));

const namespace = <Name extends "iso" | "coerce">(name: Name): object =>
  new Proxy(
    {},
    {
      get:
        (_, key) =>
        (...args: readonly unknown[]) =>
          later(() => call(Reflect.get(zod()[name], key), args)),
    },
  );

export const iso = namespace("iso");
export const coerce = namespace("coerce");

export const safeParse = (...args: readonly unknown[]): unknown => call(zod().safeParse, args);
export const toJSONSchema = (...args: readonly unknown[]): unknown => call(zod().toJSONSchema, args);

/** What a refinement says beside its issues, and what they are called (zod, `NEVER` and `ZodIssueCode`). */
export const NEVER: object = Object.freeze({ status: "aborted" });
export const ZodIssueCode = { custom: "custom" } as const;
