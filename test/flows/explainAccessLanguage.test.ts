import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import type { AccessCheck, AccessReport } from "../../src/diagnosis/accessReport.ts";
import { english, type Translate } from "../../src/failures/translate.ts";
import { auth0 } from "../../src/sandbox/profiles/auth0.ts";
import { keycloak } from "../../src/sandbox/profiles/keycloak.ts";
import { accessWorld, askedBy, withSignedIn } from "../support/explainWorld.ts";
import { part } from "../support/programs.ts";

// What ships.
const { bothLanguages, explainAccess } = await part("explain");

const marked: Translate = (sentence, ...args) => `«${english(sentence, ...args)}»`;

/** Words for a person: two in a row, or one with a capital and a sentence's end. */
const isWords = (text: string): boolean => /(?:^|\s)[a-z]{2,} [a-z]{2,}|^[A-Z][a-z]+ [a-z]+/.test(text);

/** What of a report is said without a translation. */
function leftOut({ outcome, sections }: AccessReport): readonly string[] {
  const ofCheck = ({ what, expected = "", found = "", fix = "" }: AccessCheck) => [
    ...[what, fix].filter((text) => text !== "" && !text.startsWith("«")),
    // Addresses, names and values are nobody's words.
    ...[expected, found].filter((text) => !text.startsWith("«") && !/^openid\b/.test(text) && isWords(text)),
  ];
  const heads = sections.flatMap(({ title, about = "«" }) => [title, about]);
  return [
    ...[outcome, ...heads].filter((text) => !text.startsWith("«")),
    ...sections.flatMap(({ checks }) => checks.flatMap(ofCheck)),
  ];
}

const cases = {
  "of somebody whose token passes": {},
  "without the gateway's rules": { authorizer: undefined },
  "with rules that refuse the token": {
    authorizer: {
      source: "pasted",
      configuration: {
        discoveryUrl: "https://other.example/.well-known/openid-configuration",
        allowedAudience: ["x"],
        allowedClients: ["y"],
        allowedScopes: ["z"],
      },
    },
  },
  "of nobody": { tokens: undefined },
  "of an address where nothing is": { gateway: { name: "Gone", url: "http://127.0.0.1:9/mcp" } },
  "of an address that is not safe": { gateway: { name: "Plain", url: "http://gateway.example/mcp" } },
} as const;

/** Clients that their providers know, where nobody may register. */
const clientIds: Readonly<Record<string, string>> = { auth0: auth0.clients.app, keycloak: keycloak.clients.app };

for (const profile of ["okta", "entra", "cognito", "auth0", "keycloak", "pingFederate", "generic"] as const) {
  test(`${profile}: every sentence of a report is said in the person's language, and the same in English`, () =>
    withSignedIn(
      { profile },
      async ({ connection, tokens, sandbox }) => {
        for (const [what, { ...more }] of Object.entries(cases)) {
          const authorizer = { source: "sandbox", configuration: sandbox.authorizer } as const;
          const asked = { ...askedBy(connection, tokens, { authorizer }), ...more };
          const both = bothLanguages(marked);
          const { shown, english: inEnglish } = both.told(
            await explainAccess(asked as Parameters<typeof explainAccess>[0], accessWorld({ say: both.say }).world),
          );
          assert.deepEqual(leftOut(shown), [], what);
          assert.ok(shown.sections.flatMap(({ checks }) => checks).length > 1, what);
          assert.deepEqual(
            JSON.parse(JSON.stringify(shown).replace(/[«»]/g, "")),
            JSON.parse(JSON.stringify(inEnglish)),
            what,
          );
        }
      },
      () => (clientIds[profile] ? { clientId: clientIds[profile] } : {}),
    ));
}

for (const language of ["ja", "es"]) {
  test(`${language}: a report has no sentence of English`, () =>
    withSignedIn({ profile: "okta" }, async ({ connection, tokens }) => {
      const words = JSON.parse(readFileSync(`l10n/bundle.l10n.${language}.json`, "utf8")) as Record<string, string>;
      const unknown: string[] = [];
      const both = bothLanguages((sentence, ...args) => {
        // The way through a console is in the words of its product.
        if (words[sentence] === undefined && !sentence.includes(" › ")) unknown.push(sentence);
        return english(words[sentence] ?? sentence, ...args);
      });
      const report = await explainAccess(askedBy(connection, tokens), accessWorld({ say: both.say }).world);
      const { shown } = both.told(report);
      assert.deepEqual(unknown, []);
      assert.notEqual(shown.outcome, report.outcome);
      assert.ok(shown.sections.every(({ title }, at) => title !== report.sections[at]?.title));
    }));
}
