import assert from "node:assert/strict";
import { test } from "node:test";
import { discoverGateway } from "../../../src/connections/discovery/discoverGateway.ts";
import { isKnownPlace } from "../../../src/connections/discovery/knownPlace.ts";
import type { GatewaySettings } from "../../../src/connections/settings/readGatewaySettings.ts";
import { asFailure } from "../../../src/failures/failure.ts";
import { DISCOVERY_TIMEOUT_MS } from "../../../src/lib/limits.ts";
import type { PrivateIssuer } from "../../../src/oauth/discovery/namedPlace.ts";
import { freeRules, type GatewayRules } from "../../../src/policy/policy.ts";
import { fakeNetwork, json } from "../../support/fakePorts.ts";
import { resolvedGateway } from "../../support/resolved.ts";

interface Named {
  readonly gateway?: string;
  readonly issuer: string;
  readonly settings?: Partial<GatewaySettings>;
  readonly rules?: Partial<GatewayRules>;
  readonly answers?: boolean;
  readonly whileAsked?: () => void;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** What becomes of an issuer that a gateway names: what people were asked, and what was asked of hosts. */
async function named({ gateway = "https://gw.example.com/mcp", issuer, ...options }: Named) {
  const { origin } = new URL(gateway);
  const { settings, rules, answers, metadata, whileAsked } = options;
  const network = fakeNetwork({
    [gateway]: json({}, 401, { "www-authenticate": "Bearer" }),
    [`${origin}/.well-known/oauth-protected-resource/mcp`]: json({
      resource: gateway,
      authorization_servers: [issuer],
    }),
    [`${issuer}/.well-known/oauth-authorization-server`]: json({
      ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token`, ...metadata },
    }),
  });
  const asked: PrivateIssuer[] = [];
  const resolved = { ...resolvedGateway(settings), rules: { ...freeRules, ...rules } };
  const ending = await discoverGateway([new URL(gateway)], () => resolved, {
    fetch: network.fetch,
    ...(answers !== undefined && {
      mayAskPrivate: async (one) => {
        asked.push(one);
        whileAsked?.();
        return answers;
      },
    }),
  }).then(
    (found) => (found.kind === "protected" ? found.server.issuer : found.kind),
    (failure) => asFailure(failure).code,
  );
  const own = new URL(gateway).host;
  return { ending, asked, elsewhere: network.urls().filter((url) => new URL(url).host !== own).length };
}

const refused = { ending: "named_place_refused", asked: [], elsewhere: 0 };

test("a gateway elsewhere that names this machine or the metadata service of a cloud: nothing is asked there, nor anybody", async () => {
  const hosts = [
    ...["localhost:8080", "localhost.", "127.0.0.1", "2130706433", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "0"],
    ...["169.254.169.254", "0xa9fea9fe", "[fd00:ec2::254]", "metadata.google.internal", "metadata"],
  ];
  for (const host of hosts) {
    const issuer = new URL(`https://${host}/`).origin;
    assert.deepEqual(await named({ issuer, answers: true }), refused, host);
    const gateway = "https://10.1.1.1/mcp";
    assert.deepEqual(await named({ gateway, issuer, answers: true }), refused, `${host}, named from a private network`);
  }
  assert.deepEqual(await named({ issuer: "http://localhost:8080", answers: true }), refused);
});

test("whatever a gateway names is asked for its documents by GET, with no body, token or cookie, and no redirect is left to fetch", async () => {
  const gateway = "https://gw.example.com/mcp";
  const issuer = "https://login.example.com";
  const network = fakeNetwork({
    [gateway]: json({}, 401, { "www-authenticate": `Bearer resource_metadata="https://gw.example.com/named"` }),
    "https://gw.example.com/named": json({ resource: gateway, authorization_servers: [issuer] }),
    [`${issuer}/.well-known/oauth-authorization-server`]: json({
      ...{ issuer, authorization_endpoint: `${issuer}/authorize`, token_endpoint: `${issuer}/token` },
      ...{ jwks_uri: `${issuer}/keys`, registration_endpoint: `${issuer}/register` },
    }),
  });
  await discoverGateway([new URL(gateway)], () => ({ ...resolvedGateway(), rules: freeRules }), {
    fetch: network.fetch,
  });
  const named = network.requests.filter(({ url }) => url !== gateway);
  assert.deepEqual(
    named.map(({ url, method, body, headers, redirect }) => ({
      ...{ url, method, body, redirect },
      sent: Object.keys(headers).filter((name) => /authorization|cookie|dpop/.test(name)),
    })),
    ["https://gw.example.com/named", `${issuer}/.well-known/oauth-authorization-server`].map((url) => ({
      ...{ url, method: "GET", body: "", redirect: "manual", sent: [] },
    })),
  );
});

test("an issuer in a private network is asked about once, and asked itself only by whoever agrees", async () => {
  for (const issuer of ["https://10.1.2.3", "https://idp.corp.internal", "https://[fd12::1]", "https://keycloak"]) {
    const asked = [{ namedBy: "https://gw.example.com/mcp", issuer, url: `${issuer}/` }];
    const no = { ending: "private_issuer_unconfirmed", elsewhere: 0 };
    assert.deepEqual(await named({ issuer, answers: true }), { ending: issuer, asked, elsewhere: 1 });
    assert.deepEqual(await named({ issuer, answers: false }), { ...no, asked });
    assert.deepEqual(await named({ issuer }), { ...no, asked: [] }, "where nobody can be asked");
  }
});

test("what needs no question: a gateway on this machine or in the network itself, and an issuer that somebody here wrote down", async () => {
  const issuer = "https://idp.corp.internal";
  const free = { ending: issuer, asked: [], elsewhere: 1 };
  const local = "http://127.0.0.1:9000";
  assert.deepEqual(await named({ gateway: "http://127.0.0.1:8000/mcp", issuer: local }), { ...free, ending: local });
  assert.deepEqual(await named({ gateway: "http://localhost:8000/mcp", issuer }), free);
  assert.deepEqual(await named({ gateway: "https://gw.corp.internal/mcp", issuer }), free);
  assert.deepEqual(await named({ gateway: "https://192.168.0.9/mcp", issuer }), free);
  assert.deepEqual(await named({ issuer, settings: { issuer } }), free);
  assert.deepEqual(await named({ issuer, rules: { vouchesFor: (one) => one === issuer } }), free);
  assert.deepEqual(await named({ issuer: local, settings: { issuer: local } }), { ...free, ending: local });
});

test("an issuer's endpoints are of its own place: a public one has none on this machine, and is asked about private ones", async () => {
  const issuer = "https://login.example.com";
  const at = (name: string, host: string) => ({ issuer, metadata: { [name]: `https://${host}/x` } });
  for (const host of ["localhost", "127.1", "169.254.169.254", "[::ffff:169.254.169.254]"]) {
    assert.deepEqual(await named({ ...at("token_endpoint", host), answers: true }), { ...refused, elsewhere: 1 }, host);
  }
  const asked = [{ namedBy: `${issuer}/`, issuer, url: "https://10.0.0.1/x" }];
  const ending = "private_issuer_unconfirmed";
  assert.deepEqual(await named({ ...at("token_endpoint", "10.0.0.1"), answers: false }), {
    ending,
    asked,
    elsewhere: 1,
  });
  assert.deepEqual(await named({ ...at("token_endpoint", "10.0.0.1"), answers: true }), {
    ending: issuer,
    asked,
    elsewhere: 1,
  });
  // It can be done without.
  assert.deepEqual(await named({ ...at("registration_endpoint", "127.0.0.1") }), {
    ending: issuer,
    asked: [],
    elsewhere: 1,
  });
});

test("an agreement holds for the issuer and the host that it was given for, while a gateway uses them", () => {
  const server = { issuer: "https://idp.corp", token_endpoint: "https://tokens.corp/t" };
  const authorization = { kind: "oauth", server, clientId: "c", clientSource: "typed", scopes: [] } as const;
  const all = [{ id: "a", name: "a", url: "https://gw.example.com/mcp", authorization }] as never;
  const known = (issuer: string, url: string) => isKnownPlace(all, { namedBy: "https://gw.example.com/", issuer, url });
  assert.deepEqual(
    [
      known("https://idp.corp", "https://idp.corp/"),
      known("https://idp.corp", "https://tokens.corp/other"),
      known("https://idp.corp", "https://10.0.0.1/"),
      known("https://other.corp", "https://idp.corp/"),
      isKnownPlace([], { namedBy: "x", issuer: "https://idp.corp", url: "https://idp.corp/" }),
    ],
    [true, true, false, false, false],
  );
});

test("whoever takes longer to decide than discovery may take is not told that nobody answers", async (t) => {
  const { timeout } = AbortSignal;
  const limits: AbortController[] = [];
  t.mock.method(AbortSignal, "timeout", (ms: number) => {
    if (ms !== DISCOVERY_TIMEOUT_MS) return timeout.call(AbortSignal, ms);
    limits.push(new AbortController());
    return limits.at(-1)?.signal;
  });
  const issuer = "https://idp.corp.internal";
  const late = () => limits[0]?.abort(new DOMException("too late", "TimeoutError"));
  const { ending } = await named({ issuer, answers: true, whileAsked: late });
  assert.deepEqual({ ending, limits: limits.length }, { ending: issuer, limits: 2 });
});
