import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { failureOf, html, json } from "../support/fakePorts.ts";
import { connectedEditor } from "./support/editor.ts";
import { idTokenOf, resourceMetadata } from "./support/issuerParts.ts";
import { type ProgramWorld, programWorld } from "./support/program.ts";
import { startProvider } from "./support/provider.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";

type Json = Readonly<Record<string, unknown>>;

async function callsOnce({ start, computer }: ProgramWorld): Promise<void> {
  assert.deepEqual([await (await start()).call("echo"), computer.opened().length], ["{}", 1]);
}

const lists: WorldTests = {
  ...Object.fromEntries(
    Object.entries({
      "resource that is a list of one": (url: string, issuer: string) => ({
        resource: [url],
        authorization_servers: [issuer],
      }),
      "resource that is a list of several": (url: string, issuer: string) => ({
        ...{ resource: ["https://other.example/mcp", 7, url], authorization_servers: [issuer] },
      }),
      "authorization_servers that are a text": (_: string, issuer: string) => ({ authorization_servers: issuer }),
    }).map(([what, members]) => [
      `metadata of a gateway with a ${what}`,
      async (t: TestContext) => {
        const world = await programWorld(t);
        world.gateway.instead = resourceMetadata(world.gateway, members(world.gateway.url, world.provider.issuer));
        await callsOnce(world);
      },
    ]),
  ),
  "a list without the gateway is told with what is in it, and nothing is sent": async (t) => {
    const provider = await startProvider(t);
    const connect = connectedEditor(t, provider, (gateway) => {
      const resource = ["https://other.example/mcp"];
      gateway.instead = resourceMetadata(gateway, { resource, authorization_servers: [provider.issuer] });
    });
    const { code, facts } = (await failureOf(() => connect)) as { code: string; facts: { found: string } };
    assert.deepEqual(
      [code, facts.found, provider.count("authorize")],
      ["resource_mismatch", "https://other.example/mcp", 0],
    );
  },
};

const formTypes = [
  "application/x-www-form-urlencoded",
  "application/x-www-form-urlencoded; charset=utf-8",
  "text/plain",
];

const forms: WorldTests = {
  ...Object.fromEntries(
    formTypes.map((type) => [
      `tokens in a form of the type ${type}, at sign-in and renewal`,
      async (t: TestContext) => {
        const world = await programWorld(t);
        const { provider, clock } = world;
        provider.answer.token = async (form) => {
          const tokens = (await provider.token(form).json()) as Record<string, string>;
          return new Response(new URLSearchParams(tokens).toString(), { headers: { "content-type": type } });
        };
        const standalone = await world.start();
        await standalone.call("echo");
        clock.moveOn(3601);
        provider.access.clear();
        assert.deepEqual([await standalone.call("echo"), world.computer.opened().length], ["{}", 1]);
      },
    ]),
  ),
  "an error in a form at the code exchange is told by its name": async (t) => {
    const provider = await startProvider(t);
    const headers = { "content-type": formTypes[0] as string };
    provider.answer.token = () => new Response("error=bad_verification_code&error_description=gone", { headers });
    const { code, facts } = (await failureOf(() => connectedEditor(t, provider))) as { code: string; facts: Json };
    assert.deepEqual([code, facts.error], ["token_refused", "bad_verification_code"]);
  },
  ...Object.fromEntries(
    ["<html>access_token=x</html>", "see access_token=x", "access_token=x for\nyou", "hello", "access_token="].map(
      (body) => [
        `“${body}” is no form with a token`,
        async (t: TestContext) => {
          const provider = await startProvider(t);
          provider.answer.token = () => new Response(body, { headers: { "content-type": "text/html" } });
          const { code } = (await failureOf(() => connectedEditor(t, provider))) as { code: string };
          assert.equal(code, "token_response_invalid");
        },
      ],
    ),
  ),
};

/** How servers were seen to write where their metadata is, which here is nowhere else. */
const challenges: Readonly<Record<string, (place: string) => string>> = {
  "in single quotation marks": (place) => `Bearer error='invalid_token', resource_metadata='${place}'`,
  "with spaces around the sign": (place) => `Bearer resource_metadata = "${place}"`,
  "without quotation marks": (place) => `Bearer resource_metadata=${place}, error=invalid_token`,
  "in capitals, behind another scheme": (place) => `Basic realm="a, Bearer", bearer RESOURCE_METADATA="${place}"`,
};

const spelled: WorldTests = {
  ...Object.fromEntries(
    Object.entries(challenges).map(([what, challenge]) => [
      `its place ${what}`,
      async (t: TestContext) => {
        const world = await programWorld(t);
        const { gateway, provider } = world;
        const place = new URL("/custom/metadata", gateway.url).href;
        gateway.instead = ({ path, bearer }) => {
          if (path === "/custom/metadata")
            return json({ resource: gateway.url, authorization_servers: [provider.issuer] });
          if (path.startsWith("/.well-known/")) return html(404);
          if (path !== "/mcp" || (bearer !== undefined && provider.access.has(bearer))) return undefined;
          return new Response(null, { status: 401, headers: { "www-authenticate": challenge(place) } });
        };
        await callsOnce(world);
      },
    ]),
  ),
  "its place twice, of which the first is gone": async (t) => {
    const world = await programWorld(t);
    const { gateway, provider } = world;
    const at = (path: string) => new URL(path, gateway.url).href;
    const own = "/.well-known/oauth-protected-resource/mcp";
    gateway.instead = ({ path, bearer }) => {
      if (path !== "/mcp" || (bearer !== undefined && provider.access.has(bearer))) return undefined;
      const header = `Bearer resource_metadata="${at("/gone")}", error="invalid_token", resource_metadata="${at(own)}"`;
      return new Response(null, { status: 401, headers: { "www-authenticate": header } });
    };
    await callsOnce(world);
  },
};

/** What of the metadata of a gateway and its provider has white space round it, by who says it. */
const spaced: Readonly<
  Record<string, { readonly gateway?: (url: string, issuer: string) => Json; readonly provider?: Json }>
> = {
  "a space before an address of authorization_servers": {
    gateway: (_, issuer) => ({ authorization_servers: [` ${issuer}`] }),
  },
  "a line's end behind an address of authorization_servers, and a text in the place of the list": {
    gateway: (_, issuer) => ({ authorization_servers: `${issuer}\r\n` }),
  },
  "a space that does not break, and a mark of byte order": {
    gateway: (_, issuer) => ({ authorization_servers: [`\ufeff${issuer}\u00a0`] }),
  },
  "spaces round resource": {
    gateway: (url, issuer) => ({
      resource: ` ${url}\t`,
      authorization_servers: [issuer],
      scopes_supported: [" read "],
    }),
  },
  "spaces round the issuer and all that the provider has": { provider: {} },
  "the same at both, and in what the provider says with its answer": {
    gateway: (_, issuer) => ({ authorization_servers: [`${issuer} `] }),
    provider: { iss: true },
  },
};

const spaces: WorldTests = {
  ...Object.fromEntries(
    Object.entries(spaced).map(([what, { gateway: members, provider: said }]) => [
      `${what}: nobody is asked for anything`,
      async (t: TestContext) => {
        const world = await programWorld(t);
        const { gateway, provider } = world;
        if (members) gateway.instead = resourceMetadata(gateway, members(gateway.url, provider.issuer));
        const round = (value: unknown) => (typeof value === "string" ? ` ${value}\n` : value);
        const document = Object.entries(provider.server).map(([name, value]) => [
          name,
          Array.isArray(value) ? value.map(round) : round(value),
        ]);
        if (said) provider.answer[".well-known/oauth-authorization-server"] = () => json(Object.fromEntries(document));
        if (said?.iss) {
          const consent = provider.consent.bind(provider);
          provider.consent = (url, changes) => consent(url, { ...changes, iss: `${provider.issuer} ` });
          idTokenOf(provider, { iss: `${provider.issuer} ` });
        }
        await callsOnce(world);
        const asked = provider.forms
          .filter(({ endpoint }) => endpoint === "authorize")
          .map(({ form }) => form.resource);
        assert.deepEqual(asked, [gateway.url]);
      },
    ]),
  ),
  "an issuer that differs in what is not seen is refused, with words that tell the two apart": async (t) => {
    const { gateway, provider, start } = await programWorld(t);
    gateway.instead = resourceMetadata(gateway, { authorization_servers: [provider.issuer] });
    const issuer = `${provider.issuer}\u200b`;
    provider.answer[".well-known/oauth-authorization-server"] = () => json({ ...provider.server, issuer });
    await assert.rejects(start(), ({ message }: Error) => {
      assert.match(message, /belongs to another issuer/);
      assert.ok(message.includes(`Expected the issuer "${provider.issuer}"`), message);
      assert.ok(message.includes(`names "${provider.issuer}\\u200b"`), message);
      return true;
    });
    assert.equal(provider.count("authorize"), 0);
  },
  "an issuer with white space in it, or in other letters, is another one": async (t) => {
    for (const change of [
      (issuer: string) => issuer.replace("//", "// "),
      (issuer: string) => issuer.replace("http", "HTTP"),
      (issuer: string) => `${issuer}/%20`,
    ]) {
      const { provider, start } = await programWorld(t);
      const issuer = change(provider.issuer);
      provider.answer[".well-known/oauth-authorization-server"] = () => json({ ...provider.server, issuer });
      await assert.rejects(start(), /belongs to another issuer/);
      assert.equal(provider.count("authorize"), 0);
    }
  },
};

/** What was seen to come in another form than it should, and says the same. */
worldRows([
  {
    row: "P29",
    kind: 3,
    otherSide: "metadata of a gateway whose `resource` is a list (GitLab), or whose `authorization_servers` are a text",
    right: "a list of one is one, and one is a list of one; the gateway still has to be among them (RFC 9728, 3.3)",
    source: "github/copilot-cli#4439, own variation",
    at03c8530: "not tried; later ✗ “describes another gateway”",
    tests: lists,
  },
  {
    row: "P30",
    kind: 3,
    otherSide: "tokens, or an error, in a form (`access_token=…&token_type=bearer`), as GitHub writes them",
    right: "they are what they say; a page or a sentence is no form",
    source: "modelcontextprotocol/typescript-sdk#759, modelcontextprotocol/python-sdk#1511, onyx-dot-app/onyx#14905",
    at03c8530: "not tried; later ✗ “not a token”, and the code is used up",
    tests: forms,
  },
  {
    row: "P31",
    kind: 1,
    otherSide:
      "a challenge that quotes with single marks, or has `resource_metadata` twice, the first of which is gone",
    right: "read as it is meant; what is not there is looked for where the revisions have it (RFC 9728, 3.1 and 5.1)",
    source: "QwenLM/qwen-code#5343, getsentry/sentry-mcp#939",
    at03c8530: "not tried; later ✗ single marks: “not safe to ask”; ✓ the others",
    tests: spelled,
  },
  {
    row: "P33",
    kind: 3,
    otherSide:
      "white space round an address in the metadata of a gateway or a provider, as lists in variables leave it",
    right:
      "it is not there; all else of an issuer is compared exactly (RFC 8414, 3.3), and two that look alike are told apart",
    source: "reported, own variation",
    at03c8530: "not tried; later ✗ “belongs to another issuer”, with two issuers that look alike",
    tests: spaces,
  },
]);
