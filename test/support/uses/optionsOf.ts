import { execFileSync } from "node:child_process";
import { readManifest } from "../manifest.ts";
import type { Kind } from "./ignored.ts";

/** The programs that people start by hand, or write into a file. */
export const programs = ["standalone", "gateway", "sandbox"] as const;

export interface ProgramOption {
  readonly name: string;
  readonly takesValue: boolean;
}

/**
 * The options and verbs of a program, by its own help.
 *
 * @param help what the program prints with `--help`
 */
export function optionsOf(help: string): readonly ProgramOption[] {
  const options = [...new Set(help.match(/(?<![\w-])--[a-z][a-z-]*/g))].map((name) => ({
    name,
    takesValue: new RegExp(`^ {2}${name} \\S`, "m").test(help),
  }));
  const verbs = [...help.matchAll(/^ {2}(?:gateway |(?=(?:call|doctor) ))(?<verb>[a-z]+) /gm)].map(
    ({ groups }) => groups?.verb ?? "",
  );
  return [...options, ...verbs.map((name) => ({ name, takesValue: false }))];
}

/** What the program that ships prints with `--help`. */
export const helpOf = (program: string): string =>
  execFileSync(process.execPath, [`dist/${program}.mjs`, "--help"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly configuration: {
      readonly properties: Readonly<
        Record<string, { readonly additionalProperties?: { readonly properties?: Readonly<Record<string, unknown>> } }>
      >;
    };
  };
}

/** Everything that ships and can be used: options and verbs by `--help`, commands and settings by the manifest. */
export function usable(): readonly { readonly kind: Kind; readonly name: string }[] {
  const { contributes } = readManifest<Manifest>();
  const settings = Object.entries(contributes.configuration.properties).flatMap(([name, { additionalProperties }]) => {
    const members = Object.keys(additionalProperties?.properties ?? {}).map((member) => `${name}.${member}`);
    return members.length > 0 ? members : [name];
  });
  return [
    ...programs.flatMap((kind) => optionsOf(helpOf(kind)).map(({ name }) => ({ kind, name }))),
    ...contributes.commands.map(({ command }) => ({ kind: "command" as const, name: command })),
    ...settings.map((name) => ({ kind: "setting" as const, name })),
  ];
}
