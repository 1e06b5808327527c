import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { afterFailure } from "../support/vscode/onScreen.ts";
import { startBrowser } from "../support/webviews/pageInBrowser.ts";

let browser: Browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** An editor that asks for something in a dialog, and behind that in an input, each of which is left by Escape. */
const asking = `
  <div class="part statusbar"><div class="statusbar-item">Sign in to tools</div></div>
  <div class="quick-input-widget">
    <div class="quick-input-title">Connect Gateway</div><div class="quick-input-box"><input value="not an address"></div>
    <div class="quick-input-message">This is not the address of a gateway</div>
  </div>
  <div class="monaco-dialog-box">Allow?</div>
  <script>
    addEventListener("keydown", ({ key }) => {
      const open = [...document.querySelectorAll(".monaco-dialog-box, .quick-input-widget")].reverse();
      if (key === "Escape") open.find((one) => !one.hidden).hidden = true;
    });
  </script>`;

test("a step that failed in an editor says what was on the screen, and leaves what it left open", async () => {
  const page = await browser.newPage();
  await page.setContent(asking);
  const error = new Error("not seen");
  await afterFailure(error, page);
  const seen = `
on the screen:
quick input: Connect Gateway This is not the address of a gateway
dialog: Allow?
status bar: Sign in to tools
typed: not an address`;
  assert.equal(error.message, `not seen${seen}`);
  assert.ok(error.stack?.endsWith(seen));
  const open = page.locator(".monaco-dialog-box:visible, .quick-input-widget:visible");
  assert.equal(await open.count(), 0);
});

test("a failure stays what it was where the window is gone", async () => {
  const page = await browser.newPage();
  await page.close();
  const error = new Error("the window is gone");
  await afterFailure(error, page);
  assert.equal(error.message, "the window is gone");
});
