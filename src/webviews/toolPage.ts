import { type EndedRun, type FromPage, MOST_RUNS, type Standing, type ToPage } from "../toolPage/messages.ts";
import { filled, type PageWords } from "../toolPage/pageWords.ts";
import type { Subject } from "../toolPage/subject.ts";
import { button, element, say } from "./dom.ts";
import { FormView } from "./form/formView.ts";
import { historyView } from "./historyView.ts";
import { markdownView } from "./markdown.ts";
import type { PartActs } from "./result/partView.ts";
import { resultView } from "./result/resultView.ts";
import { RunBar } from "./runBar.ts";

/** What the editor gives a page to talk to its extension with. */
declare function acquireVsCodeApi(): { postMessage(message: FromPage): void };

type Opened = Extract<ToPage, { readonly kind: "open" }>;

const editor = acquireVsCodeApi();
const main = element("main");
document.body.prepend(main);
let page: Page | undefined;

/** When what the page is about is asked for again, and until when, in milliseconds: a message can be lost while a page is loaded. */
const REPEAT_MS = 500;
const LAST_REPEAT_MS = 10_000;

window.addEventListener("message", ({ data }: MessageEvent<ToPage>) => {
  if (data.kind !== "open") page?.hear(data);
  // What was answered twice is drawn once: a person may have begun to type.
  else page ??= new Page(data);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  page?.run();
});
sayReady(REPEAT_MS);

function sayReady(repeatMs: number): void {
  if (page) return;
  editor.postMessage({ kind: "ready" });
  if (repeatMs < LAST_REPEAT_MS) setTimeout(sayReady, repeatMs, repeatMs * 2);
}

/** The page of a tool, a resource or a prompt. It runs nothing by itself: each request follows a click or a key. */
class Page {
  readonly #opened: Opened;
  readonly #words: PageWords;
  readonly #standing = element("p", { class: "banner", role: "status", hidden: true });
  readonly #change = element("div", { class: "banner", role: "status", hidden: true });
  readonly #result = element("div", { class: "result", "aria-live": "polite" });
  readonly #past = element("div");
  readonly #bar: RunBar;
  #form: FormView;
  #subject: Subject;
  #history: readonly EndedRun[];

  constructor(opened: Opened) {
    this.#opened = opened;
    this.#words = opened.words;
    this.#subject = opened.subject;
    this.#history = opened.history;
    this.#bar = new RunBar(opened.subject, opened.words, {
      run: () => this.run(),
      cancel: () => editor.postMessage({ kind: "cancel" }),
      editJson: () => editor.postMessage({ kind: "editJson", args: this.#form.args }),
      reset: () => this.#form.reset(),
    });
    this.#form = this.#newForm(opened.args);
    this.#draw();
    this.#showStanding(opened.standing);
    if (opened.history.length > 0) this.#showRun(opened.history.at(-1));
    if (this.#form.isEmpty) this.#bar.focus();
  }

  run(): void {
    if (!this.#bar.isRunning && this.#form.check()) editor.postMessage({ kind: "run", args: this.#form.args });
  }

  hear(message: Exclude<ToPage, Opened>): void {
    switch (message.kind) {
      case "arguments":
        this.#form.show(message.args);
        break;
      case "changed":
        this.#showChange(message.subject);
        break;
      case "standing":
        this.#showStanding(message.standing);
        break;
      case "running":
        this.#result.replaceChildren();
        this.#bar.started();
        break;
      case "progress":
        this.#bar.progress(message.message, message.fraction);
        break;
      case "notRun":
        this.#bar.ended();
        break;
      case "ended":
        this.#bar.ended();
        this.#history = [...this.#history, message.run].slice(-MOST_RUNS);
        this.#showRun(message.run);
        this.#showHistory();
        this.#result.scrollIntoView({ block: "nearest" });
        break;
      case "completed":
        this.#form.offer(message.argument, message.values);
    }
  }

  #newForm(args: Opened["args"]): FormView {
    return new FormView({
      schema: this.#subject.schema,
      words: this.#words,
      args,
      onChanged: (changed) => editor.postMessage({ kind: "arguments", args: changed }),
      complete: this.#subject.completes
        ? (argument, value) => editor.postMessage({ kind: "complete", argument, value, args: this.#form.args })
        : undefined,
    });
  }

  #draw(): void {
    const { words } = this.#opened;
    const { title, name, description, badges, facts, target } = this.#subject;
    const marks = badges.map((badge) => {
      const [label = badge, about = ""] = words.badges[badge];
      return element(
        "li",
        { class: `badge ${badge}`, title: about },
        label,
        element("span", { class: "unseen" }, `: ${about}`),
      );
    });
    // A local gateway is often called as its target is.
    const where = [...new Set([this.#opened.gateway, target, ...facts])]
      .filter((text) => text !== undefined && text !== "")
      .join(" · ");
    main.replaceChildren(
      element(
        "header",
        {},
        element("h1", {}, title),
        element("p", { class: "soft" }, element("code", {}, name), ` · ${where}`),
      ),
      marks.length > 0 ? element("ul", { class: "badges" }, ...marks) : "",
      description === "" ? "" : markdownView(description, openLink),
      this.#standing,
      this.#change,
      element(
        "section",
        { "aria-labelledby": "arguments" },
        element("h2", { id: "arguments" }, words.arguments),
        this.#form.isEmpty ? element("p", { class: "soft" }, words.noArguments) : "",
        this.#form.body,
        this.#bar.body,
      ),
      this.#result,
      this.#past,
    );
    this.#showHistory();
  }

  #showRun(run: EndedRun | undefined): void {
    if (run === undefined) return;
    const acts: PartActs = {
      words: this.#words,
      openLink,
      readResource: (uri) => editor.postMessage({ kind: "readResource", uri }),
      act: (kind, part) => editor.postMessage({ kind, run: run.id, part }),
    };
    this.#result.replaceChildren(resultView(run, this.#subject.outputSchema, acts));
  }

  #showHistory(): void {
    const isOpen = this.#past.querySelector("details")?.open ?? false;
    const choose = (run: EndedRun) => {
      this.#form.show(run.args);
      editor.postMessage({ kind: "arguments", args: run.args });
      this.#showRun(run);
    };
    const view = historyView(this.#history, this.#words, choose);
    this.#past.replaceChildren(view);
    if (isOpen) view.setAttribute("open", "");
  }

  #showChange(subject: Subject | undefined): void {
    const words = this.#words;
    this.#change.hidden = false;
    if (subject === undefined) {
      this.#change.replaceChildren(element("p", {}, words.gone));
      return;
    }
    const show = () => {
      const { args } = this.#form;
      this.#subject = subject;
      this.#form = this.#newForm(args);
      this.#change.hidden = true;
      this.#draw();
    };
    this.#change.replaceChildren(element("p", {}, words.changed), button(words.showChanged, show));
  }

  #showStanding(standing: Standing): void {
    const words = this.#words;
    const said = {
      ready: "",
      signedOut: words.signedOut,
      removed: words.removed,
      attention: standing.kind === "attention" ? filled(words.attention, standing.words) : "",
    }[standing.kind];
    this.#standing.hidden = said === "";
    say(this.#standing, said);
  }
}

const openLink = (href: string): void => editor.postMessage({ kind: "openLink", href });
