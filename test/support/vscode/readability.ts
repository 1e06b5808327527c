import type { Locator } from "playwright-core";

/** What keeps a page from being read, as far as a program can see it. */
export interface Readability {
  /** Texts whose contrast is below 4.5 to 1 (WCAG 2.2, 1.4.3). */
  readonly faint: readonly string[];
  /** Whether something is wider than the page. */
  readonly isCut: boolean;
}

/** Looks at all visible texts of a page. */
export async function readabilityOf(body: Locator): Promise<Readability> {
  // The compiler of the tests names functions by one of its own.
  await body.evaluate("globalThis.__name ??= (one) => one");
  return await body.evaluate((element) => {
    type Colour = readonly [number, number, number, number];
    const document = element.ownerDocument;
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const colourOf = (text: string): Colour => {
      if (!canvas) return [0, 0, 0, 0];
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = text;
      canvas.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0, a = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return [r, g, b, a / 255];
    };
    const over = (front: Colour, back: Colour): Colour => {
      const mixed = [0, 1, 2].map((at) => (front[at] ?? 0) * front[3] + (back[at] ?? 0) * (1 - front[3]));
      return [mixed[0] ?? 0, mixed[1] ?? 0, mixed[2] ?? 0, 1];
    };
    const backOf = (one: Element | null): Colour => {
      if (!one) return [255, 255, 255, 1];
      const own = colourOf(getComputedStyle(one).backgroundColor);
      return own[3] === 1 ? own : over(own, backOf(one.parentElement));
    };
    const light = (colour: Colour): number => {
      const [r = 0, g = 0, b = 0] = [0, 1, 2].map((at) => {
        const part = (colour[at] ?? 0) / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const faint: string[] = [];
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const holder = node.parentElement;
      const text = node.textContent?.trim() ?? "";
      if (!holder || text === "" || !holder.checkVisibility() || /^(SCRIPT|STYLE)$/.test(holder.tagName)) continue;
      const back = backOf(holder);
      const [bright = 0, dark = 0] = [light(over(colourOf(getComputedStyle(holder).color), back)), light(back)].sort(
        (one, other) => other - one,
      );
      const contrast = (bright + 0.05) / (dark + 0.05);
      if (contrast < 4.5) faint.push(`${contrast.toFixed(1)}: ${text.slice(0, 60)}`);
    }
    const root = document.documentElement;
    return { faint, isCut: root.scrollWidth > root.clientWidth };
  });
}
