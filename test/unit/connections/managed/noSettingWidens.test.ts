import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { whichEnterprise } from "../../../../src/connections/enterprise/whichEnterprise.ts";
import { isSharingAllowed } from "../../../../src/connections/managed/isSharingAllowed.ts";
import { maySignIn } from "../../../../src/connections/managed/managedGateway.ts";
import { managedGateways } from "../../../../src/connections/managed/managedSettings.ts";
import { type OfferedGateway, offeredSettings } from "../../../../src/connections/offers/offeredGateway.ts";
import { readSetUpLink } from "../../../../src/connections/offers/setUpLink.ts";
import { readTeamFile } from "../../../../src/connections/offers/teamFile.ts";
import { readGatewaySettings } from "../../../../src/connections/settings/readGatewaySettings.ts";
import { setFor, withUnset } from "../../../../src/connections/settings/setForGateways.ts";
import { toolJudge } from "../../../../src/connections/toolRules/keptBack.ts";
import { layersOf } from "../../../../src/connections/toolRules/toolLayers.ts";
import { isFailure } from "../../../../src/failures/failure.ts";
import { isSameAddress } from "../../../../src/lib/sameAddress.ts";
import { DocumentPolicy } from "../../../../src/policy/documentPolicy.ts";
import type { PolicyDocument, PolicyToolRules } from "../../../../src/policy/policyDocument.ts";
import { readPolicy } from "../../../../src/policy/readPolicy.ts";
import { runs } from "../../../support/bulk.ts";

const urls = ["https://a.example/mcp", "https://b.example/mcp"] as const;
const issuers = ["https://login.example", "https://other.example"] as const;
const kinds = ["browser", "deviceCode", "enterprise", "clientCredentials", "aws"] as const;
const credentials = ["environment", "file", "command"] as const;
const hosts = ["cursor", "codex"] as const;
const tools = ["read", "write", "delete"] as const;

const some = <T>(values: readonly T[]) => fc.uniqueArray(fc.constantFrom(...values), { maxLength: values.length });
const maybe = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
/** An object without the members that were left out, as JSON has it. */
const record = (members: Record<string, fc.Arbitrary<unknown>>) =>
  fc.record(members, { requiredKeys: [] }).map((one) => JSON.parse(JSON.stringify(one)) as Record<string, unknown>);

const toolRules = record({ allow: some(tools), deny: some(tools), readOnly: fc.boolean() });
const place = fc.constantFrom<object>({ environment: "NAME" }, { file: "/key" }, { command: ["print", "it"] });

/** What a person, or whoever writes into their settings, may have set for a gateway. */
const ofGateway = record({
  clientId: fc.constantFrom("mine", "other"),
  scopes: some(["read", "all"]),
  clientSecret: place,
  headers: fc.record({ "X-Key": place }),
  redirectPorts: fc.constantFrom([4000], [4001, 4002]),
  issuer: fc.constantFrom(...issuers),
  token: fc.constantFrom("access", "id"),
  hiddenTools: some(tools),
  tools: toolRules,
});
const set = fc.dictionary(fc.constantFrom(...urls), ofGateway, { maxKeys: 2 });

const rules = {
  issuers: some(issuers),
  signIn: some(kinds),
  tools: toolRules.filter((one) => Object.keys(one).length > 0),
  settings: record({ clientId: fc.constant("managed"), scopes: fc.constant(["managed"]) }),
};
const gateway = fc
  .tuple(fc.constantFrom(...urls), record(rules))
  .map(([address, more]) => ({ ...more, address }) as Record<string, unknown>);
const document = record({
  ...rules,
  gateways: fc.uniqueArray(gateway, { maxLength: 2, selector: ({ address }) => address }),
  credentials: some(credentials),
  hosts: some(hosts),
  directMode: fc.boolean(),
  shareSignIn: fc.boolean(),
  enterpriseIdentityProvider: fc.constant({ issuer: issuers[0], clientId: "company" }),
});

/** What a link or a repository may say: what it is for, and what whoever wrote it would like to say. */
const wished: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  name: fc.constantFrom("Finance", "x"),
  clientId: fc.constantFrom("theirs", "managed"),
  scopes: fc.constantFrom(["theirs"], ["read", "admin"]),
  issuer: fc.constantFrom(...issuers),
  clientSecret: place,
  headers: fc.record({ "X-Key": place }),
  redirectPorts: fc.constant([1]),
  tools: toolRules,
  hiddenTools: fc.constant([]),
  directMode: fc.constant(true),
  policy: fc.constant({}),
};
const said = fc
  .tuple(fc.constantFrom(...urls), record(wished as Record<string, fc.Arbitrary<unknown>>), fc.nat({ max: 3 }))
  // Most say nothing odd: else nothing would ever be taken.
  .map(([url, all, odd]) => {
    const plain = ["name", "clientId", "scopes"];
    return {
      url,
      ...(odd === 0 ? all : Object.fromEntries(Object.entries(all).filter(([name]) => plain.includes(name)))),
    };
  });

/** An offer as its reader has it; nothing where it is refused. */
function offerOf(from: "link" | "file", one: Readonly<Record<string, unknown>>): OfferedGateway | undefined {
  if (from === "file") return readTeamFile(JSON.stringify({ gateways: [one] })).gateways[0];
  const text = (value: unknown) => (Array.isArray(value) ? value.join(" ") : String(value));
  try {
    return readSetUpLink(
      Object.entries(one)
        .map(([name, value]) => `${name}=${text(value)}`)
        .join("&"),
    );
  } catch (error) {
    assert.ok(isFailure(error, "link_refused"));
    return undefined;
  }
}

const goes = (act: () => void): boolean => {
  try {
    act();
    return true;
  } catch (error) {
    assert.ok(isFailure(error), String(error));
    return false;
  }
};

/** What the file says, read by itself: whoever wrote the program's own reader wrote none of this. */
function byFile(file: Record<string, unknown>, url: string) {
  const one = (file as unknown as PolicyDocument).gateways?.find(({ address }) => address === url);
  const both = [file, one ?? {}] as readonly Readonly<Record<string, unknown>>[];
  const within = (name: string, value: unknown) =>
    both.every((level) => level[name] === undefined || (level[name] as readonly unknown[]).includes(value));
  return {
    knows: file.gateways === undefined || one !== undefined,
    within,
    tools: both.flatMap(({ tools }) => (tools === undefined ? [] : [tools as PolicyToolRules])),
    settings: { ...(file.settings as object), ...(one?.settings as object) } as Readonly<Record<string, unknown>>,
  };
}

const letsThrough = ({ allow, deny, readOnly }: PolicyToolRules, name: string, isReadOnly: boolean): boolean =>
  !deny?.includes(name) && (allow === undefined || allow.includes(name)) && (!readOnly || isReadOnly);

test("no setting widens: what a person, a workspace, a link and a repository say leaves less than the administrator allows, and what they have not set stays", () => {
  let [taken, let_, kept] = [0, 0, 0];
  const how = runs(5_000, 250);
  fc.assert(
    fc.property(
      ...[document, set, maybe(toolRules), maybe(toolRules), fc.constantFrom("link" as const, "file" as const), said],
      (file, own, user, workspace, from, wish) => {
        const read = readPolicy(JSON.stringify({ version: 1, ...file }));
        // A file that contradicts itself stops everything, which is another test's.
        fc.pre(read.kind !== "broken");
        const policy = new DocumentPolicy(read.document, "/etc/gateway-connect/policy.json");
        const offer = offerOf(from, wish);
        if (offer) {
          taken += 1;
          const known = ["url", "name", "clientId", "scopes", "issuer", "line"];
          assert.deepEqual(
            Object.keys(offer).filter((name) => !known.includes(name)),
            [],
          );
        }
        const after = (offer && withUnset(own, offer.url, offeredSettings(offer))) ?? own;
        const enterprise = { issuer: issuers[1], clientId: "mine" };
        const values = { gateways: after, shared: {}, policy, enterprise };
        for (const url of urls) {
          const says = byFile(file, url);
          const places = JSON.stringify(after[url as keyof typeof after] ?? {});
          const readable = credentials.filter((kind) => places.includes(`{"${kind}":`));
          for (const kind of kinds) {
            for (const issuer of issuers) {
              if (!goes(() => maySignIn(url, { kind, issuer }, { settings: () => values }))) continue;
              let_ += 1;
              const isAllowed =
                says.knows &&
                says.within("signIn", kind) &&
                says.within("issuers", issuer) &&
                readable.every((one) => file.credentials === undefined || says.within("credentials", one));
              assert.ok(isAllowed, `${url} ${kind} ${issuer}`);
            }
          }
          const layers = layersOf({ gateways: after, policy }, url, { user, workspace });
          const judge = toolJudge(layers);
          const mine = setFor(own, url);
          const all = [...says.tools, mine.tools, user, workspace].filter((one) => one !== undefined);
          for (const name of tools) {
            for (const isReadOnly of [true, false]) {
              if (judge({ name, isReadOnly }) !== undefined) continue;
              kept += 1;
              assert.ok(!(mine.hiddenTools as readonly string[] | undefined)?.includes(name), name);
              for (const one of all) assert.ok(letsThrough(one as PolicyToolRules, name, isReadOnly), name);
            }
          }
          const of = policy.of(url);
          if (goes(() => of.mayGoDirect()))
            assert.ok(file.directMode !== false && says.tools.length === 0 && says.knows);
          if (isSharingAllowed(url, values)) assert.ok(file.shareSignIn !== false && says.knows);
          for (const host of hosts)
            if (goes(() => of.mayEnter(host))) assert.ok(says.knows && says.within("hosts", host));
          // An offer adds a client and scopes where nothing is set, and the administrator's go before either.
          const now = readGatewaySettings(managedGateways(values, url), {}, url);
          const before = readGatewaySettings(managedGateways({ gateways: own, policy }, url), {}, url);
          const isNew = offer !== undefined && isSameAddress(offer.url, url) && Object.keys(mine).length === 0;
          const { clientId, scopes, ...rest } = now;
          const { clientId: hadClient, scopes: hadScopes, ...had } = before;
          assert.deepEqual(rest, had);
          if (!isNew) assert.deepEqual([clientId, scopes], [hadClient, hadScopes]);
          for (const [name, value] of Object.entries(says.settings)) {
            assert.deepEqual((now as unknown as Record<string, unknown>)[name], value);
          }
        }
        const company = file.enterpriseIdentityProvider;
        if (company !== undefined) assert.deepEqual(whichEnterprise(values), company);
      },
    ),
    how,
  );
  // Neither is everything refused, nor is every offer.
  assert.ok(Math.min(taken, let_, kept) > how.numRuns / 10, `${taken} offers, ${let_} sign-ins, ${kept} tools`);
});
