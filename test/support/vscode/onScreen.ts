import type { Page } from "playwright-core";

/** What asks a person something, and stays until it is answered or left. */
const OPEN = ".quick-input-widget:visible, .monaco-dialog-box:visible, .monaco-menu:visible";
/** A dialog that follows another one is open only when that is closed. */
const MOST_CLOSED = 8;

/** What a person sees in a window that asks or tells them something, for whoever waited there in vain. */
export async function onScreen(page: Page): Promise<string> {
  const parts = {
    "quick input": ".quick-input-widget:visible",
    dialog: ".monaco-dialog-box:visible",
    menu: ".monaco-menu:visible",
    notifications: ".notification-list-item-message:visible",
    editors: ".tabs-container .tab:visible",
    "side bar": ".part.sidebar .composite.title:visible",
    "status bar": ".part.statusbar .statusbar-item:visible",
  };
  const seen: string[] = [];
  for (const [part, selector] of Object.entries(parts)) {
    const texts = (await page.locator(selector).allInnerTexts()).map((text) => text.replace(/\s+/g, " ").trim());
    const some = texts.filter((text) => text !== "");
    if (some.length > 0) seen.push(`${part}: ${some.join(" | ").slice(0, 1_000)}`);
  }
  const typed = page.locator(".quick-input-widget:visible .quick-input-box input");
  if ((await typed.count()) > 0) seen.push(`typed: ${await typed.first().inputValue()}`);
  return seen.join("\n");
}

/** Leaves what waits for an answer, as a person does who gives up: what opened it would wait for as long as the window is open. */
export async function closeOpen(page: Page): Promise<void> {
  for (let left = MOST_CLOSED; left > 0; left--) {
    const open = page.locator(OPEN).first();
    if (!(await open.isVisible())) return;
    await page.keyboard.press("Escape");
    await open.waitFor({ state: "hidden", timeout: 1_000 }).catch(() => undefined);
  }
}

/** Adds what was on the screen to the failure of a step, and leaves what the step left open. */
export async function afterFailure(error: unknown, page: Page): Promise<void> {
  try {
    const seen = `\non the screen:\n${await onScreen(page)}`;
    // Whoever reports it shows one of the two.
    if (error instanceof Error) Object.assign(error, { message: error.message + seen, stack: error.stack + seen });
    await closeOpen(page);
  } catch {
    // The window is gone, which the step's own failure says.
  }
}
