import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Gateways } from "../../../src/connections/gateways.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import type { ToPage } from "../../../src/toolPage/messages.ts";
import { subjectOf } from "../../../src/toolPage/subject.ts";
import type { ToolPageWorld } from "../../../src/vscode/toolPages/toolPage.ts";
import { useFakeEditor } from "../../support/fakeEditor.ts";
import { takeWarnings } from "../../support/fakeWarnings.ts";
import { until } from "../../support/until.ts";

/** A tab of the editor, as the extension made it. */
class Tab {
  readonly told: ToPage[] = [];
  readonly column: unknown;
  readonly preservesFocus: boolean;
  title: string;
  visible = true;
  active = true;
  isClosed = false;
  iconPath: { readonly light: string; readonly dark: string } | undefined;
  readonly viewColumn = 2;
  readonly #heard: ((message: unknown) => void)[] = [];
  readonly #ended: (() => void)[] = [];
  readonly #changed: (() => void)[] = [];
  readonly webview = {
    html: "",
    postMessage: async (message: ToPage) => void this.told.push(message),
    onDidReceiveMessage: (hear: (message: unknown) => void) => void this.#heard.push(hear),
  };

  constructor(title: string, { viewColumn, preserveFocus }: { viewColumn: unknown; preserveFocus: boolean }) {
    this.title = title;
    this.column = viewColumn;
    this.preservesFocus = preserveFocus;
  }

  onDidDispose(end: () => void): void {
    this.#ended.push(end);
  }

  onDidChangeViewState(changed: () => void): void {
    this.#changed.push(changed);
  }

  reveal(): void {}

  dispose(): void {
    this.isClosed = true;
    for (const end of this.#ended.splice(0)) end();
  }

  /** What the page's script sends. */
  say(message: unknown): void {
    for (const hear of this.#heard) hear(message);
  }

  see(visible: boolean): void {
    this.visible = visible;
    for (const changed of this.#changed) changed();
  }
}

let tabs: Tab[] = [];
let nextIsVisible = true;
let said: string[] = [];
useFakeEditor({
  env: { language: "en" },
  window: {
    createWebviewPanel(_type: string, title: string, shown: { viewColumn: unknown; preserveFocus: boolean }) {
      const tab = new Tab(title, shown);
      tab.visible = nextIsVisible;
      tabs.push(tab);
      return tab;
    },
  },
});
takeWarnings("message", async (text) => {
  said.push(text);
  return undefined;
});
const { PagePanel } = await import("../../../src/vscode/pagePanel.ts");
const { ToolPage } = await import("../../../src/vscode/toolPages/toolPage.ts");

function openPanel(context: TestContext) {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  tabs = [];
  const heard: unknown[] = [];
  let closed = 0;
  let pages = 0;
  const panel = new PagePanel({
    type: "test",
    title: "Page",
    html: () => `page ${++pages}`,
    hear: (message) => void heard.push(message),
    closed: () => void closed++,
  });
  return { panel, heard, closed: () => closed, pass: (seconds: number) => context.mock.timers.tick(seconds * 1_000) };
}

test("a page that is seen and says nothing is replaced where it stood, and nobody is told that it was closed", (context) => {
  const { panel, closed, heard, pass } = openPanel(context);
  const [first] = tabs as [Tab];
  first.active = false;
  pass(9);
  const [, second] = tabs as [Tab, Tab];
  assert.deepEqual(
    [tabs.length, first.isClosed, second.isClosed, second.column, second.preservesFocus, second.webview.html],
    [2, true, false, 2, true, "page 2"],
  );
  assert.equal(closed(), 0);
  second.say("ready");
  panel.tell({ kind: "notRun" });
  assert.deepEqual([heard, second.told, first.told], [["ready"], [{ kind: "notRun" }], []]);
  panel.close();
  assert.deepEqual([closed(), second.isClosed], [1, true]);
});

test("a tab has the icon of the view, in strokes that can be seen in light themes and in dark ones", (context) => {
  openPanel(context);
  const { light = "", dark = "" } = tabs[0]?.iconPath ?? {};
  const drawn = [light, dark].map((address) => atob(address.replace(/^.*base64,/, "")));
  assert.deepEqual(
    drawn.map((svg) => /stroke="(#\w+)"/.exec(svg)?.[1]),
    ["#424242", "#cccccc"],
  );
});

test("a page that has spoken is never replaced, however long it says nothing then", (context) => {
  const { pass } = openPanel(context);
  tabs[0]?.say("ready");
  pass(600);
  tabs[0]?.see(false);
  tabs[0]?.see(true);
  pass(600);
  assert.equal(tabs.length, 1);
});

test("a page that nobody sees is not loaded yet, and not told to be silent before it is seen", (context) => {
  nextIsVisible = false;
  const { pass } = openPanel(context);
  nextIsVisible = true;
  pass(600);
  assert.equal(tabs.length, 1);
  tabs[0]?.see(true);
  pass(9);
  assert.equal(tabs.length, 2);
});

test("where the second stays blank too, the person is told once, and nothing is replaced any more", (context) => {
  said = [];
  const { pass } = openPanel(context);
  pass(9);
  // It is given longer than the first.
  pass(15);
  assert.deepEqual(said, []);
  for (let waited = 0; waited < 600; waited += 10) pass(10);
  assert.deepEqual(
    tabs.map(({ isClosed }) => isClosed),
    [true, false],
  );
  assert.deepEqual(said, ["The editor leaves the page Page blank, twice now. Reloading the window helps."]);
});

/** The page of a tool whose gateway says how it stands when `stand` is called. */
function openToolPage() {
  tabs = [];
  let stand: () => void = () => {};
  const asked = new Promise<void>((done) => {
    stand = done;
  });
  const gateways = {
    find: () => ({ id: "c1", name: "finance" }),
    relay: async () => undefined,
    state: async () => {
      await asked;
      return { kind: "signedOut" };
    },
  } as unknown as Gateways;
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const page = new ToolPage(
    {
      reference: { kind: "tool", gateway: "c1", name: "echo" },
      subject: subjectOf("tool", { name: "echo" }),
      draft: { history: [], results: new Map() },
      runs: false,
      closed() {},
    },
    {
      ...{ gateways, failureWords: failureText, log: quiet, now: () => 0, script: "", style: "" },
      argumentsEditor: { close: async () => {} },
      showFailure: (error: unknown) => assert.fail(String(error)),
    } as unknown as ToolPageWorld,
  );
  const [tab] = tabs as [Tab];
  return { page, tab, stand };
}

test("a page of a tool is told what it is about at once, and how it stands with its gateway when that is known", async () => {
  const { page, tab, stand } = openToolPage();
  tab.say({ kind: "ready" });
  assert.deepEqual(
    tab.told.map(({ kind }) => kind),
    ["open"],
  );
  stand();
  await until(() => tab.told.length > 1, "how it stands");
  assert.deepEqual(tab.told[1], { kind: "standing", standing: { kind: "signedOut" } });
  page.close();
});

test("a page that asks again, as one whose answer was lost, is answered again", () => {
  const { page, tab } = openToolPage();
  tab.say({ kind: "ready" });
  tab.say({ kind: "ready" });
  assert.deepEqual(
    tab.told.map(({ kind }) => kind),
    ["open", "open"],
  );
  page.close();
});
