import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { json } from "../support/fakePorts.ts";
import { programWorld } from "./support/program.ts";
import { eachPair, type WorldTests, worldRows } from "./support/rows.ts";

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

/** A provider that sends the browser back to another path of the same place. */
function comingTo(provider: Provider, pathOf: (registered: string) => string): void {
  const consent = provider.consent.bind(provider);
  provider.consent = (url, changes) => {
    const back = consent(url, changes);
    return Object.assign(back, { pathname: pathOf(back.pathname) });
  };
}

const comesBack: WorldTests = {
  ...Object.fromEntries(
    [[], ["--redirect-path", "/oauth/callback/"]].map((args) => [
      `the slash at its end is ${args.length === 0 ? "added to" : "taken from"} the redirect URI: it is the answer`,
      async (t: TestContext) => {
        const { provider, start, computer } = await programWorld(t);
        comingTo(provider, (path) => (path.endsWith("/") ? path.slice(0, -1) : `${path}/`));
        const said = await (await start(...args)).call("echo");
        assert.deepEqual([said, computer.opened().length, provider.count("token")], ["{}", 1, 1]);
      },
    ]),
  ),
  ...Object.fromEntries(
    ["/auth/done", "/oauth/callback/more", "//oauth/callback"].map((path) => [
      `it comes to ${path}: whoever waits reads it at once, and the code is sent nowhere`,
      async (t: TestContext) => {
        const { provider, start } = await programWorld(t);
        comingTo(provider, () => path);
        const said = await (await start()).call("echo");
        assert.match(said, /came back to another address.*\/oauth\/callback\. It came to the path/s);
        assert.ok(said.includes(`the path ${path} of`) && !said.includes("marked-code"), said);
        assert.match(said, /--redirect-path <path>/);
        assert.equal(provider.count("token"), 0);
      },
    ]),
  ),
};

worldRows([
  {
    row: "P32",
    kind: 3,
    otherSide:
      "a provider, or a proxy on the way, that adds a slash to the redirect URI or takes it away, or sends the browser to another path",
    right:
      "with the state of the sign-in the slash makes no difference; another path is told at once, in browser and program, and its code is sent nowhere",
    source: "mulesoft-labs/js-client-oauth2#53, anomalyco/sst#2985, sixb-ai/sixb#453, BerriAI/litellm#24771",
    at03c8530: "not tried; later ✗ “Not found” in the browser, and ten minutes of waiting",
    tests: comesBack,
  },
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
