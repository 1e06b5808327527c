import assert from "node:assert/strict";
import { test } from "node:test";
import { quotedText, reasonIn } from "../../../src/lib/quotedText.ts";
import { unsignedJwt } from "../../support/fakeAuthorizationServer.ts";
import { hostile, hostileParts } from "../../support/hostileText.ts";

test("what is quoted is one line without secrets, that ends no quotation of ours", () => {
  const cases: readonly (readonly [given: string, quoted: string | undefined])[] = [
    ["User not assigned to this application.", "User not assigned to this application"],
    ["He said “no”...", 'He said "no"...'],
    [hostile("Refused"), "Refused Signed in. !"],
    [`the token ${unsignedJwt({ sub: "ada", email: "ada@example.com" })} is void`, "the token [token] is void"],
    ["the secret aB8Q7xYzaB8Q7xYzaB8Q7xYz is wrong", "the secret […] is wrong"],
    ["refresh_token=abcdefgh was used", "refresh_token=[redacted] was used"],
    ["Trace ID: 7a1b2c3d-0000-4111-8222-333344445555", "Trace ID: 7a1b2c3d-0000-4111-8222-333344445555"],
    ["insufficient_user_authentication", "insufficient_user_authentication"],
    ["   ", undefined],
    ["---", undefined],
  ];
  assert.deepEqual(
    cases.map(([given]) => quotedText(given)),
    cases.map(([, quoted]) => quoted),
  );
  assert.ok(hostileParts(quotedText(hostile("x")) ?? "").length === 0);
});

test("the reason of an answer is found wherever its server puts it, and a page has none", () => {
  const cases: readonly (readonly [body: string, reason: string | undefined])[] = [
    ["User not assigned", "User not assigned"],
    ['{"error":"access_denied","error_description":"Not for you"}', "Not for you"],
    ['{"message":"Forbidden by policy"}', "Forbidden by policy"],
    ['{"Message":"User is not authorized"}', "User is not authorized"],
    ['{"type":"about:blank","title":"Forbidden","detail":"Ask Ada"}', "Ask Ada"],
    ['{"error":{"code":403,"message":"Quota"}}', "Quota"],
    ['"Just a text"', "Just a text"],
    ["{}", undefined],
    ["[1]", undefined],
    ["null", undefined],
    ["{ broken", undefined],
    ["<!doctype html><title>403</title>", undefined],
    ["", undefined],
  ];
  assert.deepEqual(
    cases.map(([body]) => reasonIn(body)),
    cases.map(([, reason]) => reason),
  );
});
