import assert from "node:assert/strict";
import type { Locator, Page } from "playwright-core";
import { until } from "../until.ts";
import type { Workbench } from "./workbench.ts";

/** How many times a key is pressed at most to get somewhere. */
const MOST_PRESSES = 60;

/** VS Code's window in the hands of somebody who has no mouse: nothing here points at anything. */
export class Keyboard {
  readonly #page: Page;
  readonly #pointed: string[] = [];

  private constructor(page: Page) {
    this.#page = page;
  }

  /** Takes hold of a window, and listens in all of its pages for a mouse. */
  static async hold(workbench: Workbench): Promise<Keyboard> {
    const { page } = workbench;
    const keyboard = new Keyboard(page);
    const context = page.context();
    await context.exposeBinding("wasPointed", (_, what: string) => void keyboard.#pointed.push(what));
    const listen = `addEventListener("pointerdown", (event) => globalThis.wasPointed?.(String(event.target)), true);`;
    await context.addInitScript({ content: listen });
    await page.evaluate(listen);
    return keyboard;
  }

  /** Where a mouse was pressed; nowhere, as long as nobody used one. */
  get pointed(): readonly string[] {
    return this.#pointed;
  }

  press(...keys: readonly string[]): Promise<void> {
    return keys.reduce((before, key) => before.then(() => this.#page.keyboard.press(key)), Promise.resolve());
  }

  type(text: string): Promise<void> {
    return this.#page.keyboard.type(text);
  }

  /** Runs the command with exactly this title from the palette. */
  async command(title: string): Promise<void> {
    await this.press("F1");
    await this.#inputHasFocus();
    await this.#page.keyboard.press("Control+A");
    await this.type(`>${title}`);
    await this.#chosenRow(title);
    await this.press("Enter");
  }

  /** Writes into the input that is open, or opens, in the place of what is there, and accepts it. */
  async answer(text: string, title: string): Promise<void> {
    await this.#titled(title);
    await this.press("Control+A");
    await this.type(text);
    await this.press("Enter");
  }

  /** Finds an entry of the list that is open, or opens, by its words, and takes it. */
  async pick(label: string, title: string): Promise<void> {
    await this.#titled(title);
    await this.type(label);
    await this.#chosenRow(label);
    await this.press("Enter");
  }

  /** Goes to a button of the question that is open, or opens, and presses it. */
  async dialog(button: string): Promise<void> {
    await this.#page.locator(".monaco-dialog-box").waitFor();
    await this.#reach("Tab", `the button ${button}`, (label) => label === button);
    await this.press("Enter");
    await this.#page.locator(".monaco-dialog-box").waitFor({ state: "detached" });
  }

  /** Goes from item to item of the view to the one that has this text, with the focus on it to be seen. */
  async item(text: string | RegExp): Promise<void> {
    const row = this.#focusedItem(text);
    await this.#tree.and(this.#page.locator(":focus")).waitFor();
    await this.#tree.locator(".monaco-list-row", { hasText: text }).first().waitFor();
    await this.press("Home");
    await presses(async () => {
      if (await row.isVisible()) return true;
      await this.press("ArrowDown");
      return false;
    }, `the item ${text}`);
  }

  /** Waits until the focus is on the item of the view that has this text, without a key. */
  async isAt(text: string | RegExp): Promise<void> {
    await this.#tree.and(this.#page.locator(":focus")).waitFor();
    await this.#focusedItem(text).waitFor();
  }

  get #tree(): Locator {
    return this.#page.locator(".part.sidebar .tree-explorer-viewlet-tree-view .monaco-list");
  }

  #focusedItem(text: string | RegExp): Locator {
    return this.#tree.locator(".monaco-list-row.focused", { hasText: text });
  }

  /** Opens the menu of what has the focus, and runs one of its entries. */
  async menu(entry: string): Promise<void> {
    await this.press("Shift+F10");
    const menu = this.#page.locator(".monaco-menu");
    await menu.waitFor();
    const focused = menu.locator(".action-item.focused", { hasText: new RegExp(`^\\s*${entry}`) });
    await presses(async () => {
      if (await focused.isVisible()) return true;
      await this.press("ArrowDown");
      return false;
    }, `${entry} in the menu`);
    await this.press("Enter");
    await menu.waitFor({ state: "detached" });
  }

  /** Goes on with a key until what has the focus is called so, and is marked as what has it. */
  async #reach(key: string, what: string, is: (label: string) => boolean): Promise<void> {
    await presses(async () => {
      if (is(await this.focus())) return true;
      await this.press(key);
      return false;
    }, what);
  }

  /** What has the focus in the window: its label, or its text. */
  async focus(): Promise<string> {
    return await this.#page.evaluate(() => {
      const one = document.activeElement as HTMLElement | null;
      return (one?.getAttribute("aria-label") ?? one?.innerText ?? "").trim();
    });
  }

  /** Goes to what is called so on a page of the browser, or of an extension. */
  async reach(body: Locator, name: string | RegExp, key = "Tab"): Promise<Locator> {
    const focused = body.locator(":focus");
    const isIt = async () => {
      const label = await body.evaluate(({ ownerDocument }) => {
        const one = ownerDocument.activeElement as HTMLInputElement | null;
        if (one === ownerDocument.body) return "";
        return (one?.ariaLabel ?? one?.labels?.[0]?.textContent ?? one?.textContent ?? "").trim();
      });
      return typeof name === "string" ? label === name : name.test(label);
    };
    await presses(async () => {
      if (await isIt()) return true;
      await body.page().keyboard.press(key);
      return false;
    }, `${name} on the page`);
    assert.deepEqual(await isMarked(focused), true, `${name} is not marked as what has the focus`);
    return focused;
  }

  /**
   * Goes to a field on a page of an extension, and writes this in the place of what is there. The editor selects that a moment
   * after the key, on a busy machine after the next one.
   */
  async write(body: Locator, name: string | RegExp, text: string): Promise<void> {
    const field = await this.reach(body, name);
    const isWritten = async () => {
      await this.press("Control+A");
      await this.type(text);
      return (await field.inputValue()) === text;
    };
    await until(isWritten, `${text} in ${name}`);
  }

  async #inputHasFocus(): Promise<void> {
    await this.#page.locator(".quick-input-widget:visible .quick-input-box input:focus").waitFor();
  }

  async #titled(title: string): Promise<void> {
    await this.#page.locator(".quick-input-widget:visible .quick-input-title", { hasText: title }).waitFor();
    await this.#inputHasFocus();
  }

  async #chosenRow(label: string): Promise<void> {
    const row = this.#page.locator(".quick-input-widget:visible .quick-input-list .monaco-list-row.focused");
    await row.filter({ hasText: label }).first().waitFor();
  }
}

async function presses(arrived: () => Promise<boolean>, what: string): Promise<void> {
  for (let count = 0; count < MOST_PRESSES; count++) if (await arrived()) return;
  throw new Error(`no key led to ${what}`);
}

/** Whether what has the focus looks different from what has not. */
async function isMarked(one: Locator): Promise<boolean> {
  return await until(
    async () =>
      (await one.evaluate((element) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
      })) || undefined,
    "the mark of the focus",
    2_000,
  ).catch(() => false);
}
