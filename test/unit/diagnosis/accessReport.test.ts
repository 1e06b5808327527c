import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessCheck, AccessReport } from "../../../src/diagnosis/accessReport.ts";
import { accessPageActs, accessReportPage } from "../../../src/diagnosis/accessReportPage.ts";
import { accessReportText } from "../../../src/diagnosis/accessReportText.ts";
import { bothLanguages } from "../../../src/diagnosis/bothLanguages.ts";
import { withoutSecrets } from "../../../src/diagnosis/withoutSecrets.ts";
import { english } from "../../../src/failures/translate.ts";
import type { TokenSet } from "../../../src/oauth/tokens/tokenSet.ts";

const nonce = "abc123";

const report = (...checks: AccessCheck[]): AccessReport => ({
  gateway: { name: "Tools", url: "https://gw.example/mcp" },
  at: Date.UTC(2026, 10, 25, 11, 30),
  letIn: false,
  outcome: "First to mend: Audience (aud): expected one of a, found b.",
  sections: [{ id: "rules", title: "The gateway's rules", about: "Judged by what was pasted.", checks }],
});

const failed: AccessCheck = {
  what: "Audience (aud)",
  state: "failed",
  expected: "one of a",
  found: "b",
  fix: "Put b into allowedAudience.",
  paste: '"allowedAudience": [\n  "b"\n]',
  rule: "audience",
};

test("the text has the outcome, each state in a word and a symbol, expected beside found, the fix and the rule", () => {
  assert.equal(
    accessReportText(
      report(failed, { what: "Clocks", state: "passed", found: "0 s" }, { what: "x", state: "unknown" }),
    ),
    [
      "# Access to Tools",
      "",
      "`https://gw.example/mcp`",
      "",
      "Looked at 2026-11-25T11:30:00Z.",
      "",
      "**First to mend: Audience (aud): expected one of a, found b.**",
      "",
      "## The gateway's rules",
      "",
      "Judged by what was pasted.",
      "",
      "- ✗ failed: Audience (aud) (rule audience)",
      "  - expected: `one of a`",
      "  - found: `b`",
      "  - to do: Put b into allowedAudience.",
      "  - a rule that takes this token as it is:",
      "",
      "    ```json",
      '    "allowedAudience": [',
      '      "b"',
      "    ]",
      "    ```",
      "",
      "- ✓ passed: Clocks",
      "  - found: `0 s`",
      "- ? unknown: x",
      "",
    ].join("\n"),
  );
});

test("no value ends its code span or its line in the text", () => {
  const text = accessReportText(report({ what: "a\n# b", state: "note", found: "``` `x`\n- y" }));
  assert.match(text, /^- • note: a # b\n {2}- found: ```` ``` `x` - y ````$/m);
});

test("the page shows the same, state by word and symbol, and its buttons post the words that are known", () => {
  const page = accessReportPage(report(failed), nonce);
  const words = page
    .replace(/<style[\s\S]*?<\/style>/, "")
    .replace(/<[^>]+>/g, " ")
    .replace(/\s+/g, " ");
  for (const part of [
    "✗ failed",
    "Audience (aud) (rule audience)",
    "one of a",
    "To do: Put b",
    "Copy Report",
    "Check Again",
  ]) {
    assert.ok(words.includes(part), part);
  }
  assert.deepEqual(
    [...page.matchAll(/<button type="button" value="(\w+)"/g)].map(([, act]) => act),
    accessPageActs.filter((act) => act !== "copyInEnglish"),
  );
});

test("the page has headings, lists, captions and row headers for those who cannot see it, and a language", () => {
  const claims = [{ name: "aud", value: "b" }, { name: "email" }];
  const page = accessReportPage(report(failed, { what: "What it says", state: "note", claims }), nonce);
  for (const part of [
    '<html lang="en">',
    "<h1>",
    '<h2 id="rules">',
    "<h3>Audience (aud)</h3>",
    '<ul class="checks">',
    "<dt>Expected</dt><dd><code>one of a</code></dd>",
    "<caption>What it says</caption>",
    '<th scope="row">aud</th><td><code>b</code></td>',
    '<th scope="row">email</th><td><span class="soft">not shown</span></td>',
    'scope="col"',
    'role="status"',
  ]) {
    assert.ok(page.includes(part), part);
  }
  assert.match(page, /<span aria-hidden="true">✗<\/span> failed/);
});

test("the page is in the person's language, and has a button for the report in English then", () => {
  const passed: AccessCheck = { what: "Clocks", state: "passed", found: "0 s" };
  const claims: AccessCheck = { what: "What it says", state: "note", claims: [{ name: "email" }] };
  const say = (sentence: string, ...args: (string | number)[]) => `«${english(sentence, ...args)}»`;
  const page = accessReportPage(report(failed, passed, claims), nonce, { say, language: "es" });
  for (const part of [
    '<html lang="es">',
    "<h1>«Access to Tools»</h1>",
    "«looked at <time",
    ">«Copy Report»</button>",
    'value="copyInEnglish">«Copy Report in English»</button>',
    "✗</span> «failed»</span>",
    "(«rule audience»)",
    "<dt>«Expected»</dt><dd>",
    "<h3>Audience (aud)</h3>",
    "<strong>«To do:»</strong> <span>Put b into allowedAudience.</span>",
    "«1 passed»",
    "<caption>What it says</caption>",
    "«not shown»",
  ]) {
    assert.ok(page.includes(part), part);
  }
  assert.doesNotMatch(page, / lang="en"/);
});

test("one look brings both languages: each sentence in theirs, what servers said as it is, and secrets in neither", () => {
  const say = (sentence: string, ...args: (string | number)[]) => `«${english(sentence, ...args)}»`;
  const both = bothLanguages(say);
  const made = report({
    what: both.say("Audience (aud)"),
    state: "failed",
    expected: both.say("one of {0}", both.say("none")),
    found: "of a server",
    fix: both.say("{0}: {1}", "Okta", both.say("add {0}", `Bearer ${jwt}`)),
    claims: [{ name: "scope", value: both.say("empty") }, { name: "email" }],
  });
  const { english: theirs, shown } = both.told(withoutSecrets(made, undefined));
  assert.deepEqual(shown.sections[0]?.checks[0], {
    what: "«Audience (aud)»",
    state: "failed",
    expected: "«one of «none»»",
    found: "of a server",
    // A sentence with a secret in it is one that nobody said.
    fix: theirs.sections[0]?.checks[0]?.fix,
    claims: [{ name: "scope", value: "«empty»" }, { name: "email" }],
  });
  assert.equal(theirs.sections[0]?.checks[0]?.expected, "one of none");
  assert.ok(!JSON.stringify([theirs, shown]).includes(jwt.slice(10, 40)));
});

test("what passed is folded and counted, and what failed is not, and gets the focus", () => {
  const passed: AccessCheck = { what: "Clocks", state: "passed", found: "0 s" };
  const page = accessReportPage(report(passed, failed, passed, { what: "Whose it is", state: "note" }), nonce);
  const [, folded = ""] = /<details>(.*?)<\/details>/s.exec(page) ?? [];
  assert.deepEqual(
    {
      counts: /<summary>(.*?)<\/summary>/.exec(folded)?.[1]?.replace(/<[^>]+>/g, ""),
      folded: [...folded.matchAll(/<h3>(.*?)<\/h3>/g)].map(([, what]) => what),
      failedIsOpen: page.indexOf("Audience (aud)</h3>") < page.indexOf("<details>"),
      focusable: [...page.matchAll(/<li class="check (\w+)" tabindex="-1">/g)].map(([, state]) => state),
    },
    {
      counts: "✓ 2 passed, 1 note",
      folded: ["Clocks", "Clocks", "Whose it is"],
      failedIsOpen: true,
      focusable: ["failed"],
    },
  );
});

test("a moment is marked, so that the page can show it as the reader's clock has it", () => {
  const page = accessReportPage(report({ ...failed, found: "it ended 2026-11-25T10:00:00Z" }), nonce);
  const moments = [...page.matchAll(/<time datetime="([^"]+)">\1<\/time>/g)].map(([, moment]) => moment);
  assert.deepEqual(moments, ["2026-11-25T11:30:00Z", "2026-11-25T10:00:00Z"]);
});

test("the page may load nothing and run nothing but what its nonce names, and has the editor's colours only", () => {
  const page = accessReportPage(report(failed), nonce);
  const policy = /content="(default-src[^"]*)"/.exec(page)?.[1];
  const style = /<style nonce="abc123">([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "";
  assert.deepEqual(
    {
      policy,
      external: /(?:src|href)=|url\(|@import|https?:\/\/(?!gw\.example)/.exec(page)?.[0],
      inline: / style=| on[a-z]+=/.exec(page)?.[0],
      scripts: [...page.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes),
      colours: /#[0-9a-f]{3,8}\b|rgb|hsl/i.exec(style)?.[0],
    },
    {
      policy:
        "default-src 'none'; style-src 'nonce-abc123'; script-src 'nonce-abc123'; base-uri 'none'; form-action 'none'",
      external: undefined,
      inline: undefined,
      scripts: [' nonce="abc123"'],
      colours: undefined,
    },
  );
});

test("whatever a server said is text in the page", () => {
  const evil = `<img src=x onerror="alert(1)">'&</code></table><script>x</script>`;
  const check: AccessCheck = { what: evil, state: "failed", expected: evil, found: evil, fix: evil, paste: evil };
  const base = report(check);
  const hostile = { ...base, outcome: evil, gateway: { name: evil, url: evil } };
  const page = accessReportPage(
    { ...hostile, sections: [{ id: "rules", title: evil, about: evil, checks: [check] }] },
    nonce,
  );
  assert.deepEqual(
    {
      images: page.includes("<img"),
      scripts: [...page.matchAll(/<script/g)].length,
      quoted: page.includes("&lt;img src=x"),
    },
    { images: false, scripts: 1, quoted: true },
  );
});

const part = (text: string): string => Buffer.from(text).toString("base64url");
const jwt = `${part('{"alg":"RS256"}')}.${part('{"sub":"ada","email":"ada@example.com"}')}.${part("a signature of some bytes")}`;
const tokens = {
  accessToken: jwt,
  idToken: `${jwt}ID`,
  refreshToken: "0.opaque-refresh/token+with==",
  client: { clientId: "app", authMethod: "client_secret_post", clientSecret: "hush-hush-hush" },
} as unknown as TokenSet;

test("a server that repeats secrets, whole or in parts, brings none of them into a report, a text or a page", () => {
  const said = [...jwt.split("."), jwt, tokens.idToken, tokens.refreshToken, tokens.client.clientSecret].join(" then ");
  const check: AccessCheck = { what: said, state: "failed", expected: said, found: said, fix: said, paste: said };
  const base = report(check);
  const cleaned = withoutSecrets({ ...base, outcome: said, gateway: { name: said, url: said } }, tokens);
  const shown = [JSON.stringify(cleaned), accessReportText(cleaned), accessReportPage(cleaned, nonce)].join("\n");
  const secrets = [...jwt.split("."), tokens.refreshToken ?? "", tokens.client.clientSecret ?? ""];
  assert.deepEqual(
    secrets.filter((secret) => shown.includes(secret)),
    [],
  );
  assert.ok(shown.includes("[token] then [token]"));
});

test("a report of nobody's tokens still loses what has the shape of one", () => {
  const cleaned = withoutSecrets(report({ what: "x", state: "note", found: `Bearer ${jwt}` }), undefined);
  assert.ok(!JSON.stringify(cleaned).includes(jwt.slice(10, 40)));
});

test("what stands between backticks in a sentence is code on the page", () => {
  const fix = "Set `requestedAccessTokenVersion` to 2, <b>not</b> `1`.";
  const page = accessReportPage(report({ ...failed, fix }), nonce);
  assert.ok(
    page.includes("Set <code>requestedAccessTokenVersion</code> to 2, &lt;b&gt;not&lt;/b&gt; <code>1</code>."),
    page,
  );
});
