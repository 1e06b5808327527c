import { filled, type PageWords } from "../toolPage/pageWords.ts";
import type { Subject } from "../toolPage/subject.ts";
import { button, element, say } from "./dom.ts";
import { durationText } from "./result/resultView.ts";

export interface RunActs {
  readonly run: () => void;
  readonly cancel: () => void;
  readonly editJson: () => void;
  readonly reset: () => void;
}

/** Run and Cancel, and how far it is. */
export class RunBar {
  readonly body: HTMLElement;
  readonly #words: PageWords;
  readonly #run: HTMLButtonElement;
  readonly #cancel: HTMLButtonElement;
  readonly #said = element("span", { class: "soft", role: "status" });
  readonly #clock = element("span", { class: "soft", "aria-hidden": "true" });
  readonly #bar = element("progress", { max: 1, hidden: true, "aria-label": "" });
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(subject: Subject, words: PageWords, acts: RunActs) {
    this.#words = words;
    const label = { tool: words.run, resource: words.read, prompt: words.get }[subject.kind];
    this.#run = button(label, acts.run, {
      class: "primary",
      title: "Ctrl+Enter",
      "aria-keyshortcuts": "Control+Enter Meta+Enter",
    });
    this.#cancel = button(words.cancel, acts.cancel, { hidden: true });
    this.#bar.setAttribute("aria-label", words.running);
    this.body = element(
      "div",
      { class: "runbar" },
      this.#run,
      this.#cancel,
      button(words.editAsJson, acts.editJson),
      button(words.reset, acts.reset, { title: words.resetHint }),
      this.#bar,
      this.#said,
      " ",
      this.#clock,
    );
  }

  get isRunning(): boolean {
    return !this.#cancel.hidden;
  }

  focus(): void {
    this.#run.focus();
  }

  started(): void {
    const since = performance.now();
    this.#run.disabled = true;
    this.#cancel.hidden = false;
    this.#bar.hidden = false;
    this.#bar.removeAttribute("value");
    say(this.#said, this.#words.running);
    this.#cancel.focus();
    clearInterval(this.#timer);
    this.#timer = setInterval(() => {
      say(this.#clock, filled(this.#words.runningSince, durationText(performance.now() - since)));
    }, 200);
  }

  progress(message: string, fraction: number | undefined): void {
    if (message !== "") say(this.#said, message);
    if (fraction === undefined) this.#bar.removeAttribute("value");
    else this.#bar.value = fraction;
  }

  ended(): void {
    clearInterval(this.#timer);
    const hadFocus = document.activeElement === this.#cancel || document.activeElement === document.body;
    this.#run.disabled = false;
    this.#cancel.hidden = true;
    this.#bar.hidden = true;
    say(this.#said, "");
    say(this.#clock, "");
    if (hadFocus) this.#run.focus();
  }
}
