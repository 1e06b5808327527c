import { createHash } from "node:crypto";
import { escapeHtml } from "../../lib/escapeHtml.ts";

/** A page of the identity provider: the answer's body and the headers that protect it. */
export interface HtmlPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

const css = `
:root { color-scheme: light dark; --paper: #fff; --ground: #eef1f6; --ink: #1b2230; --soft: #5b6577; --line: #d9dfe9;
  --accent: #2456d6; --on-accent: #fff; --hover: #f4f7fc; }
@media (prefers-color-scheme: dark) { :root { --paper: #1c212b; --ground: #12151b; --ink: #e8ecf4; --soft: #9aa5b8;
  --line: #323a48; --accent: #8fb0ff; --on-accent: #0f1a33; --hover: #242b38; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 24px; background: var(--ground);
  color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
main { width: 100%; max-width: 400px; padding: 32px; background: var(--paper); border: 1px solid var(--line);
  border-radius: 14px; }
h1 { margin: 0 0 8px; font-size: 21px; line-height: 1.3; letter-spacing: -0.01em; }
p { margin: 0 0 20px; color: var(--soft); overflow-wrap: anywhere; text-wrap: pretty; }
p b, li b { color: var(--ink); font-weight: 600; }
ul { margin: 0 0 24px; padding: 0; list-style: none; border: 1px solid var(--line); border-radius: 10px; }
li { padding: 11px 14px; }
li + li { border-top: 1px solid var(--line); }
form, .buttons { display: grid; gap: 10px; margin: 0; }
form + p { margin: 20px 0 0; }
button { font: inherit; color: inherit; padding: 11px 16px; border: 1px solid var(--line); border-radius: 10px;
  background: transparent; cursor: pointer; }
button:hover { background: var(--hover); }
button:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
button.person { display: grid; grid-template-columns: auto 1fr; align-items: center; gap: 12px; text-align: left; }
button.person small { display: block; color: var(--soft); font-size: 13px; }
.face { width: 38px; height: 38px; border-radius: 50%; display: grid; place-items: center; font-size: 14px;
  font-weight: 600; background: var(--accent); color: var(--on-accent); }
button.first { background: var(--accent); border-color: var(--accent); color: var(--on-accent); font-weight: 600; }
button.first:hover { background: var(--accent); filter: brightness(1.07); }
button.quiet { border-color: transparent; color: var(--soft); }
footer { margin-top: 20px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px; }
`;

const cssHash = createHash("sha256").update(css).digest("base64");

/**
 * A page that loads nothing, runs no script and cannot be framed (clickjacking: RFC 9700, 4.16).
 *
 * @param body trusted HTML, in which foreign text is escaped with `escapeHtml`
 * @param formTargets where its forms may lead, including redirects, to which browsers apply `form-action` too
 */
export function htmlPage(title: string, body: string, formTargets: readonly string[] = []): HtmlPage {
  const formAction = formTargets.length > 0 ? formTargets.join(" ") : "'none'";
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${css}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
<footer>Gateway Connect sandbox: made-up people, no passwords, nothing leaves this computer.</footer>
</main>
</body>
</html>
`;
  return {
    html,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": `default-src 'none'; style-src 'sha256-${cssHash}'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
    },
  };
}

/**
 * A redirect URI as a source for `form-action`. The grammar allows no IPv6 hosts and no paths of private schemes, so
 * their scheme alone is named.
 */
export function formTarget(redirectUri: string): string {
  const { protocol, origin, hostname } = new URL(redirectUri);
  const nameable = (protocol === "http:" || protocol === "https:") && !hostname.startsWith("[");
  return nameable ? origin : protocol;
}
