import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewaySummary } from "../../../../src/connections/gatewayStatus.ts";
import { shortAccount, wholeAccount } from "../../../../src/connections/tree/accountNames.ts";
import { english } from "../../../../src/failures/translate.ts";
import type { TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";

type Who = readonly [issuer: string, id: string, label?: string];

const signedIn = ([issuer, id, label = "Ada Lovelace"]: Who) =>
  ({ server: { issuer }, account: { id, label } }) as unknown as TokenSet;

/** What stands beside gateways whose people these are. */
function names(people: readonly Who[]): readonly (string | undefined)[] {
  const all = people.map(
    (who) => ({ state: { kind: "signedIn", tokens: signedIn(who) } }) as unknown as GatewaySummary,
  );
  return people.map((who) => shortAccount(signedIn(who), all, english));
}

const entra = (tenant: string) => `https://login.microsoftonline.com/${tenant}/v2.0`;
const cognito = (pool: string) => `https://cognito-idp.eu-west-1.amazonaws.com/${pool}`;

const cases: readonly [what: string, people: readonly Who[], shown: readonly string[]][] = [
  [
    "one account of two gateways is a name",
    [
      ["https://a.example", "1"],
      ["https://a.example", "1"],
    ],
    ["Ada Lovelace", "Ada Lovelace"],
  ],
  [
    "hosts tell accounts of two issuers apart",
    [
      ["https://acme.okta.com/oauth2/default", "1"],
      ["https://id.example.com", "2"],
    ],
    ["Ada Lovelace (acme.okta.com)", "Ada Lovelace (id.example.com)"],
  ],
  [
    "of a long host the label that differs is shown",
    [
      ["https://acme-staging.eu.auth0.com", "1"],
      ["https://acme-production.eu.auth0.com", "1"],
    ],
    ["Ada Lovelace (acme-staging)", "Ada Lovelace (acme-production)"],
  ],
  [
    "at one host the tenant or the pool is shown, cut where it is long",
    [
      [entra("72f988bf-86f1-41af-91ab-2d7cd011db47"), "1"],
      [entra("acme"), "1"],
    ],
    ["Ada Lovelace (72f988bf-86f1-41af-9…)", "Ada Lovelace (acme)"],
  ],
  [
    "so are user pools",
    [
      [cognito("eu-west-1_Abc"), "1"],
      [cognito("eu-west-1_Xyz"), "1"],
    ],
    ["Ada Lovelace (eu-west-1_Abc)", "Ada Lovelace (eu-west-1_Xyz)"],
  ],
  [
    "and ports",
    [
      ["http://127.0.0.1:47111", "1"],
      ["http://127.0.0.1:50000", "1"],
    ],
    ["Ada Lovelace (127.0.0.1:47111)", "Ada Lovelace (127.0.0.1:50000)"],
  ],
  [
    "two accounts at one issuer have the ends of their subjects",
    [
      ["https://a.example", "00u1a2b3c4d5e6f7"],
      ["https://a.example", "00u1a2b3c4d5ffff"],
    ],
    ["Ada Lovelace (…d5e6f7)", "Ada Lovelace (…d5ffff)"],
  ],
  [
    "subjects that end alike are shown from their beginning",
    [
      ["https://a.example", "first|123456"],
      ["https://a.example", "other|123456"],
    ],
    ["Ada Lovelace (first|123456)", "Ada Lovelace (other|123456)"],
  ],
  [
    "a third at another issuer is told apart by it too",
    [
      ["https://a.example", "1"],
      ["https://a.example", "2"],
      ["https://b.example", "1"],
    ],
    ["Ada Lovelace (a.example, 1)", "Ada Lovelace (a.example, 2)", "Ada Lovelace (b.example)"],
  ],
  [
    "a long name is cut, so that there is room for how many tools there are",
    [["https://a.example", "1", "ada.lovelace@analytical-engines.example.com"]],
    ["ada.lovelace@analytical-engi…"],
  ],
];
for (const [what, people, shown] of cases) {
  test(what, () => {
    assert.deepEqual(names(people), shown);
  });
}

test("no name takes more room than 53 characters, and no two that are told apart read alike", () => {
  const issuers = [
    entra("a".repeat(90)),
    entra(`b${"a".repeat(90)}`),
    cognito("x"),
    `https://${"h".repeat(60)}.example/${"p".repeat(200)}`,
  ];
  const people = issuers.flatMap((issuer): Who[] => [[issuer, "1", "n".repeat(90)]]);
  const shown = names(people);
  assert.equal(new Set(shown).size, people.length);
  assert.deepEqual(
    shown.filter((name) => (name?.length ?? 0) > 53),
    [],
  );
});

test("in full an account has its issuer, and its subject where another there has its name", () => {
  const people: readonly Who[] = [
    ["https://a.example/x", "1"],
    ["https://a.example/x", "2"],
    ["https://b.example", "3"],
  ];
  const all = people.map(
    (who) => ({ state: { kind: "signedIn", tokens: signedIn(who) } }) as unknown as GatewaySummary,
  );
  assert.deepEqual(
    people.map((who) => wholeAccount(signedIn(who), all, english)),
    ["Ada Lovelace (1) at a.example/x", "Ada Lovelace (2) at a.example/x", "Ada Lovelace at b.example"],
  );
});
