import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContext, Locator, Page } from "playwright-core";
import { type BrowserOptions, launchBrowser } from "./launchBrowser.ts";
import { again, PATIENCE_MS } from "./patience.ts";

export interface WorkbenchOptions extends BrowserOptions {
  /** Where screenshots go. */
  readonly pictures: string;
  /** Whether `screenshot` takes one only where somebody will look at it: those of what failed are always kept. */
  readonly isOnlyForFailures?: boolean;
}

/** How long a notification may take to show by itself. */
const TOAST_MS = 8_000;
/** How long the palette may take to offer a command: one that closed, or was filled before a command was there, is opened anew. */
const OFFER_MS = 10_000;
const toasts = ".notifications-toasts .notification-list-item";

/**
 * VS Code's window, in the words of the person who uses it.
 *
 * Each wait is for something to be seen on the page, never for time to pass.
 */
export class Workbench {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #options: WorkbenchOptions;
  #pictureCount = 0;

  private constructor(context: BrowserContext, page: Page, options: WorkbenchOptions) {
    this.#context = context;
    this.page = page;
    this.#options = options;
  }

  static async open(url: string, options: WorkbenchOptions): Promise<Workbench> {
    await mkdir(options.pictures, { recursive: true });
    const context = await launchBrowser(options);
    const page = context.pages()[0] ?? (await context.newPage());
    const workbench = new Workbench(context, page, options);
    try {
      await page.goto(url);
      await workbench.#ready();
      return workbench;
    } catch (cause) {
      await workbench.keepPicture("the workbench did not open").catch(() => undefined);
      await context.close();
      throw cause;
    }
  }

  /** Another window of the same editor. Closing it leaves this one open. */
  async anotherWindow(): Promise<Workbench> {
    const workbench = new Workbench(this.#context, await this.#context.newPage(), this.#options);
    await workbench.page.goto(this.page.url());
    await workbench.#ready();
    return workbench;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.#ready();
  }

  close(): Promise<void> {
    return this.#context.close();
  }

  async #ready(): Promise<void> {
    await this.page.locator(".monaco-workbench .part.statusbar .statusbar-item").first().waitFor();
    // The extension host is the last part to come up; until it did, contributed commands do nothing.
    await this.page.locator(".monaco-workbench").click({ position: { x: 600, y: 300 }, trial: true });
  }

  // Palette and quick input

  get #input(): Locator {
    return this.page.locator(".quick-input-widget:visible .quick-input-box input");
  }

  async openPalette(): Promise<void> {
    await this.page.bringToFront();
    for (let attempt = 0; ; attempt++) {
      await this.page.keyboard.press("F1");
      try {
        await this.#inputStarts(">", 3_000);
        return;
      } catch (cause) {
        if (attempt === 4) throw cause;
        await this.page.keyboard.press("Escape");
      }
    }
  }

  /**
   * Runs the command with exactly this title ("Category: Title"), waiting until the palette offers it. What a title has in
   * parentheses, to be found by, can be left out.
   */
  async runCommand(title: string): Promise<void> {
    const offered = async () => {
      await this.#askPalette(title);
      await this.#row(title).click({ timeout: OFFER_MS });
    };
    await again(offered);
  }

  /** The same, and chooses from its list, which is opened anew where something that loads late takes the focus and so closes it. */
  async runAndPick(title: string, list: string | RegExp, label: string): Promise<void> {
    await again(async () => {
      await this.runCommand(title);
      await this.inputTitled(list, OFFER_MS);
      await this.pick(label, OFFER_MS);
    });
  }

  /** Types into the palette, which closes where something that opens late takes the focus, as on a busy machine. */
  async #askPalette(title: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await this.openPalette();
      try {
        await this.#input.fill(`>${title}`, { timeout: 3_000 });
        return;
      } catch (cause) {
        if (attempt === 4) throw cause;
      }
    }
  }

  /** Whether the palette offers a command of exactly this title. */
  async offersCommand(title: string): Promise<boolean> {
    await this.#askPalette(title);
    const found = await this.#row(title)
      .waitFor({ timeout: 2_000 })
      .then(() => true)
      .catch(() => false);
    await this.page.keyboard.press("Escape");
    return found;
  }

  /** Types into the input box that is open, or opens, and accepts it. Without a text, accepts what it offers. */
  async fillInput(text?: string, title?: string): Promise<string> {
    if (title) await this.inputTitled(title);
    await this.#input.waitFor();
    if (text !== undefined) await this.#input.fill(text);
    const value = await this.#input.inputValue();
    await this.#input.press("Enter");
    return value;
  }

  /** Types into the input box and leaves it open. */
  async typeInput(text: string): Promise<void> {
    await this.#input.waitFor();
    await this.#input.fill(text);
  }

  /** What stands in the input box now. */
  inputValue(): Promise<string> {
    return this.#input.inputValue();
  }

  /** Goes a step back in a dialog of several. */
  async inputBack(): Promise<void> {
    await this.page.locator(".quick-input-widget:visible .quick-input-titlebar [aria-label^='Back']").click();
  }

  /** Waits until the quick input says this. */
  async inputSays(text: string | RegExp): Promise<void> {
    const message = this.page.locator(".quick-input-widget:visible .quick-input-message", { hasText: text });
    await message.waitFor();
  }

  /** Waits for the quick input with this title. */
  async inputTitled(title: string | RegExp, timeout = PATIENCE_MS): Promise<void> {
    await this.page.locator(".quick-input-widget:visible .quick-input-title", { hasText: title }).waitFor({ timeout });
  }

  /** The message under the input box: a prompt or what is wrong with the text. */
  async inputMessage(): Promise<string> {
    return textOf(this.page.locator(".quick-input-widget:visible .quick-input-message"));
  }

  /** Chooses the entry whose words contain this text from the list that is open, or opens. */
  async pick(label: string, timeout = PATIENCE_MS): Promise<void> {
    // By what the row is called: the editor uses rows again, and an earlier list's words can be left in them, hidden.
    const list = this.page.locator(".quick-input-widget:visible .quick-input-list");
    await list.getByRole("option", { name: label }).first().click({ timeout });
  }

  async pickLabels(): Promise<string[]> {
    const rows = this.page.locator(".quick-input-widget:visible .quick-input-list .monaco-list-row .label-name");
    await rows.first().waitFor();
    return rows.allInnerTexts();
  }

  async escape(): Promise<void> {
    await this.page.keyboard.press("Escape");
  }

  async #inputStarts(text: string, timeout: number): Promise<void> {
    await this.page.waitForFunction(
      (start) => {
        const widget = document.querySelector<HTMLElement>(".quick-input-widget");
        const input = widget?.querySelector<HTMLInputElement>(".quick-input-box input");
        return (
          widget &&
          widget.style.display !== "none" &&
          input?.value.startsWith(start) &&
          input === document.activeElement
        );
      },
      text,
      { timeout, polling: 50 },
    );
  }

  #row(title: string): Locator {
    const exactly = new RegExp(`^\\s*${escapeRegExp(title)}( \\([^)]*\\))?\\s*$`);
    return this.page
      .locator(".quick-input-widget:visible .quick-input-list .monaco-list-row")
      .filter({ has: this.page.locator(".label-name", { hasText: exactly }) })
      .first();
  }

  // Dialogs and notifications

  /** The modal dialog that is open, or opens. */
  async dialogText(timeout = PATIENCE_MS): Promise<string> {
    const box = this.page.locator(".monaco-dialog-box");
    await box.waitFor({ timeout });
    return textOf(box);
  }

  async dialogButton(name: string | RegExp, timeout = PATIENCE_MS): Promise<void> {
    const exactly = typeof name === "string" ? new RegExp(`^\\s*${escapeRegExp(name)}\\s*$`) : name;
    const box = this.page.locator(".monaco-dialog-box");
    await box.waitFor({ timeout });
    // The next dialog may follow at once, so it is this very one that must go.
    const pressed = await box.elementHandle({ timeout });
    await box.locator(".monaco-button", { hasText: exactly }).first().click({ timeout });
    await pressed?.waitForElementState("hidden", { timeout });
  }

  isDialogOpen(): Promise<boolean> {
    return this.page.locator(".monaco-dialog-box").isVisible();
  }

  /**
   * Waits for a notification that contains this text and gives the whole of it. VS Code shows no more than three within
   * 800 ms and puts the others in its list at once, where a person finds them by the bell.
   */
  async notification(text: string | RegExp, timeout = PATIENCE_MS): Promise<Notification> {
    const item = this.page
      .locator(`${toasts}, .notifications-center .notification-list-item`, { hasText: text })
      .last();
    const shown = await item.waitFor({ timeout: Math.min(timeout, TOAST_MS) }).then(
      () => true,
      () => false,
    );
    if (!shown) {
      if (timeout > TOAST_MS && !(await this.page.locator(".notifications-center").isVisible())) {
        await this.page.locator("[id='status.notifications']").click();
      }
      await item.waitFor({ timeout: Math.max(timeout - TOAST_MS, 1) });
    }
    const message = item.locator(".notification-list-item-message");
    return {
      text: await textOf(message),
      buttons: (await item.locator(".notification-list-item-buttons-container .monaco-button").allInnerTexts())
        .map((name) => name.trim())
        .filter((name) => name !== ""),
      press: async (button) => {
        // What it points at may say something over the button.
        await this.page.mouse.move(0, 0);
        await item
          .locator(".notification-list-item-buttons-container .monaco-button", { hasText: button })
          .first()
          .click();
      },
    };
  }

  /** Every notification on the screen now. */
  async notificationTexts(): Promise<string[]> {
    const texts = await this.page.locator(".notifications-toasts .notification-list-item-message").allInnerTexts();
    return texts.map((text) => text.trim());
  }

  /** Clears all notifications, and those that come while it does. */
  async clearNotifications(): Promise<void> {
    await again(async () => {
      await this.runCommand("Notifications: Clear All Notifications");
      await this.page.locator(toasts).first().waitFor({ state: "detached", timeout: TOAST_MS });
    });
  }

  // Status bar

  /** All of the status bar, item by item. */
  async statusBarText(): Promise<string[]> {
    const items = await this.page.locator(".part.statusbar .statusbar-item").allInnerTexts();
    return items.map((text) => text.replace(/\s+/g, " ").trim()).filter((text) => text !== "");
  }

  /** Waits for the status bar item that contains this text. */
  async statusBarItem(text: string | RegExp, timeout = PATIENCE_MS): Promise<StatusBarItem> {
    const item = this.page.locator(".part.statusbar .statusbar-item", { hasText: text }).first();
    await item.waitFor({ timeout });
    return {
      text: (await textOf(item)).replace(/\s+/g, " "),
      click: () => item.click(),
      hover: async () => {
        await item.hover();
        const hover = this.page.locator(".monaco-hover:visible, .workbench-hover:visible").last();
        await hover.waitFor({ timeout });
        return (await textOf(hover)).replace(/\s+/g, " ");
      },
    };
  }

  // Accounts

  /** Opens the menu of accounts at the edge of the window. */
  async openAccounts(): Promise<void> {
    await this.page.locator(".part.activitybar .action-label[aria-label='Accounts']").click();
    await this.#menuItem(/./).waitFor();
  }

  /**
   * Goes through an open menu, from entry to entry. A menu that has just opened takes no click, and says nothing of it,
   * so each is repeated until the menu shows that it was taken.
   */
  async menuPath(...labels: readonly string[]): Promise<void> {
    for (const [at, label] of labels.entries()) {
      const item = this.#menuItem(label);
      const next = labels[at + 1];
      await item.waitFor();
      const taken = () =>
        next === undefined
          ? item.waitFor({ state: "hidden", timeout: 1_000 })
          : this.#menuItem(next).waitFor({ timeout: 1_000 });
      for (let attempt = 0; ; attempt++) {
        await item.hover();
        await item.click();
        try {
          await taken();
          break;
        } catch (cause) {
          if (attempt === 9) throw cause;
        }
      }
    }
  }

  #menuItem(label: string | RegExp): Locator {
    return this.page.locator(".monaco-menu .action-item:visible", { hasText: label }).last();
  }

  // Editors

  /** The text of the editor in front, as far as it is on the screen. */
  async editorText(): Promise<string> {
    const lines = this.page.locator(".editor-group-container.active .view-lines");
    await lines.first().waitFor();
    return (await textOf(lines.first())).replaceAll("\u00a0", " ");
  }

  /** Waits until the editor in front shows this. */
  async editorShows(text: string): Promise<void> {
    const lines = this.page.locator(".editor-group-container.active .view-lines", { hasText: text });
    await lines.first().waitFor();
  }

  /** An action in the title of the editor in front, by its title. */
  async editorAction(title: string): Promise<Locator> {
    const action = this.page
      .locator(`.editor-group-container.active .editor-actions a[aria-label^="${title}"]`)
      .first();
    await action.waitFor();
    return action;
  }

  // Pages of extensions

  /** The page of an extension in the editor in front, once it shows this. */
  async webview(text: string | RegExp, timeout = PATIENCE_MS): Promise<Locator> {
    const body = this.page
      .frameLocator("iframe.webview:visible")
      .last()
      .frameLocator("iframe#active-frame")
      .locator("body");
    // One that the editor leaves blank is made anew.
    await body.filter({ hasText: text }).waitFor({ timeout });
    return body;
  }

  // The browser around it

  /** The page that opens while `action` runs: what the extension sent the person's browser to. */
  async nextPage(action: () => Promise<void>, timeout = PATIENCE_MS): Promise<Page> {
    const opened = this.#context.waitForEvent("page", { timeout });
    opened.catch(() => undefined);
    await action();
    return opened;
  }

  pageCount(): number {
    return this.#context.pages().length;
  }

  /** Keeps a picture of what went well, where such are wanted; gives its file name. */
  async screenshot(name: string, page: Page = this.page): Promise<string | undefined> {
    return this.#options.isOnlyForFailures ? undefined : await this.keepPicture(name, page);
  }

  /** Keeps a numbered picture and gives its file name. */
  async keepPicture(name: string, page: Page = this.page): Promise<string> {
    this.#pictureCount += 1;
    const file = `${String(this.#pictureCount).padStart(2, "0")}-${name.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.png`;
    await page.screenshot({ path: join(this.#options.pictures, file), animations: "disabled" });
    return file;
  }
}

export interface StatusBarItem {
  readonly text: string;
  click(): Promise<void>;
  /** Points at it, and gives the text that comes up. */
  hover(): Promise<string>;
}

export interface Notification {
  readonly text: string;
  readonly buttons: readonly string[];
  press(button: string): Promise<void>;
}

/** What a person reads there: line breaks as shown, hidden parts left out. */
async function textOf(locator: Locator): Promise<string> {
  return (await locator.allInnerTexts()).join("\n").trim();
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
