import { startWebServer } from "../webServer.ts";

export interface DirectPages {
  /** What code-server has to be told (`VSCODE_PROXY_URI`). */
  readonly template: string;
  stop(): Promise<void>;
}

/**
 * A way by which the editor opens pages of this computer at the addresses that the extension gave. code-server sends them through
 * a proxy of its own instead, where a person's browser would find a way back by the first redirect. It takes another address for
 * that, with the port in the path: the browser is sent on from there. To change its requests would turn off its cache, from
 * which a window is loaded in two thirds of the time.
 */
export async function directPages(): Promise<DirectPages> {
  const { origin, stop } = await startWebServer((request) => {
    const { pathname, search } = new URL(request.url);
    const [, port, path] = /^\/(\d+)(\/.*)?$/.exec(pathname) ?? [];
    if (port === undefined) return new Response(null, { status: 404 });
    const headers = { location: `http://127.0.0.1:${port}${path ?? "/"}${search}` };
    return new Response(null, { status: 302, headers });
  });
  return { template: `${origin}/{{port}}`, stop };
}
