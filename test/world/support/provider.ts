import type { TestContext } from "node:test";
import { FakeAuthorizationServer } from "../../support/fakeAuthorizationServer.ts";
import { startWebServer } from "../../support/webServer.ts";

/**
 * An identity provider over HTTP, which sends the browser back by itself. `server` is its metadata, `answer` scripts an
 * endpoint by its path, and `count` says how often one was asked.
 */
export async function startProvider(t: TestContext): Promise<FakeAuthorizationServer> {
  const web = await startWebServer(async (request) => {
    const { url, method, headers } = request;
    const body = await request.text();
    return await provider.fetch(url, { method, headers, ...(body !== "" && { body }) });
  });
  const provider = new FakeAuthorizationServer(web.origin);
  t.after(() => web.stop());
  return provider;
}
