import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buildVsix } from "./vsix.ts";

/** The languages that the extension speaks besides English, as they name themselves. */
export const languages = { ja: "日本語", es: "español" } as const;

export type Language = keyof typeof languages;

/**
 * A pack that makes the editor speak a language, as far as that lets extensions: none of the editor's own words is in it, so
 * that what is English is the editor's, and what is not is ours.
 */
export async function languagePack(language: Language): Promise<string> {
  const folder = join("out", `language-pack-${language}`);
  await mkdir(join(folder, "translations"), { recursive: true });
  const manifest = {
    ...{ name: `language-pack-${language}`, publisher: "gateway-connect-tests", version: "1.0.0", license: "MIT" },
    ...{ displayName: `Language Pack ${language}`, description: "Of the tests. Never shipped.", private: true },
    engines: { vscode: "^1.105.0" },
    categories: ["Language Packs"],
    contributes: {
      localizations: [
        {
          ...{ languageId: language, languageName: language, localizedLanguageName: languages[language] },
          translations: [{ id: "vscode", path: "./translations/main.i18n.json" }],
        },
      ],
    },
  };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest, undefined, 2));
  await writeFile(join(folder, "translations", "main.i18n.json"), JSON.stringify({ version: "1.0.0", contents: {} }));
  await writeFile(join(folder, "README.md"), "Of the tests.\n");
  return await buildVsix({ folder, to: join("out", `language-pack-${language}.vsix`) });
}

/** What the extension says in a language, by the English sentence. @throws Error where it has no words for it */
export async function translationsOf(language: Language): Promise<(sentence: string) => string> {
  const texts = JSON.parse(await readFile(`l10n/bundle.l10n.${language}.json`, "utf8")) as Record<string, unknown>;
  return (sentence) => {
    const text = texts[sentence];
    if (typeof text !== "string" || text === "") throw new Error(`nothing in ${language} for ${sentence}`);
    return text;
  };
}
