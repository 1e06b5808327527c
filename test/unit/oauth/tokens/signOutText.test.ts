import assert from "node:assert/strict";
import { test } from "node:test";
import type { RevocationReport, RevocationStep } from "../../../../src/oauth/tokens/revocationReport.ts";
import { allRevoked, signOutText } from "../../../../src/oauth/tokens/signOutText.ts";

const time = (moment: number) => `<${moment}>`;

const report = (...steps: RevocationStep[]): RevocationReport => ({ issuer: "https://idp", account: "Ada", steps });
const both = (kind: "revoked" | "notOffered") =>
  report({ token: "refresh token", kind }, { token: "access token", kind });
const failed: RevocationStep = { token: "access token", kind: "failed", reason: "HTTP 503" };
const mixed: RevocationStep = { token: "refresh token", kind: "revoked" };
const deleted = "Signed out of Work. The tokens were deleted from this computer.";

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
      signOutText("Lab", both("revoked"), { time }, { names, ended: true }),
      signOutText("Lab", undefined, { time }, { names, ended: false }),
    ],
    [
      "Signed out of Lab. The tokens were deleted from this computer. The same sign-in has ended for Work and Home. Revoked at https://idp: refresh token and access token.",
      "Signed out of Lab. The sign-in goes on for Work and Home.",
    ],
  );
});

for (const [when, ending, text, all] of endings) {
  test(`a sign-out says the truth when ${when}`, () => {
    assert.deepEqual({ text: signOutText("Work", ending, { time }), all: allRevoked(ending) }, { text, all });
  });
}

test("a gateway that was removed is told as removed, with what became of its tokens", () => {
  const words = { time, isRemoved: true };
  assert.deepEqual(
    [
      signOutText("Work", both("revoked"), words),
      signOutText("Work", undefined, words),
      signOutText("Work", undefined, words, { names: ["Home"], ended: false }),
    ],
    [
      "Removed Work. Its tokens were deleted from this computer. Revoked at https://idp: refresh token and access token.",
      "Removed Work. There was no token to revoke.",
      "Removed Work. The sign-in goes on for Home.",
    ],
  );
});
