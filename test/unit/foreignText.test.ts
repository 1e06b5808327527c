import assert from "node:assert/strict";
import { test } from "node:test";
import { decisionText } from "../../src/agentcore/authorizer/decisionText.ts";
import { agentBarText } from "../../src/connections/agents/agentBarText.ts";
import { statusBarText } from "../../src/connections/gatewayStatus.ts";
import { itemLook, targetLook, toolLook } from "../../src/connections/tree/itemLooks.ts";
import { shownCatalogue } from "../../src/connections/tree/shownCatalogue.ts";
import { accessReportPage } from "../../src/diagnosis/accessReportPage.ts";
import { accessReportText } from "../../src/diagnosis/accessReportText.ts";
import { diagnosticsText } from "../../src/diagnosis/diagnosticsText.ts";
import { type AnyFailure, GatewayFailure } from "../../src/failures/failure.ts";
import { failureText } from "../../src/failures/failureText.ts";
import { english } from "../../src/failures/translate.ts";
import { fileName } from "../../src/lib/fileName.ts";
import { foreignLines } from "../../src/lib/foreignText.ts";
import { findingsText, note, shareable } from "../../src/node/doctor/finding.ts";
import { landingPageHtml } from "../../src/node/redirect/landingPage.ts";
import { accountOf } from "../../src/oauth/tokens/account.ts";
import { signOutText } from "../../src/oauth/tokens/signOutText.ts";
import type { TokenSet } from "../../src/oauth/tokens/tokenSet.ts";
import { consentPage } from "../../src/sandbox/pages/consentPage.ts";
import { confirmCodePage } from "../../src/sandbox/pages/devicePage.ts";
import { messagePage } from "../../src/sandbox/pages/messagePage.ts";
import { signInPage } from "../../src/sandbox/pages/signInPage.ts";
import { toolResultText } from "../../src/standalone/call/toolResultText.ts";
import { openLog } from "../../src/standalone/openLog.ts";
import { standaloneFailureText } from "../../src/standalone/terminalWords.ts";
import { everyFailure } from "../support/failureSamples.ts";
import { unsignedJwt } from "../support/fakeAuthorizationServer.ts";
import { hostile, hostileParts } from "../support/hostileText.ts";

/** Facts of a failure as somebody else would write each of them who can. */
const spoiled = (fact: unknown): unknown =>
  typeof fact === "string" ? hostile(fact) : Array.isArray(fact) ? fact.map(spoiled) : fact;

const failures = everyFailure().map(({ code, facts }) => {
  // What is wrong with an ID token is one of a few words of ours.
  const isOurs = (name: string) => code === "id_token_invalid" && name === "problem";
  const changed = Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, isOurs(name) ? fact : spoiled(fact)]),
  );
  return new GatewayFailure(code, changed as never) as AnyFailure;
});

const account = accountOf({ accessToken: unsignedJwt({ sub: "ada", name: hostile("Ada") }) });
const tokens = {
  sessionId: "s",
  server: { issuer: hostile("https://login.example.com") },
  client: { clientId: "app", authMethod: "none" },
  account,
  scopes: [hostile("read")],
  accessToken: "a",
  issuedAt: 0,
} as unknown as TokenSet;
const connection = { id: "a", name: hostile("Tools"), url: hostile("https://gw.example.com/mcp"), authorization: {} };
const summaries = [{ kind: "signedIn", tokens }, ...failures.map((failure) => ({ kind: "attention", failure }))].map(
  (state) => ({ connection, state, resolved: undefined, tools: 1 }) as never,
);
const check = { what: hostile("Audience"), state: "failed", expected: hostile("a"), found: hostile("b") } as const;
const report = {
  gateway: connection,
  at: 0,
  letIn: false,
  outcome: hostile("First to mend"),
  sections: [
    {
      id: "token",
      title: "The token",
      checks: [{ ...check, fix: hostile("Change it"), paste: JSON.stringify({ a: hostile("b") }, undefined, 2) }],
    },
  ],
} as const;
const step = { token: "access token", kind: "failed", reason: "HTTP 400, error" } as const;

/** Every place where something is shown that others wrote, and what it shows. */
const places: Readonly<Record<string, () => readonly string[]>> = {
  "a message of the editor": () => failures.flatMap((failure) => Object.values(failureText(failure))),
  "the terminal": () => failures.map(standaloneFailureText),
  "the page that ends a sign-in": () => [
    landingPageHtml({ kind: "signedIn", account: account.label, gateway: connection.name }),
    ...failures.map((failure) => landingPageHtml({ kind: "failed", failure })),
  ],
  "the status bar": () =>
    summaries.flatMap((summary) => {
      const { text = "", tooltip = "" } =
        statusBarText([summary], { time: String, failureWords: failureText, barText: agentBarText, now: () => 0 }) ??
        {};
      return [tooltip, ...(tooltip.includes("signed in as") ? [text.replace(connection.name, "")] : [])];
    }),
  "the report of Explain Access": () => [accessReportText(report), accessReportPage(report, "n")],
  diagnostics: () => [
    diagnosticsText({ version: "1", editor: "e", platform: "p", remote: undefined, relay: "r", now: 0 }, summaries),
  ],
  "what a sign-out says": () => [
    signOutText(
      "Tools",
      { issuer: tokens.server.issuer, account, steps: [step] },
      { time: String, failureWords: failureText },
    ),
  ],
  "the view of gateways": () =>
    looks().flatMap(({ label, description = "", spoken, tooltip = [] }) => [label, description, spoken, ...tooltip]),
  "a page of the sandbox": () =>
    [
      signInPage({ ...asked, people: [{ sub: hostile("s"), name: hostile("Ada"), email: hostile("a@b") } as never] })
        .html,
      consentPage({ ...asked, personName: hostile("Ada"), resource: hostile("https://gw"), scopes: [hostile("s")] })
        .html,
      confirmCodePage("https://idp.example", "", { clientName: hostile("App"), userCode: hostile("AB") }).html,
      messagePage(hostile("No"), hostile("No")).html,

      // A browser makes a space of each break between words.
    ].map((html) => html.replaceAll("\n", " ")),
  doctor: () => [
    findingsText(shareable([{ id: "a", title: "Network", findings: [note(hostile("a"), hostile("b"))] }], {})),
  ],
  "what gateway explain says": () => [
    ...decisionText({ kind: "invalidToken", findings: [finding] } as never),
    ...decisionText({ kind: "undecided", reason: hostile("no keys"), findings: [] } as never),
  ],
  "a result in a terminal": () =>
    foreignLines(toolResultText({ content: [{ type: "text", text: hostile("done") }] })).map((line) => `> ${line}`),
  "the log of the standalone": () => logged({ issuer: tokens.server.issuer, scopes: tokens.scopes }),
};

const asked = {
  issuer: "https://idp.example",
  clientName: hostile("App"),
  redirectUri: "https://app.example/callback",
};
const finding = { rule: "audience", claim: hostile("aud"), expected: hostile("a"), found: [hostile("b")], ok: false };

/** Tools, resources and prompts of a gateway, as they stand in the view. */
function looks() {
  const item = {
    name: hostile("tool"),
    title: hostile("Tool"),
    description: hostile("It says"),
    uri: hostile("test://"),
  };
  const lists = { tools: [item], prompts: [item], resources: [item], resourceTemplates: [] };
  const { tools, resources, prompts, targets } = shownCatalogue(lists as never);
  const words = { say: english, time: String, failureWords: failureText };
  const [denied] = failures;
  const denial = denied && { failure: denied, at: 0 };
  return [
    ...tools.map((tool) => toolLook(tool, { kept: undefined, denial, invalid: [hostile("schema")] }, words)),
    ...[...targets.keys()].map((target) => targetLook(target, { tools: 1, denied: 0 }, english)),
    ...resources.map((one) => itemLook("resource", one, english)),
    ...prompts.map((one) => itemLook("prompt", one, english)),
  ];
}

/** What the program's log writes of these facts. */
function logged(facts: Readonly<Record<string, string | readonly string[]>>): readonly string[] {
  const { write } = process.stderr;
  const lines: string[] = [];
  process.stderr.write = (text: string | Uint8Array) => lines.push(String(text)) > 0;
  try {
    openLog({ verbose: true }).warn("refused", facts);
  } finally {
    process.stderr.write = write;
  }
  return lines;
}

test("a file that is named by somebody else is one of its folder, whatever they call it", () => {
  for (const name of [
    hostile("a"),
    "../../etc/passwd",
    "..\\\\a",
    "CON\u0000",
    ".",
    "",
    "-rf",
    "a".repeat(10_000),
    "$(id)",
  ]) {
    assert.match(fileName(name), /^[\w][\w.-]{0,79}$/);
  }
});

for (const [place, shown] of Object.entries(places)) {
  test(`${place} shows what others wrote as one line of what is seen of it`, () => {
    const texts = shown();
    const left = texts.flatMap((text) => hostileParts(text).map((part) => `${part} in ${text.slice(0, 100)}`));
    assert.deepEqual(left, []);
    assert.ok(texts.join("").includes("Signed in"), "what others wrote is shown");
  });
}
