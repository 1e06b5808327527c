import { type BrowserContext, chromium } from "playwright-core";
import { PATIENCE_MS } from "./patience.ts";

export interface BrowserOptions {
  /** The browser to drive. */
  readonly browser: string;
  /** Where the browser keeps its profile; SecretStorage lives in it and survives a reload. */
  readonly profile: string;
  readonly headed?: boolean;
}

/** The browser that an editor without a desktop is shown in. */
export async function launchBrowser(options: BrowserOptions): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(options.profile, {
    executablePath: options.browser,
    headless: !options.headed,
    viewport: { width: 1280, height: 800 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  // code-server has a service worker of its own for the whole window, which the vendor's VS Code has not. Where it is
  // in charge already, the editor waits now and then for ever for the one that shows pages of extensions, on a busy machine.
  await context.addInitScript(() => {
    const { serviceWorker } = navigator;
    // The editor asks before each page whether the worker of pages has changed, and waits for a busy server.
    if (serviceWorker)
      ServiceWorkerRegistration.prototype.update = async function same() {
        return this;
      };
    if (window === window.top && serviceWorker)
      serviceWorker.register = () => Promise.reject(new Error("not in tests"));
  });
  return context;
}
