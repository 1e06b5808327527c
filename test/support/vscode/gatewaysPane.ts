import type { Locator } from "playwright-core";
import type { Workbench } from "./workbench.ts";

/** The view "MCP Gateways" in the side bar, as a person sees it. */
export class GatewaysPane {
  readonly #workbench: Workbench;

  private constructor(workbench: Workbench) {
    this.#workbench = workbench;
  }

  /** Opens it by its icon in the activity bar. */
  static async open(workbench: Workbench): Promise<GatewaysPane> {
    const icon = workbench.page.locator(".part.activitybar .action-label[aria-label^='MCP Gateways']");
    const pane = new GatewaysPane(workbench);
    if (!(await pane.#tree.isVisible())) await icon.click();
    await workbench.page.locator(".part.sidebar .pane-header, .part.sidebar .composite.title").first().waitFor();
    return pane;
  }

  /** Waits until the icon in the activity bar says how many gateways need the person. */
  async needs(count: number): Promise<void> {
    const item = this.#workbench.page.locator(".part.activitybar .action-item", {
      has: this.#workbench.page.locator(".action-label[aria-label^='MCP Gateways']"),
    });
    await item.locator(".badge-content", { hasText: new RegExp(`^${count}$`) }).waitFor();
  }

  /** The rows that are seen, each as its whole text. */
  async rows(): Promise<readonly string[]> {
    const texts = await this.#tree.locator(".monaco-list-row").allInnerTexts();
    return texts.map((text) => text.replace(/\s+/g, " ").trim());
  }

  /** The row that has this text, once it is seen. */
  row(text: string | RegExp): Locator {
    return this.#tree.locator(".monaco-list-row", { hasText: text }).first();
  }

  async waitFor(text: string | RegExp): Promise<void> {
    await this.row(text).waitFor();
  }

  /** Opens a row that has others under it. */
  async expand(text: string | RegExp): Promise<void> {
    const row = this.row(text);
    await row.waitFor();
    if ((await row.getAttribute("aria-expanded")) === "false") await row.locator(".monaco-tl-twistie").click();
    await row.and(this.#tree.locator("[aria-expanded=true]")).waitFor();
  }

  /** Presses one of the buttons that a row shows when it is pointed at. */
  async press(text: string | RegExp, button: string): Promise<void> {
    const row = this.row(text);
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^='${button}']`).click();
  }

  /** The buttons of a row, by their names. */
  async buttons(text: string | RegExp): Promise<readonly string[]> {
    const row = this.row(text);
    await row.hover();
    const labels = row.locator(".actions .action-label");
    return await labels.evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""));
  }

  /** The entries of a row's context menu. */
  async menu(text: string | RegExp): Promise<readonly string[]> {
    await this.row(text).click({ button: "right" });
    const items = this.#workbench.page.locator(".monaco-menu .action-item:not(.separator) .action-label:visible");
    await items.first().waitFor();
    const labels = (await items.allInnerTexts()).map((label) => label.trim()).filter((label) => label !== "");
    return labels;
  }

  get #tree(): Locator {
    return this.#workbench.page.locator(".part.sidebar .tree-explorer-viewlet-tree-view .monaco-list");
  }
}
