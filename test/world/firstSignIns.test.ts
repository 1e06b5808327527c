import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { json } from "../support/fakePorts.ts";
import { programWorld } from "./support/program.ts";
import { eachPair, worldRows } from "./support/rows.ts";

type Provider = Awaited<ReturnType<typeof programWorld>>["provider"];

/** A page that sends the browser back with an error. */
const refusing =
  (error: string, error_description = "") =>
  (provider: Provider): void => {
    provider.answer.authorize = ({ redirect_uri = "", state = "" }) => {
      const said = new URLSearchParams({ error, error_description, state, iss: provider.issuer });
      return Response.redirect(`${redirect_uri}?${said}`, 302);
    };
  };

/** How a first sign-in was seen to end in vain, and what whoever asked has to read. */
const endings: Readonly<Record<string, { readonly script: (provider: Provider) => void; readonly words: RegExp }>> = {
  "a person who declines": { script: refusing("access_denied"), words: /Access was denied/ },
  "a resource that the provider does not know": {
    script: refusing("invalid_target", "AADSTS9010010: The resource parameter doesn't match"),
    words: /answered invalid_target \(AADSTS9010010\).*--resource none/s,
  },
  "a code that is refused": {
    script: (provider) => {
      provider.answer.token = () => json({ error: "invalid_grant", error_description: "Code is used up" }, 400);
    },
    words: /invalid_grant.*“Code is used up”/s,
  },
  "a page in the place of a token": {
    script: (provider) => {
      provider.answer.token = () => new Response("<html>", { headers: { "content-type": "text/html" } });
    },
    words: /answer is not a token/,
  },
  "another issuer in the answer": {
    script: (provider) => {
      const consent = provider.consent.bind(provider);
      provider.consent = (url, changes) => consent(url, { ...changes, iss: "https://other.example" });
    },
    words: /Another identity provider answered.*https:\/\/other\.example/s,
  },
};

/** What a host asks first. */
const firstRequests = {
  "a call": async ({ call }: { call: (name: string) => Promise<string> }) => await call("echo"),
  "the list of tools": async ({ client }: { client: { listTools(): Promise<unknown> } }) =>
    await client.listTools().then(
      (list) => JSON.stringify(list),
      ({ message }: Error) => message,
    ),
};

worldRows([
  {
    row: "P21",
    kind: 7,
    otherSide: "the first sign-in ends in vain while the host waits for an answer, and the program ends with it",
    right: "the host reads why, in the answer that it waits for: a list is no empty one, and no network is blamed",
    source: "mcp-remote#262, mcp-remote#217",
    at03c8530: "not tried; later ✗ “cannot be reached … ERA_NEGOTIATION_FAILED”, and a list without tools",
    tests: eachPair(
      Object.entries(endings),
      Object.entries(firstRequests),
      ([ending, { script, words }], [what, ask]) => [
        `${ending}: whoever waits for ${what} reads it`,
        async (t: TestContext) => {
          const { provider, start } = await programWorld(t);
          script(provider);
          const said = await ask(await start());
          assert.match(said, words);
          assert.doesNotMatch(said, /network|VPN|NEGOTIATION/);
        },
      ],
    ),
  },
]);
