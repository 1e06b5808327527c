import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { AnyFailure, FailureCode } from "../../../src/failures/failure.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import type { FailureText } from "../../../src/failures/wording.ts";
import { gatewayHelp } from "../../../src/gateway/commandLine/gatewayArguments.ts";
import { landingPageHtml } from "../../../src/node/redirect/landingPage.ts";
import { standaloneHelp } from "../../../src/standalone/help.ts";
import { standaloneFailureText, terminalWords } from "../../../src/standalone/terminalWords.ts";
import { everyFailure, failureSamples, ofTheEditor, toldAsInEditor } from "../../support/failureSamples.ts";
import { readManifest } from "../../support/manifest.ts";
import { filesOfEntry, textsOf } from "../../support/sourceTexts.ts";

const { contributes } = readManifest<{
  contributes: { commands: readonly { readonly title: string }[]; configuration: { properties: object } };
}>();
const titles = contributes.commands.map(({ title }) => title);
const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** What only an editor has: its commands, settings, menus and windows. */
const ofAnEditor = new RegExp(
  [
    ...titles.map((title) => `${escaped(title)}(?![a-z])`),
    String.raw`Gateway Connect:|gatewayConnect\.|\b(?:the|your) editor\b(?!'s or agent's mcp\.json)`,
    String.raw`[Rr]eload|\bwindow\b|status bar|[Pp]alette|Accounts menu|\bmenu\b|[a-z]…"|\bextension\b`,
  ].join("|"),
);
/** What only a terminal has: options but for those of AWS's own program, variables of its environment, and a program that is started again. */
const ofATerminal =
  /(?<!\baws (?:sso login|configure sso|login))(?:^|[\s"'(])--[a-z]|NODE_EXTRA_CA_CERTS|HTTPS_PROXY|[Ss]tart again\b|standard (?:error|output)/;

/** What the editor's part alone does: its parts, its relay's socket, hosts' files, sandbox and local gateways. */
const inEditorOnly: readonly FailureCode[] = [
  "already_connected",
  "already_connecting",
  "pasted_address_invalid",
  ...ofTheEditor,
  "tool_hidden",
];

/** The texts that a program shows of a failure, each as the place makes it. */
interface Place {
  readonly codes: readonly FailureCode[];
  readonly others: RegExp;
  readonly texts: (failure: AnyFailure) => readonly string[];
}

const codes = Object.keys(failureSamples) as FailureCode[];
const lines = ({ title, detail, nextStep }: FailureText): readonly string[] => [title, detail, nextStep];
const page = (html: string): string =>
  html
    .replace(/<style>.*<\/style>/s, "")
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'");

const places: Readonly<Record<string, Place>> = {
  editor: {
    codes,
    others: ofATerminal,
    texts: (failure) => [...lines(failureText(failure)), page(landingPageHtml({ kind: "failed", failure }))],
  },
  "terminal, standalone": {
    codes: codes.filter((code) => ![...inEditorOnly, ...toldAsInEditor].includes(code)),
    others: ofAnEditor,
    texts: (failure) => [
      ...lines(terminalWords(failure)),
      standaloneFailureText(failure),
      page(
        landingPageHtml(
          { kind: "failed", failure },
          { program: "the program that asked", failureWords: terminalWords },
        ),
      ),
    ],
  },
};

for (const [name, place] of Object.entries(places)) {
  test(`${name}: no failure names what only another place has, whatever its facts`, () => {
    const shown = everyFailure().filter(({ code }) => place.codes.includes(code));
    const wrong = shown.flatMap((failure) =>
      place.texts(failure).flatMap((text) => {
        const found = place.others.exec(text)?.[0];
        return found === undefined ? [] : [`${failure.code}: ${found} in ${text}`];
      }),
    );
    assert.deepEqual(wrong, []);
    assert.equal(new Set(shown.map(({ code }) => code)).size, place.codes.length);
  });
}

test("the words of each place are told apart by what is looked for: the editor's name commands, a terminal's options", () => {
  const all = everyFailure();
  const named = (pattern: RegExp, texts: readonly string[]) => texts.filter((text) => pattern.test(text)).length;
  assert.deepEqual(
    {
      editor:
        named(
          ofAnEditor,
          all.flatMap((failure) => lines(failureText(failure))),
        ) > 20,
      terminal:
        named(
          ofATerminal,
          all.flatMap((failure) => lines(terminalWords(failure))),
        ) > 15,
      titles: titles.length > 15,
    },
    { editor: true, terminal: true, titles: true },
  );
});

test("what only the editor meets is not in the standalone: none of these codes is thrown by what it is made of", () => {
  const thrown = filesOfEntry("src/standalone.ts").flatMap((file) => {
    const text = readFileSync(file, "utf8");
    return inEditorOnly.filter((code) => new RegExp(`(?:GatewayFailure|failure)\\(\\s*"${code}"`).test(text));
  });
  assert.deepEqual(
    thrown.filter((code) => !ofSharedParts.includes(code)),
    [],
  );
});

/**
 * Thrown by parts that both programs have, in acts that the standalone lacks: adding by hand, pasting, running and hiding a tool,
 * changing the files of hosts, which `doctor` only reads and tells by their codes, and loading a bundle, since the standalone is
 * one file.
 */
const ofSharedParts: readonly FailureCode[] = [
  "already_connected",
  "already_connecting",
  "host_file_invalid",
  "host_file_unusable",
  "host_file_busy",
  "host_file_protected",
  "host_entry_impossible",
  "part_not_loaded",
  "pasted_address_invalid",
  "tool_hidden",
];

/** Files whose texts are the editor's by their purpose, or are made for a place that is passed in: those are walked above. */
const forAPlace = [
  /^src\/failures\//,
  // It tells of entries, which an editor's extension wrote and repairs.
  /^src\/node\/doctor\/hostFindings\.ts$/,
  // It is said only where the bridge started the program, by an entry of an editor that is signed in.
  /^src\/standalone\/editorHint\.ts$/,
  /^src\/connections\/settings\//,
  /^src\/node\/redirect\/landingPage\.ts$/,
  /^src\/standalone\/terminalWords\.ts$/,
];

test("terminal: nothing else that the standalone or the gateway is made of names an editor's commands, menus or settings", () => {
  const programs = ["src/standalone.ts", "src/gateway.ts"];
  const files = [...new Set(programs.flatMap(filesOfEntry))].filter((file) => !forAPlace.some((one) => one.test(file)));
  const texts = files.flatMap(textsOf).filter(({ text }) => /\s/.test(text));
  const wrong = texts.flatMap(({ file, text }) => {
    const found = ofAnEditor.exec(text)?.[0];
    return found === undefined ? [] : [`${file}: ${found} in ${text}`];
  });
  assert.deepEqual(wrong, []);
  assert.ok(files.length > 150 && texts.length > 500, `${files.length} files, ${texts.length} texts`);
});

test("terminal: the help of both programs names no command of an editor", () => {
  const found = [standaloneHelp, gatewayHelp].map((text) => ofAnEditor.exec(text)?.[0]);
  assert.deepEqual(found, [undefined, undefined]);
});
