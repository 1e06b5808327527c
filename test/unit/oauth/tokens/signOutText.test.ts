import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyFailure, GatewayFailure } from "../../../../src/failures/failure.ts";
import { failureText } from "../../../../src/failures/failureText.ts";
import type { Account } from "../../../../src/oauth/tokens/account.ts";
import type { RevocationReport, RevocationStep } from "../../../../src/oauth/tokens/revocationReport.ts";
import { allRevoked, signOutText } from "../../../../src/oauth/tokens/signOutText.ts";

const time = (moment: number) => `<${moment}>`;

const ada: Account = { id: "ada", label: "Ada" };
const report = (...steps: RevocationStep[]): RevocationReport => ({ issuer: "https://idp", account: ada, steps });
const both = (kind: "revoked" | "notOffered") =>
  report({ token: "refresh token", kind }, { token: "access token", kind });
const failed: RevocationStep = { token: "access token", kind: "failed", reason: "HTTP 503" };
const mixed: RevocationStep = { token: "refresh token", kind: "revoked" };
const deleted = "Signed out of Work. The tokens were deleted from this computer. The account was Ada at idp.";

/** Each ending of a sign-out, what a person reads about it, and whether nothing is left to warn about. */
const endings: readonly [string, RevocationReport | undefined, string, boolean][] = [
  ["nobody was signed in", undefined, "Signed out of Work. There was no token to revoke.", true],
  ["all is revoked", both("revoked"), `${deleted} Revoked at https://idp: refresh token and access token.`, true],
  [
    "the provider offers no revocation",
    both("notOffered"),
    `${deleted} https://idp offers no way to revoke the refresh token and the access token.`,
    false,
  ],
  [
    "the provider revokes refresh tokens only",
    report(mixed, { token: "access token", kind: "notOffered" }),
    `${deleted} Revoked at https://idp: refresh token. https://idp offers no way to revoke the access token.`,
    false,
  ],
  [
    "it is known how far the provider's revocation reaches",
    { ...report(mixed, { token: "access token", kind: "notOffered" }), reach: "Gateways do not ask it." },
    `${deleted} Revoked at https://idp: refresh token. https://idp offers no way to revoke the access token. Gateways do not ask it.`,
    false,
  ],
  [
    "one could not be revoked",
    report(mixed, failed),
    `${deleted} Revoked at https://idp: refresh token. The access token could not be revoked at https://idp (HTTP 503).`,
    false,
  ],
  [
    "a copy would still pass",
    { ...both("revoked"), passesOfflineUntil: 7 },
    `${deleted} Revoked at https://idp: refresh token and access token. A copy of the token would still pass a gateway that checks it without asking the provider until <7>.`,
    true,
  ],
];

test("a sign-in that others share ends for them too, or goes on for them", () => {
  const names = ["Work", "Home"];
  assert.deepEqual(
    [
      signOutText("Lab", both("revoked"), { time, failureWords: failureText }, { names, ended: true }),
      signOutText("Lab", undefined, { time, failureWords: failureText }, { names, ended: false }),
    ],
    [
      "Signed out of Lab. The tokens were deleted from this computer. The account was Ada at idp. The same sign-in has ended for Work and Home. Revoked at https://idp: refresh token and access token.",
      "Signed out of Lab. The sign-in goes on for Work and Home.",
    ],
  );
});

for (const [when, ending, text, all] of endings) {
  test(`a sign-out says the truth when ${when}`, () => {
    assert.deepEqual(
      { text: signOutText("Work", ending, { time, failureWords: failureText }), all: allRevoked(ending) },
      { text, all },
    );
  });
}

test("a gateway that was removed is told as removed, with what became of its tokens", () => {
  const words = { time, failureWords: failureText, isRemoved: true };
  assert.deepEqual(
    [
      signOutText("Work", both("revoked"), words),
      signOutText("Work", undefined, words),
      signOutText("Work", undefined, words, { names: ["Home"], ended: false }),
    ],
    [
      "Removed Work. Its tokens were deleted from this computer. The account was Ada at idp. Revoked at https://idp: refresh token and access token.",
      "Removed Work. There was no token to revoke.",
      "Removed Work. The sign-in goes on for Home.",
    ],
  );
});

test("tokens that the secret storage did not delete are told as left, with what it said and what to do", () => {
  const facts = { key: "session:abc", reason: "the keychain refused (secret-tool ended with 1)" };
  const left = new GatewayFailure("secret_not_deleted", facts) as AnyFailure;
  const ending = { ...both("revoked"), left };
  const words = { time, failureWords: failureText };
  assert.deepEqual(
    { text: signOutText("Work", ending, words), all: allRevoked(ending) },
    {
      text: 'Signed out of Work, but the tokens are still in the secret storage of this computer, which did not delete them. The secret storage did not delete the entry session:abc. It said: the keychain refused (secret-tool ended with 1). Unlock the secret storage, then run "Gateway Connect: Sign Out of Everything and Clean Up" to have it deleted. The account was Ada at idp. Revoked at https://idp: refresh token and access token.',
      all: false,
    },
  );
});
