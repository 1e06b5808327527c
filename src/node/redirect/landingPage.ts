import { createHash } from "node:crypto";
import type { GatewaySettings } from "../../connections/settings/readGatewaySettings.ts";
import { failureText } from "../../failures/failureText.ts";
import { english, type Translate } from "../../failures/translate.ts";
import type { FailureWords } from "../../failures/wording.ts";
import { escapeHtml } from "../../lib/escapeHtml.ts";
import { foreignText } from "../../lib/foreignText.ts";
import type { LandingPage } from "../../oauth/signIn/redirect.ts";

/** The pages that people land on; the editor loads them with the first sign-in. */
export interface LandingPages {
  /**
   * What the browser is answered at the end of a sign-in.
   *
   * @param settings all that is set for the gateway, of which a page may show what it likes
   */
  readonly answerTo: (page: LandingPage, settings: GatewaySettings) => LandingAnswer;
}

export interface LandingAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** How the page speaks of the place that people came from. */
export interface LandingPageWords {
  /** What asked for the sign-in, as a page in a browser names it. */
  readonly program: "your editor" | "the program that asked";
  readonly failureWords: FailureWords;
  /** English where there is none. */
  readonly say?: Translate;
  /** The language that it is said in, as HTML names it. */
  readonly language?: string;
  /** An address that brings that place to the front. Without it the page has no link. */
  readonly returnUri?: string;
}

const inEditor: LandingPageWords = { program: "your editor", failureWords: failureText };

const style = `
:root { color-scheme: light dark; --page: #f4f5f7; --card: #fff; --text: #1f2328; --soft: #59636e; --line: #d8dee4; --good: #1a7f37; --bad: #b35900; }
@media (prefers-color-scheme: dark) { :root { --page: #0f1419; --card: #1a2027; --text: #e6edf3; --soft: #9aa6b2; --line: #2d3640; --good: #3fb950; --bad: #e3a04b; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, "Segoe UI", sans-serif; }
main { width: min(460px, 100%); padding: 40px 36px; background: var(--card); border: 1px solid var(--line); border-radius: 14px; text-align: center; }
svg { width: 56px; height: 56px; margin-bottom: 12px; }
.good { color: var(--good); } .bad { color: var(--bad); }
h1 { margin: 0 0 8px; font-size: 22px; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
p { margin: 8px 0 0; color: var(--soft); overflow-wrap: anywhere; }
a { display: inline-block; margin-top: 24px; padding: 8px 20px; border-radius: 8px; background: var(--text); color: var(--card); font-weight: 600; text-decoration: none; }
a:focus-visible { outline: 3px solid var(--good); outline-offset: 3px; }
footer { margin-top: 28px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px; }
`;

/** How much of a line the page has, in characters. */
const LONGEST_LINE = 1_000;

/** Nothing but the page's own style: no script, no picture from anywhere, no frame around it. */
export const landingPagePolicy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

const shown = (text: string): string => escapeHtml(foreignText(text, LONGEST_LINE));

/** The pages in the words of the place that people came from; by default the editor's. */
export const landingPages = (words?: LandingPageWords): LandingPages => ({
  answerTo: (page) => ({
    status: page.kind === "signedIn" ? 200 : 400,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": landingPagePolicy },
    body: landingPageHtml(page, words),
  }),
});

/** The page that ends a sign-in in the browser. @param words of the place that asked for it; by default the editor's */
export function landingPageHtml(page: LandingPage, words: LandingPageWords = inEditor): string {
  const { good, title, lines } = contentOf(page, words);
  const mark = good ? "M8 12.5l2.7 2.7L16.2 9" : "M12 7.5v5.5M12 16.2v.1";
  return `<!doctype html>
<html lang="${shown(words.language ?? "en")}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${shown(title)}</title><style>${style}</style></head>
<body><main>
<svg class="${good ? "good" : "bad"}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><circle cx="12" cy="12" r="10"/><path d="${mark}"/></svg>
<h1>${shown(title)}</h1>
${lines.map((line) => `<p>${shown(line)}</p>`).join("\n")}${linkBack(page, words)}
<footer>Gateway Connect</footer>
</main></body>
</html>
`;
}

/** None on a page that was not asked for: whoever sent the browser there shall not have it open the editor. */
function linkBack({ kind }: LandingPage, { returnUri, say = english }: LandingPageWords): string {
  if (returnUri === undefined || kind === "ignored") return "";
  return `\n<a href="${escapeHtml(returnUri)}">${shown(say("Go back to your editor"))}</a>`;
}

function contentOf(
  page: LandingPage,
  { program, failureWords, say = english }: LandingPageWords,
): { good: boolean; title: string; lines: readonly string[] } {
  const isEditor = program === "your editor";
  switch (page.kind) {
    case "signedIn":
      // Whether the gateway takes this token is not known yet.
      return {
        good: true,
        title: page.account === undefined ? say("Signed in") : say("Signed in as {0}", page.account),
        lines: [
          isEditor
            ? say("Your editor goes on with {0}. You can close this page and go back to it.", page.gateway)
            : say("The program that asked goes on with {0}. You can close this page and go back to it.", page.gateway),
        ],
      };
    case "ignored":
      return {
        good: false,
        title: say("This page is not part of a sign-in"),
        lines: [say("The address does not belong to the sign-in in progress, which goes on undisturbed.")],
      };
    case "cancelled":
      return {
        good: false,
        title: say("The sign-in was cancelled"),
        lines: [
          isEditor
            ? say("Nothing was kept. You can close this page and start again in your editor.")
            : say("Nothing was kept. You can close this page and start again in the program that asked."),
        ],
      };
    case "failed": {
      const { title, detail, nextStep } = failureWords(page.failure);
      return { good: false, title, lines: [detail, nextStep] };
    }
  }
}
