import { editorSettings, editorSettingsWords } from "../../connections/settings/editorSettings.ts";
import { gatewaySettings, gatewaySettingsWords } from "../../connections/settings/gatewaySettings.ts";
import type {
  CredentialPlace,
  GatewaySettingWords,
  OptionWords,
  Settings,
} from "../../connections/settings/setting.ts";
import type { ValueSchema } from "../../lib/json/validValue.ts";
import { placeOf } from "./placeOptions.ts";

/** An option of the command line that stands for a setting of the gateway. */
export interface SettingOption {
  /** As it is typed, without the dashes. */
  readonly name: string;
  /** The setting's name. */
  readonly setting: string;
  readonly schema: ValueSchema;
  readonly words: OptionWords;
}

/** The options that settings have, in the order of the schema. */
export const settingOptions = (
  settings: Settings = gatewaySettings,
  words: Readonly<Record<string, Pick<GatewaySettingWords, "options">>> = gatewaySettingsWords,
): readonly SettingOption[] =>
  Object.entries(settings).flatMap(([setting, { schema }]) =>
    Object.entries(words[setting]?.options ?? {}).map(([name, own]) => ({
      ...{ name, setting, words: own },
      schema: (own.member !== undefined && schema.properties?.[own.member]) || schema,
    })),
  );

/** The options that settings have which are of no gateway in particular. */
const editorSettingOptions = (): readonly SettingOption[] => settingOptions(editorSettings, editorSettingsWords);

/** Every option that stands for a setting. */
export const allSettingOptions = (): readonly SettingOption[] => [...settingOptions(), ...editorSettingOptions()];

/** The form of the options that `parseArgs` reads. */
export const parsedOptions = (options: readonly SettingOption[]) =>
  Object.fromEntries(
    options.map(({ name, words }) => [name, { type: words.sets === undefined ? "string" : "boolean" } as const]),
  );

/**
 * The settings that were typed as options, as they would stand in `gatewayConnect.gateways`.
 *
 * @throws Error in words about the option that cannot be used
 */
export function typedSettings(
  options: readonly SettingOption[],
  typed: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const given = options.filter(({ name }) => typed[name] !== undefined);
  for (const { name, setting } of given) {
    const other = given.find((one) => one.setting === setting && one.name !== name && !one.words.member);
    if (other) throw new Error(`--${name} and --${other.name} exclude each other: choose one.`);
  }
  const settings: Record<string, unknown> = {};
  for (const { name, setting, schema, words } of given) {
    const value = words.sets ?? settingValue(`--${name}`, schema, String(typed[name]), words.takesCommand);
    settings[setting] = words.member === undefined ? value : { ...(settings[setting] ?? {}), [words.member]: value };
  }
  return settings;
}

/** What was typed in the wrong place may be a secret, so that long words are not repeated. */
export const shown = (text: string): string => (text.length > 40 ? `${text.slice(0, 8)}…` : text);

/** The text of an option, which has to say something. */
export function nonEmpty(option: string, text: string): string {
  if (text.trim() === "") throw new Error(`${option} is empty.`);
  return text.trim();
}

/** One of several words. */
export function oneOf<T extends string>(option: string, text: string, choices: readonly T[]): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) throw new Error(`${option} is one of ${choices.join(", ")}, not "${shown(text)}".`);
  return found;
}

function settingValue(option: string, schema: ValueSchema, text: string, takesCommand = false): unknown {
  const [first] = schema.anyOf ?? [];
  if (first?.type === "integer") return numberOrNumbers(option, text, first);
  if (first?.enum) return platformOrPlace(option, text, first.enum);
  if (schema.anyOf) return text === "none" ? false : nonEmpty(option, text);
  if (schema.enum) return oneOf(option, text, schema.enum);
  switch (schema.type) {
    case "object":
      return commandPlace(option, text, takesCommand) ?? credentialPlace(option, text);
    case "array":
      return schema.items?.type === "integer" ? numbers(option, text, schema.items) : words(option, text);
    case "integer":
      return numbers(option, text, schema, 1)[0];
    default:
      return ofForm(option, text, schema);
  }
}

/** A source that has a name, or a place where it is read. Whatever else it is may be a secret, and is not repeated. */
function platformOrPlace(option: string, text: string, platforms: readonly string[]): string | CredentialPlace {
  const found = platforms.find((platform) => platform === text) ?? placeOf(option, text);
  const isEmpty = typeof found === "object" && found.command?.length === 0;
  if (found !== undefined && !isEmpty) return found;
  throw new Error(
    `${option} is one of ${platforms.join(", ")}, file:/path, env:NAME or command:program argument. The token itself is no argument: every program on this computer can read those.`,
  );
}

function ofForm(option: string, text: string, { format, pattern, patternErrorMessage }: ValueSchema): string {
  if (format === "uri" && !URL.canParse(text)) {
    throw new Error(`${option} is an address such as https://login.example.com, not "${shown(text)}".`);
  }
  if (pattern !== undefined && !new RegExp(pattern, "u").test(text)) {
    throw new Error(`${option} is ${patternErrorMessage ?? `like ${pattern}`}, not "${shown(text)}".`);
  }
  return nonEmpty(option, text);
}

function words(option: string, text: string): readonly string[] {
  return nonEmpty(option, text.replaceAll(",", " ")).split(/\s+/);
}

function numbers(
  option: string,
  text: string,
  { minimum = 0, maximum = 0 }: ValueSchema,
  most = Number.POSITIVE_INFINITY,
): readonly number[] {
  const parts = text.split(",").map((part) => part.trim());
  const isNumber = (part: string) => /^\d{1,9}$/.test(part) && Number(part) >= minimum && Number(part) <= maximum;
  if (parts.length <= most && parts.every(isNumber)) return parts.map(Number);
  if (most === 1) throw new Error(`${option} is a number of ${minimum} to ${maximum}, not "${shown(text)}".`);
  throw new Error(`${option} is one or more of ${minimum} to ${maximum}, such as 3334,3335, not "${shown(text)}".`);
}

/** One number, or one for each of several names: `a=1,b=2`. */
function numberOrNumbers(option: string, text: string, schema: ValueSchema): unknown {
  if (!text.includes("=")) return numbers(option, text, schema, 1)[0];
  const parts = text.split(",").map((part) => /^\s*([^=]+)=([^=]+)$/.exec(part));
  return Object.fromEntries(
    parts.map((part) => {
      if (!part)
        throw new Error(`${option} is a number, or numbers by names such as *=60,a=600, not "${shown(text)}".`);
      return [part[1], numbers(option, part[2] ?? "", schema, 1)[0]];
    }),
  );
}

function commandPlace(option: string, text: string, takesCommand: boolean): CredentialPlace | undefined {
  const place = takesCommand ? placeOf(option, text) : undefined;
  if (place?.command?.length === 0) throw new Error(`${option}: the command is empty.`);
  return place;
}

/** The value itself is left out of the words: it may be the secret. */
function credentialPlace(option: string, text: string): CredentialPlace {
  const file = /^@(.+)$/.exec(text)?.[1];
  if (file !== undefined) return { file };
  const environment = /^env:(\w+)$/.exec(text)?.[1];
  if (environment !== undefined) return { environment };
  throw new Error(
    `${option} takes @file or env:NAME, not the secret itself: every program on this computer can read the arguments of another. If you have just typed a real secret, have it replaced.`,
  );
}

/** Where what an option does begins in the help, and where its lines end. */
const helpColumn = 31;
const helpWidth = 120;

/** The lines of the help about these options. */
export const optionsHelp = (options: readonly SettingOption[]): string =>
  options
    .map(({ name, words: { value, help } }) => helpLines(value ? `--${name} ${value}` : `--${name}`, help))
    .join("\n");

function helpLines(option: string, help: string): string {
  const lines: string[] = [];
  let line = `  ${option}`.padEnd(helpColumn);
  // One that reaches the column would run into the words.
  if (line.trimEnd().length >= helpColumn) {
    lines.push(line.trimEnd());
    line = " ".repeat(helpColumn);
  }
  for (const word of help.split(" ")) {
    const isFirst = line.length === helpColumn;
    if (!isFirst && line.length + 1 + word.length > helpWidth) {
      lines.push(line);
      line = " ".repeat(helpColumn) + word;
    } else line += isFirst ? word : ` ${word}`;
  }
  return [...lines, line].join("\n");
}
