import type { HttpFetch } from "../lib/httpPort.ts";
import { httpClient } from "./httpClient.ts";

/**
 * The way out of a program on its own, one for all of it: through the proxies that the environment names, trusting what
 * `NODE_EXTRA_CA_CERTS` adds. It waits for as long as a request's signal lets it. In the editor its `fetch` is the way.
 */
export const wayOut: HttpFetch = httpClient().fetch;
