import type { KoaContextWithOIDC } from "oidc-provider";
import { FAULTS_PATH, faultsPage } from "../pages/faultsPage.ts";

/** Serves the page on what can go wrong, and what is set to. */
export function faultsRoute(now: () => readonly string[]) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<unknown>): Promise<void> => {
    if (ctx.path !== FAULTS_PATH || ctx.method !== "GET") return void (await next());
    const { html, headers } = faultsPage(now());
    ctx.set({ ...headers });
    ctx.body = html;
  };
}
