import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import { landingPageHtml, landingPagePolicy } from "../../../../src/node/redirect/landingPage.ts";
import { terminalWords } from "../../../../src/standalone/terminalWords.ts";

const evil = `<img src=x onerror="alert('1')">&`;

test("names and answers from outside are text on the page, never markup", () => {
  const pages = [
    landingPageHtml({ kind: "signedIn", account: evil, gateway: evil }),
    landingPageHtml({ kind: "failed", failure: new GatewayFailure("access_denied", { issuer: evil }) }),
  ];
  assert.deepEqual(
    pages.map((page) => ({ markup: page.includes("<img"), shown: page.includes("&lt;img") })),
    pages.map(() => ({ markup: false, shown: true })),
  );
});

test("only a page about a success looks like one, and each says what to do", () => {
  const failure = new GatewayFailure("access_denied", { issuer: "https://idp.example" });
  const pages = [
    landingPageHtml({ kind: "signedIn", account: "Ada", gateway: "Tools" }),
    landingPageHtml({ kind: "ignored" }),
    landingPageHtml({ kind: "cancelled" }),
    landingPageHtml({ kind: "failed", failure }),
  ];
  assert.deepEqual(
    pages.map((page) => [
      page.includes('class="good"'),
      /Your editor goes on with Tools|goes on undisturbed|start again|Sign in again/.test(page),
    ]),
    [
      [true, true],
      [false, true],
      [false, true],
      [false, true],
    ],
  );
});

test("the page runs no script, loads nothing, is framed by nobody, and follows light and dark", () => {
  const page = landingPageHtml({ kind: "ignored" });
  assert.deepEqual(
    {
      policy: landingPagePolicy.replace(/'sha256-[^']+'/, "its own"),
      script: /<script|https?:\/\//.test(page),
      dark: page.includes("prefers-color-scheme: dark"),
    },
    {
      policy: "default-src 'none'; style-src its own; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      script: false,
      dark: true,
    },
  );
});

test("the page names the account where somebody knows what to call it, and nobody otherwise", () => {
  const title = (page: string) => /<h1>(.*)<\/h1>/.exec(page)?.[1];
  assert.deepEqual(
    [
      title(landingPageHtml({ kind: "signedIn", account: "Ada", gateway: "Tools" })),
      title(landingPageHtml({ kind: "signedIn", gateway: "Tools" })),
    ],
    ["Signed in as Ada", "Signed in"],
  );
});

test("the page leads back to the editor with one escaped link, except where nobody asked for it", () => {
  const returnUri = 'vscode://gateway-connect.gateway-connect/signed-in?windowId=1&"><img src=x>';
  const words = { program: "your editor", failureWords: terminalWords, returnUri } as const;
  const links = (page: string) => [...page.matchAll(/<a href="([^"]*)">([^<]*)<\/a>/g)].map(([, ...link]) => link);
  const link = [
    "vscode://gateway-connect.gateway-connect/signed-in?windowId=1&amp;&quot;&gt;&lt;img src=x&gt;",
    "Go back to your editor",
  ];
  const failure = new GatewayFailure("access_denied", { issuer: "https://idp.example" });
  assert.deepEqual(
    [
      links(landingPageHtml({ kind: "signedIn", gateway: "Tools" }, words)),
      links(landingPageHtml({ kind: "cancelled" }, words)),
      links(landingPageHtml({ kind: "failed", failure }, words)),
      links(landingPageHtml({ kind: "ignored" }, words)),
      links(landingPageHtml({ kind: "signedIn", gateway: "Tools" })),
    ],
    [[link], [link], [link], [], []],
  );
});

test("the page promises no use of the gateway, which may refuse the token yet", () => {
  assert.doesNotMatch(landingPageHtml({ kind: "signedIn", gateway: "Tools" }), /\bcan use\b|\bnow\b/);
});

test("the page speaks of the place that people came from", () => {
  const words = { program: "the program that asked", failureWords: terminalWords } as const;
  const pages = (["signedIn", "cancelled"] as const).map((kind) => landingPageHtml({ kind, gateway: "Tools" }, words));
  assert.deepEqual(
    pages.map((page) => [/editor/.test(page), /[Tt]he program that asked/.test(page)]),
    pages.map(() => [false, true]),
  );
});
