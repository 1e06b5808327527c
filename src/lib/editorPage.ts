import { escapeHtml } from "./escapeHtml.ts";

/** A page of the editor, all of whose parts are ours but for what is escaped in its body. */
export interface EditorPage {
  readonly title: string;
  /** HTML. */
  readonly body: string;
  /** Made up for this one page. */
  readonly nonce: string;
  /** What this page has beside the style that all have. */
  readonly style?: string;
  /** A script, as text. */
  readonly script?: string;
  /** Whether it has pictures and sounds, which stand in it as data. */
  readonly hasMedia?: boolean;
  /** The language of the page, as a tag of BCP 47. */
  readonly language?: string;
}

/**
 * Makes a page for a webview of the editor. Its script and styles stand in it, so that there is nothing to be loaded, which
 * can fail and leave it blank. The nonce names them; nothing else runs, and nothing is sent anywhere.
 */
export function editorPage(page: EditorPage): string {
  const { title, body, nonce, style = "", script, hasMedia = false, language = "en" } = page;
  // A comment of HTML that begins in a script may hide its end (HTML, 4.12.1.3).
  const code = script === undefined ? "" : `<script nonce="${nonce}">${script.replaceAll("<!--", "\\x3C!--")}</script>`;
  return `<!doctype html>
<html lang="${escapeHtml(language)}">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy(nonce, hasMedia)}"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title><style nonce="${nonce}">${commonStyle}${style}</style></head>
<body>
${body}
${code}
</body>
</html>
`;
}

const policy = (nonce: string, hasMedia: boolean): string =>
  `default-src 'none'; style-src 'nonce-${nonce}'; script-src 'nonce-${nonce}';${hasMedia ? " img-src data:; media-src data:;" : ""} base-uri 'none'; form-action 'none'`;

/** One look for all pages, in the colours of the editor's theme. Texts have a contrast of 4.5 to 1 wherever the theme's own have. */
const commonStyle = `
* { box-sizing: border-box; }
body { padding: 0 20px 32px; color: var(--vscode-foreground); background: var(--vscode-editor-background); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); line-height: 1.45; }
main { max-width: 1100px; }
h1 { font-size: 1.5em; font-weight: 600; margin: 20px 0 4px; overflow-wrap: anywhere; }
h2 { font-size: 1.15em; font-weight: 600; margin: 28px 0 6px; }
p { margin: 4px 0; overflow-wrap: anywhere; }
a { color: var(--vscode-textLink-foreground); }
.soft { color: var(--vscode-descriptionForeground); }
button { margin: 0 8px 8px 0; padding: 5px 12px; border: 1px solid var(--vscode-button-border, transparent); border-radius: 2px; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground); font: inherit; cursor: pointer; }
button:hover { background: var(--vscode-button-secondaryHoverBackground); }
button.primary { color: var(--vscode-button-foreground); background: var(--vscode-button-background); }
button.primary:hover { background: var(--vscode-button-hoverBackground); }
:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
table { width: 100%; border-collapse: collapse; }
th, td { padding: 6px 10px 6px 0; border-top: 1px solid var(--vscode-panel-border); text-align: left; vertical-align: top; overflow-wrap: anywhere; }
thead th { border-top: 0; color: var(--vscode-descriptionForeground); font-weight: 400; font-size: 0.9em; }
tbody th { font-weight: 400; }
code, pre { font-family: var(--vscode-editor-font-family); font-size: var(--vscode-editor-font-size); }
code { padding: 1px 3px 3px; }
pre { margin: 6px 0; padding: 8px 10px; overflow-x: auto; background: var(--vscode-textCodeBlock-background); }
caption, .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
