import assert from "node:assert/strict";
import { test } from "node:test";
import { connectWorld } from "../support/connectWorld.ts";
import { failureOf } from "../support/fakePorts.ts";
import { uriHandlerRedirect } from "../support/uriHandlerRedirect.ts";
import { withSandbox } from "../support/withSandbox.ts";

/** An editor with a scheme of its own; RFC 8252, 7.1 wants it to be a domain name in reverse. */
function editorWithScheme(scheme: string) {
  const handlers = new Set<(uri: URL) => void>();
  const pages: string[] = [];
  const register = (handle: (uri: URL) => void) => {
    handlers.add(handle);
    return () => handlers.delete(handle);
  };
  return {
    pages,
    waiting: () => handlers.size,
    redirect: {
      of: uriHandlerRedirect({ scheme, register }, ({ kind }) => void pages.push(kind)),
      arrive: async (landed: URL) => {
        for (const handle of handlers) handle(landed);
      },
    },
  };
}

const uri = "com.example.editor://gateway-connect/callback";

/*
 * Such a strategy is the one file that this test takes from its support, a line where the entry makes its redirect, and
 * a setting if there is something to choose. Nothing else of the sign-in knows of it.
 */
test("a sign-in comes back through the editor's own scheme with nothing changed but the redirect itself", () =>
  withSandbox({}, async ({ gatewayUrl }) => {
    const editor = editorWithScheme("com.example.editor");
    const world = connectWorld({ redirect: editor.redirect });
    try {
      const outcome = await world.connect(gatewayUrl);
      if (outcome.kind !== "connected") throw new Error(`it ended as ${outcome.kind}`);
      assert.deepEqual(
        {
          asked: world.opened.map(({ searchParams }) => searchParams.get("redirect_uri")),
          said: (await world.call(outcome.connection.id, "sample___whoami")).slice(0, 20),
          pages: editor.pages,
          waiting: editor.waiting(),
        },
        { asked: [uri], said: "You are Ada Lovelace", pages: ["signedIn"], waiting: 0 },
      );
    } finally {
      await world.stop();
    }
  }));

test("whoever has to register a client is shown the address of the scheme, and a refusal ends the waiting", () =>
  withSandbox({ registration: false }, async ({ gatewayUrl }) => {
    const editor = editorWithScheme("com.example.editor");
    const world = connectWorld({ redirect: editor.redirect });
    const asked: (string | undefined)[] = [];
    try {
      const clientId = async (_: string, redirectUri: string | undefined) => {
        asked.push(redirectUri);
        return undefined;
      };
      const outcome = await failureOf(() => world.connect(gatewayUrl, { clientId }));
      assert.deepEqual(
        { outcome, asked, waiting: editor.waiting() },
        { outcome: "no failure", asked: [uri], waiting: 0 },
      );
    } finally {
      await world.stop();
    }
  }));
