import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "jsonc-parser";
import { checkClaims } from "../../../src/agentcore/authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../../../src/agentcore/authorizer/authorizerConfiguration.ts";
import type { Claims } from "../../../src/agentcore/authorizer/claimRules.ts";
import { readGatewaySettings } from "../../../src/connections/settings/readGatewaySettings.ts";
import { readConfiguration } from "../../../src/gateway/configuration/readConfiguration.ts";
import { people } from "../../../src/sandbox/identity/people.ts";
import { entraApi } from "../../../src/sandbox/profiles/entra.ts";
import type { Callers } from "../../../src/sandbox/profiles/sandboxProfile.ts";
import type { SandboxProfileId } from "../../../src/sandbox/profiles/sandboxProfiles.ts";
import { sandboxProfiles } from "../../../src/sandbox/profiles/sandboxProfiles.ts";

const folder = "docs/identity-providers";
const pages = readdirSync(folder).filter((name) => name !== "README.md");
const blocksOf = (path: string, language: string): readonly string[] =>
  [...readFileSync(path, "utf8").matchAll(new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, "gs"))].map(
    ([, text]) => text ?? "",
  );
const rulesOf = (page: string) =>
  blocksOf(`${folder}/${page}`, "json").filter((block) => block.includes("discoveryUrl"));

/** Places to fill in are no values that AWS would take. */
const filledIn = (text: string, values: Readonly<Record<string, string>> = {}): string =>
  text.replaceAll(/<[^>\n]+>/g, (place) => values[place] ?? "x");

test("every authorizer of the pages is one that a gateway starts with", () => {
  for (const page of pages) {
    const blocks = rulesOf(page);
    assert.equal(blocks.length, 2, page);
    for (const block of blocks) {
      const whole = `{ "authorizerConfiguration": { "customJWTAuthorizer": ${filledIn(block)} } }`;
      const result = readConfiguration(whole, {});
      assert.deepEqual(result.kind === "good" ? "good" : result.faults, "good", `${page}\n${block}`);
    }
  }
});

/** Whom the authorizers of a page let in, in the order in which they stand there. */
const letIn: Readonly<
  Record<string, { readonly as: SandboxProfileId; readonly who: readonly (readonly Callers[])[] }>
> = {
  "okta.md": { as: "okta", who: [["people"], ["people", "machines"]] },
  "microsoft-entra-id.md": { as: "entra", who: [["people"], ["machines"]] },
  "amazon-cognito.md": { as: "cognito", who: [["people"], ["people", "machines"]] },
  "auth0.md": { as: "auth0", who: [["people"], ["people", "machines"]] },
  "keycloak.md": { as: "keycloak", who: [["people"], ["people", "machines"]] },
  "pingfederate.md": { as: "pingFederate", who: [["people"], ["people", "machines"]] },
  "google.md": { as: "google", who: [["people"], ["people"]] },
};

test("each authorizer lets in those it is for, as the sandbox writes that provider's tokens, and nobody else", () => {
  assert.deepEqual(pages.toSorted(), Object.keys(letIn).toSorted());
  for (const [page, { as, who }] of Object.entries(letIn)) {
    const found = rulesOf(page).map((block) => {
      const rules = JSON.parse(filledIn(block, valuesOf(as))) as CustomJwtAuthorizer;
      return (["people", "machines"] as const).filter((callers) => {
        const claims = claimsOf(as, callers, clientOf(as, callers));
        const another = claimsOf(as, callers, "another-client");
        if (another && namesClient(rules)) assert.equal(passes(another, rules), false, `${page}: another client`);
        return claims !== undefined && passes(claims, rules);
      });
    });
    assert.deepEqual(found, who, page);
  }
});

const namesClient = ({ allowedClients, customClaims = [] }: CustomJwtAuthorizer): boolean =>
  allowedClients !== undefined || customClaims.some(({ inboundTokenClaimName: name }) => /^(?:cid|azp)$/.test(name));

const gatewayUrl = "https://gateway.example/mcp";

const clientOf = (as: SandboxProfileId, callers: Callers): string | undefined => {
  const { app, machine } = sandboxProfiles[as].clients;
  return callers === "people" ? app : machine;
};

function valuesOf(as: SandboxProfileId): Readonly<Record<string, string>> {
  const { app, machine = "none" } = sandboxProfiles[as].clients;
  return {
    "<client ID>": app,
    "<client application ID>": app,
    "<app client ID>": app,
    "<machine client ID>": machine,
    "<machine app client ID>": machine,
    "<API application ID>": entraApi,
    "<API identifier>": gatewayUrl,
  };
}

/** What the token says that a gateway is sent; none where the provider has no such callers. */
function claimsOf(as: SandboxProfileId, callers: Callers, clientId: string | undefined): Claims | undefined {
  const { accessToken, idToken, scopes } = sandboxProfiles[as];
  const person = callers === "people" ? people[0] : undefined;
  const place = { origin: "https://issuer.example", issuer: "https://issuer.example", gatewayUrl };
  if (clientId === undefined || clientOf(as, callers) === undefined) return undefined;
  if (accessToken !== "opaque") {
    return accessToken({ ...place, clientId, person, scopes: scopes.api, resource: undefined });
  }
  // Workspace accounts have their domain in `hd`.
  return person && { ...idToken.of(person, clientId, place), aud: clientId, hd: "example.com" };
}

const passes = (claims: Claims, rules: CustomJwtAuthorizer): boolean =>
  checkClaims({ ...claims, exp: 2_000 }, rules, { nowSeconds: 1_000, skewSeconds: 0 }).every(({ ok }) => ok);

test("every settings example is taken as it stands, and has no member that the settings do not know", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8"));
  const { properties } = manifest.contributes.configuration.properties["gatewayConnect.gateways"].additionalProperties;
  const examples = [...pages.map((page) => `${folder}/${page}`), "docs/settings.md"].flatMap((path) =>
    blocksOf(path, "jsonc")
      .filter((block) => block.includes("gatewayConnect.gateways"))
      .map((block) => ({ path, block })),
  );
  assert.ok(examples.length > pages.length);
  for (const { path, block } of examples) {
    const errors: never[] = [];
    const value = parse(`{ ${filledIn(block)} }`, errors);
    assert.deepEqual(errors, [], path);
    const gateways = value["gatewayConnect.gateways"] as Readonly<Record<string, object>>;
    for (const [url, entry] of Object.entries(gateways)) {
      const unknown = Object.keys(entry).filter((name) => !(name in properties));
      assert.deepEqual(unknown, [], path);
      assert.doesNotThrow(() => readGatewaySettings(gateways, {}, url), path);
      assert.equal(readGatewaySettings(gateways, {}, url).clientId !== undefined, true, path);
    }
  }
});
