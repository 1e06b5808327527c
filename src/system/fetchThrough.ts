import type { HttpFetch } from "../lib/httpPort.ts";
import type { HttpClient } from "./httpClient.ts";

/** A client as the port that those ask who could be given the editor's `fetch` as well. */
export function fetchThrough(client: HttpClient): HttpFetch {
  return async (url, { method = "GET", headers = {}, body, signal } = {}) =>
    await client.send({
      url,
      method,
      headers,
      ...(body !== undefined && { body }),
      ...(signal !== undefined && { signal }),
    });
}
