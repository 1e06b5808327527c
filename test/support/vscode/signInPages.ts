import type { Page } from "playwright-core";

/**
 * Goes through whatever the sandbox's identity provider asks, as this person, to the page that says how it ended.
 *
 * @returns the text of that page
 */
export async function signInAs(person: string, page: Page): Promise<string> {
  const landing = page.getByText(/signed in/i).first();
  const choices = [page.getByText(`Continue as ${person}`), page.getByRole("button", { name: /^Allow/ })];
  for (;;) {
    const next = await Promise.any([
      landing.waitFor().then(() => undefined),
      ...choices.map((choice) => choice.waitFor().then(() => choice)),
    ]);
    if (!next) return (await page.locator("body").allInnerTexts()).join(" ");
    await next.click();
    // A page is left for the next one only when its button is gone.
    await next.waitFor({ state: "detached" });
  }
}
