import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Page } from "playwright-core";
import type { World } from "../../test/support/vscode/world.ts";
import { type Frame, movingPicture } from "./movingPicture.ts";
import { type Theme, themes } from "./themes.ts";

/** A part of the window, in its own pixels. */
export interface Part {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The window that is photographed: small, so that its words can be read where the picture is shown smaller. */
export const windowSize = { width: 1100, height: 680 } as const;
const QUALITY = 84;
/** How many pixels of the picture one of the window has. */
const SHARPNESS = 1.5;

/** Of the files under `docs/pictures` and `media/walkthrough`. */
export type PicturePath = `docs/pictures/${string}` | `media/walkthrough/${string}`;

/** Takes pictures of a window in each theme, and keeps the frames of the one that moves. */
export class Camera {
  readonly #world: World;
  readonly #frames: Frame[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  /** Makes a page as large as a picture. */
  async frame(page: Page): Promise<void> {
    await page.setViewportSize(windowSize);
  }

  /** Keeps what is seen in every theme under `<path>-<theme>.webp`, and leaves the window in the first one. */
  async still(page: Page, path: PicturePath, part?: Part): Promise<void> {
    for (const theme of [...themes.slice(1), ...themes.slice(0, 1)]) {
      await this.#dress(page, theme);
      const file = `${path}-${theme.name}.webp`;
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, await taken(page, part));
    }
  }

  /** Adds what is seen to the moving picture. */
  async move(page: Page, milliseconds: number): Promise<void> {
    this.#frames.push({ webp: await taken(page), milliseconds });
  }

  async keepMoving(file: string): Promise<void> {
    const size = { width: windowSize.width * SHARPNESS, height: windowSize.height * SHARPNESS };
    await writeFile(file, movingPicture(this.#frames, size));
  }

  async #dress(page: Page, { setting, className }: Theme): Promise<void> {
    await this.#world.companion.ask("configure", { name: "workbench.colorTheme", value: setting });
    await page.locator(`.monaco-workbench.${className}`).waitFor({ timeout: 20_000 });
    // Pages of extensions are told after the window is.
    await page.waitForTimeout(600);
  }
}

async function taken(page: Page, part?: Part): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  try {
    const clip = { ...(part ?? { x: 0, y: 0, ...windowSize }), scale: SHARPNESS };
    const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: QUALITY, clip });
    return Buffer.from(data, "base64");
  } finally {
    await session.detach();
  }
}
