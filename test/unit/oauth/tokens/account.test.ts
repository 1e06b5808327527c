import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { accountOf, accountText, audiencesOf, isNamed, readClaims } from "../../../../src/oauth/tokens/account.ts";
import { runs } from "../../../support/bulk.ts";
import { unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";

test("a person is shown by name, else by address, else by subject, from the ID token first", () => {
  const jwt = unsignedJwt;
  assert.deepEqual(
    [
      accountOf({ idToken: jwt({ sub: "1", name: "Ada", email: "ada@example.com" }), accessToken: "opaque" }),
      accountOf({ idToken: jwt({ sub: "1", email: "ada@example.com" }), accessToken: jwt({ sub: "2", name: "B" }) }),
      accountOf({ accessToken: jwt({ sub: "2", upn: "ada@corp.example" }) }),
      accountOf({ accessToken: jwt({ sub: "2", username: "ada" }) }),
      accountOf({ idToken: jwt({ sub: "", name: 7 }), accessToken: jwt({ sub: "2" }) }),
      accountOf({ accessToken: "opaque" }),
    ],
    [
      { id: "1", label: "Ada" },
      { id: "1", label: "ada@example.com" },
      { id: "2", label: "ada@corp.example" },
      { id: "2", label: "ada" },
      { id: "2", label: "2" },
      { id: "unknown", label: "unknown" },
    ],
  );
});

test("audiences are read as a list, and a token that names none is not one with an empty list", () => {
  assert.deepEqual(
    [
      audiencesOf(unsignedJwt({ aud: "a" })),
      audiencesOf(unsignedJwt({ aud: ["a", "b"] })),
      audiencesOf(unsignedJwt({})),
      audiencesOf("opaque"),
    ],
    [["a"], ["a", "b"], undefined, undefined],
  );
});

test("no text makes reading claims throw", () => {
  const jwtLike = fc.tuple(fc.string(), fc.string(), fc.string()).map((parts) => parts.join("."));
  fc.assert(
    fc.property(fc.oneof(fc.string(), jwtLike), (text) => void readClaims(text)),
    runs(1000),
  );
});

test("a person of whom nobody says anything is not named, and everybody else is", () => {
  const nobody = accountOf({ accessToken: "opaque" });
  const subjectOnly = accountOf({ accessToken: unsignedJwt({ sub: "unknown" }) });
  const ada = { id: "1", label: "Ada" };
  assert.deepEqual(
    [nobody, ada, { id: "1", label: "app", machine: true as const }].map((account) => [
      isNamed(account),
      isNamed(account) && accountText(account),
    ]),
    [
      [false, false],
      [true, "Ada"],
      [true, "the machine app"],
    ],
  );
  assert.equal(isNamed(subjectOnly), false);
});
