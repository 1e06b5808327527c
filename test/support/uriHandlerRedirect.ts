import type { LandingPage, Redirect } from "../../src/oauth/signIn/redirect.ts";

/** The part of an editor that opens addresses of its own scheme, as `vscode.window.registerUriHandler` does. */
export interface UriHandlers {
  readonly scheme: string;
  /** @returns what ends it */
  register(handle: (uri: URL) => void): () => void;
}

/**
 * A draft of another strategy: the browser comes back through an address of the editor's own scheme (RFC 8252, 7.1). It
 * needs no port and no socket, and shows no page, since the editor comes to the front instead.
 */
export function uriHandlerRedirect(editor: UriHandlers, shown: (page: LandingPage) => void): () => Redirect {
  const uri = `${editor.scheme}://gateway-connect/callback`;
  return () => ({
    uris: [uri],
    available: async () => [uri],
    async listen(answer) {
      const stop = editor.register((arrived) => void answer(arrived).then(shown));
      return { uri, succeeded: async () => {}, stop: async () => stop() };
    },
  });
}
