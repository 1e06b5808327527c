import { readFileSync } from "node:fs";
import { type Browser, chromium, type Page } from "playwright-core";
import { english } from "../../../src/failures/translate.ts";
import { editorPage } from "../../../src/lib/editorPage.ts";
import type { JsonObject } from "../../../src/lib/json/jsonObject.ts";
import type { FromPage, ToPage } from "../../../src/toolPage/messages.ts";
import { pageWords } from "../../../src/toolPage/pageWords.ts";
import { type SubjectKind, subjectOf } from "../../../src/toolPage/subject.ts";
import { browserInstallation } from "../browser.ts";
import { until } from "../until.ts";
import { brokenRules } from "./brokenRules.ts";
import { type Theme, themes } from "./themes.ts";

const origin = "https://page.test";

/** A browser that shows pages of the editor as they are built, with their own policy. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = await browserInstallation(() => {});
  return await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
}

export interface OpenedPage {
  readonly page: Page;
  /** What the page asked its extension for. */
  readonly asked: FromPage[];
  /** What the page was kept from: scripts, styles and requests that its policy forbids, and exceptions. */
  readonly faults: string[];
  /** Requests for anything but the page itself. */
  readonly requests: string[];
  tell(message: ToPage): Promise<void>;
  /** The last message of a kind that the page sent. */
  last<K extends FromPage["kind"]>(kind: K): Promise<Extract<FromPage, { readonly kind: K }>>;
  /** The rules of accessibility that it breaks, each with where (axe). */
  brokenRules(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface PageOptions {
  readonly theme?: Theme;
  readonly width?: number;
}

/** Shows HTML of the editor's kind, with the colours of a theme. */
export async function openHtml(
  browser: Browser,
  html: string,
  { theme = "dark", width = 900 }: PageOptions = {},
): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  const asked: FromPage[] = [];
  const faults: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => void (message.type() === "error" && faults.push(message.text())));
  page.on("pageerror", (error) => void faults.push(error.message));
  await page.route("**/*", async (route) => {
    const url = route.request().url();
    if (url === `${origin}/`) return await route.fulfill({ body: html, contentType: "text/html" });
    requests.push(url);
    await route.abort();
  });
  await page.exposeFunction("askExtension", (message: FromPage) => void asked.push(message));
  const colours = Object.entries(themes[theme]).map(([name, colour]) => [`--vscode-${name}`, colour]);
  const fonts = [
    ["--vscode-font-family", "system-ui, 'DejaVu Sans', sans-serif"],
    ["--vscode-font-size", "13px"],
    ["--vscode-editor-font-family", "'DejaVu Sans Mono', monospace"],
    ["--vscode-editor-font-size", "13px"],
  ];
  const style = JSON.stringify([...colours, ...fonts, ["color-scheme", theme === "light" ? "light" : "dark"]]);
  // As a text: what compiles this file would put names of its own into a function.
  await page.addInitScript({
    content: `
      globalThis.acquireVsCodeApi = () => ({ postMessage: (message) => globalThis.askExtension(message) });
      document.addEventListener("DOMContentLoaded", () => {
        // The editor's own style for pages, where it was not asked to underline links.
        const own = new CSSStyleSheet();
        own.replaceSync("a { text-decoration: none; }");
        document.adoptedStyleSheets = [own];
        for (const [name, value] of ${style}) document.documentElement.style.setProperty(name, value);
      });`,
  });
  await page.goto(`${origin}/`);
  const last = async <K extends FromPage["kind"]>(kind: K) =>
    (await until(() => asked.findLast((one) => one.kind === kind), `the message ${kind}`)) as Extract<
      FromPage,
      { readonly kind: K }
    >;
  return {
    page,
    asked,
    faults,
    requests,
    last,
    tell: (message) => page.evaluate((data) => window.postMessage(data, "*"), message),
    brokenRules: () => brokenRules(page),
    close: () => page.close(),
  };
}

/** The page of a tool, resource or prompt, opened as the extension opens it. */
export async function openToolPage(
  browser: Browser,
  listed: JsonObject,
  options: PageOptions & { readonly kind?: SubjectKind } = {},
): Promise<OpenedPage> {
  const { opened, open } = await loadToolPage(browser, listed, options);
  await opened.last("ready");
  await opened.tell(open);
  await opened.page.locator("h1").waitFor();
  return opened;
}

/** The same, of which only the script runs: it is told nothing yet. */
export async function loadToolPage(
  browser: Browser,
  listed: JsonObject,
  options: PageOptions & { readonly kind?: SubjectKind } = {},
): Promise<{ readonly opened: OpenedPage; readonly open: Extract<ToPage, { readonly kind: "open" }> }> {
  const { kind = "tool" } = options;
  const subject = subjectOf(kind, listed);
  const html = editorPage({
    title: subject.title,
    body: "",
    nonce: "abc123",
    script: readFileSync("dist/webviews/toolPage.js", "utf8"),
    style: readFileSync("dist/webviews/toolPage.css", "utf8"),
    hasMedia: true,
  });
  const opened = await openHtml(browser, html, options);
  const words = pageWords(english);
  const open = { kind: "open", subject, gateway: "finance", words, standing: { kind: "ready" }, history: [] } as const;
  return { opened, open };
}
