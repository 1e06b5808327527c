import type { HttpFetch } from "../lib/httpPort.ts";
import { httpClient } from "./httpClient.ts";

/**
 * The `fetch` of a program without an editor, one for all of it. It goes through the proxies that the environment names and
 * trusts the certificates that `NODE_EXTRA_CA_CERTS` adds. It waits for as long as a request's signal lets it. What runs in
 * the editor is handed the editor's own `fetch` instead, which knows the proxy and certificates of its settings.
 */
export const environmentFetch: HttpFetch = httpClient().fetch;
