import type { Frame, Locator } from "playwright-core";
import { brokenRules } from "../webviews/brokenRules.ts";
import { readabilityOf } from "./readability.ts";
import type { Workbench } from "./workbench.ts";
import type { World } from "./world.ts";

/** How a window can look: a theme of the editor's own, and a width in pixels. */
export interface Look {
  readonly name: string;
  readonly theme: string;
  /** The class that the window has then. */
  readonly className: string;
  readonly size: { readonly width: number; readonly height: number };
}

const full = { width: 1280, height: 800 };
const narrow = { width: 400, height: 800 };
const inThemes = [
  { name: "dark", theme: "Dark Modern", className: "vs-dark" },
  { name: "light", theme: "Light Modern", className: "vs" },
  { name: "hc", theme: "Default High Contrast", className: "hc-black" },
  { name: "hc-light", theme: "Default High Contrast Light", className: "hc-light" },
];

/** Each theme at full width and at 400 pixels. */
export const looks: readonly Look[] = inThemes.flatMap((theme) => [
  { ...theme, size: full },
  { ...theme, name: `${theme.name}-400`, size: narrow },
]);

/** Gives a window each look in turn, and leaves it as wide as it was. */
export async function eachLook(
  { workbench, world }: { readonly workbench: Workbench; readonly world: World },
  act: (look: Look) => Promise<void>,
  chosen: readonly Look[] = looks,
): Promise<void> {
  const { page } = workbench;
  for (const look of chosen) {
    await world.companion.ask("configure", { name: "workbench.colorTheme", value: look.theme });
    await page.locator(`.monaco-workbench.${look.className}`).waitFor();
    await page.setViewportSize(look.size);
    // Pages of extensions are told after the window is.
    await page.waitForTimeout(250);
    await act(look);
  }
  await page.setViewportSize(full);
}

/** What is wrong with the page of an extension, as it is shown now: rules of accessibility, faint texts, what is cut off. */
export async function faultsOf(body: Locator): Promise<readonly string[]> {
  const frame = (await (await body.elementHandle())?.ownerFrame()) as Frame;
  const { faint, isCut } = await readabilityOf(body);
  return [...(await brokenRules(frame)), ...faint, ...(isCut ? ["it is wider than the window"] : [])];
}
