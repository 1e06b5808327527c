import type { Page } from "playwright-core";

/** Enters what is on the page already, confirms it, signs in and allows. */
export async function enterCode(page: Page, person: string): Promise<void> {
  const done = page.getByText("Go back to your device");
  const choices = [
    page.getByRole("button", { name: /^(Continue$|Yes, it does)/ }),
    page.getByText(`Continue as ${person}`),
    page.getByRole("button", { name: /^Allow/ }),
  ];
  for (;;) {
    const next = await Promise.any([
      done.waitFor().then(() => undefined),
      ...choices.map((choice) =>
        choice
          .first()
          .waitFor()
          .then(() => choice.first()),
      ),
    ]);
    if (!next) return;
    await next.click();
    await next.waitFor({ state: "detached" });
  }
}
