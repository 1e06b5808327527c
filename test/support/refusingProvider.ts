import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/**
 * An identity provider that takes client ID metadata documents, offers to bind tokens to a key, notes the assertions it gets, and gives no token.
 */
export async function withRefusingProvider(act: (issuer: string, assertions: readonly string[]) => Promise<void>) {
  const assertions: string[] = [];
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    if (request.method === "GET") {
      const endpoints = { token_endpoint: `${issuer}/token`, authorization_endpoint: `${issuer}/authorize` };
      const offers = {
        code_challenge_methods_supported: ["S256"],
        client_id_metadata_document_supported: true,
        dpop_signing_alg_values_supported: ["ES256"],
      };
      answer(200, { issuer, ...endpoints, ...offers });
      return;
    }
    assertions.push(new URLSearchParams(await text(request)).get("client_assertion") ?? "");
    answer(400, { error: "invalid_client" });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await act(issuer, assertions);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
