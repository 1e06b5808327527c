import { GatewayFailure } from "../../failures/failure.ts";
import { isValidValue, type ValueSchema } from "../../lib/json/validValue.ts";
import type { CredentialSource, PlacedCredential } from "../../oauth/tokens/clientCredential.ts";

/** One setting, as everybody has it who reads, describes or offers it. */
export interface Setting<T = unknown> {
  /** What may stand there, as editors check it while it is typed. */
  readonly schema: ValueSchema;
  /** What holds where nothing is set. A setting of one gateway that has a default can be set for all gateways too. */
  readonly default?: T;
  /** It names something of one machine and is not synchronised to others, or a workspace may set it too. */
  readonly scope?: "machine" | "window";
  /** An empty text counts as absent: the settings editor leaves one where somebody takes a value back. */
  readonly emptyIsAbsent?: true;
  /** Whoever uses it says what is wrong with it. */
  readonly unchecked?: true;
  /** What the program works with, made of what stands there; undefined for what cannot be used after all. */
  readonly convert?: (value: never) => T | undefined;
  /** What is said of a value that cannot be used, where it may be a secret: the value itself is not repeated. */
  readonly foundInstead?: string;
}

export type Settings = Readonly<Record<string, Setting>>;

/** A setting in words: for the settings editor, the docs and the help of the programs. */
export interface SettingWords {
  /** What it is for, in Markdown. */
  readonly description: string;
  /** The same of the setting that holds for all gateways, where there is one. */
  readonly forAll?: string;
  /** What each of its values means, in the order of the schema. */
  readonly values?: readonly string[];
  /** What each of its members is. */
  readonly members?: Readonly<Record<string, string>>;
}

export interface GatewaySettingWords extends SettingWords {
  /** How it looks, as JSON. */
  readonly example: string;
  /** What stands beside the example. */
  readonly note: string;
  /** The options by which programs without an editor take it. */
  readonly options?: Readonly<Record<string, OptionWords>>;
}

export interface EditorSettingWords extends SettingWords {
  /** The options by which programs without an editor take it. */
  readonly options?: Readonly<Record<string, OptionWords>>;
}

export interface OptionWords {
  /** What stands for the value in the help, such as `<id>`. */
  readonly value?: string;
  /** For an option that stands for one member of the setting: which. */
  readonly member?: string;
  /** For an option without a value: what it sets. */
  readonly sets?: string | boolean;
  /** For an option that says where a secret is read: a program may print it. */
  readonly takesCommand?: true;
  readonly help: string;
}

/** What reading settings brings: what is not set is left out. */
export type SettingValues<S extends Settings> = {
  readonly [K in keyof S]?: S[K] extends Setting<infer T> ? T : never;
};

export const text = (): Setting<string> => ({ schema: { type: "string" }, emptyIsAbsent: true });

export const address = (): Setting<string> => ({ schema: { type: "string", format: "uri" }, emptyIsAbsent: true });

export const yesOrNo = (): Setting<boolean> => ({ schema: { type: "boolean" } });

export const texts = (): Setting<readonly string[]> => ({ schema: { type: "array", items: { type: "string" } } });

export const textOrFalse = (): Setting<string | false> => ({
  schema: { anyOf: [{ type: "string" }, { const: false }] },
  emptyIsAbsent: true,
});

export const oneOf = <T extends string>(values: readonly T[]): Setting<T> => ({
  schema: { type: "string", enum: values },
  emptyIsAbsent: true,
});

/** A credential as it stands in the settings: in one of these places. */
export interface CredentialPlace {
  readonly environment?: string;
  readonly file?: string;
  readonly command?: readonly string[];
}

/** The form of such a place. */
export const credentialPlaceSchema = {
  type: "object",
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    environment: { type: "string", minLength: 1 },
    file: { type: "string", minLength: 1 },
    command: { type: "array", minItems: 1, items: { type: "string" } },
  },
} satisfies ValueSchema;

/** Where a place of this form leads; undefined for one that leads nowhere. */
export function credentialSource({ environment, file, command }: CredentialPlace): PlacedCredential | undefined {
  if (environment !== undefined) return { kind: "environment", name: environment };
  if (file !== undefined) return { kind: "file", path: file };
  return command?.[0] ? { kind: "command", command } : undefined;
}

/** Where a secret or key is read. The secret itself has no place in settings, which are synchronised and shown. */
export const credential = (): Setting<CredentialSource> => ({
  schema: credentialPlaceSchema,
  convert: credentialSource,
  foundInstead:
    'something else than { "environment": "NAME" }, { "file": "/path" } or { "command": ["program", "argument"] }',
});

/**
 * Reads settings.
 *
 * @param own what is set for one gateway, by the names of the settings
 * @param shared what is set for all gateways, likewise
 * @throws GatewayFailure `setting_invalid`, naming the first one that cannot be used
 */
export function readSettings<S extends Settings>(
  settings: S,
  own: Readonly<Record<string, unknown>>,
  shared: Readonly<Record<string, unknown>>,
): SettingValues<S> {
  const values: Record<string, unknown> = {};
  for (const name in settings) {
    const setting = settings[name] as Setting;
    const value = readSetting(name, setting, isShared(setting) ? (own[name] ?? shared[name]) : own[name]);
    if (value !== undefined) values[name] = value;
  }
  return values as SettingValues<S>;
}

/** Whether a setting of one gateway can be set for all of them too. */
export const isShared = (setting: Setting): boolean => setting.default !== undefined;

function readSetting(name: string, setting: Setting, value: unknown): unknown {
  const { schema, convert, emptyIsAbsent, unchecked, foundInstead } = setting;
  if (value === undefined || (value === "" && emptyIsAbsent)) return setting.default;
  if (unchecked) return value;
  const usable = isValidValue(value, schema) ? (convert ? convert(value as never) : value) : undefined;
  if (usable !== undefined) return usable;
  throw new GatewayFailure("setting_invalid", {
    setting: `gatewayConnect.${isShared(setting) ? "" : "gateways › "}${name}`,
    found: foundInstead ?? JSON.stringify(value),
  });
}
