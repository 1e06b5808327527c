import assert from "node:assert/strict";
import { test } from "node:test";
import { providerWords, rememberTold } from "../../../../src/oauth/tokens/providerWords.ts";

/** What is quoted of a description, where this was asked. */
function quoted(description: string, form: Readonly<Record<string, string>>, authorization?: string) {
  const headers = authorization === undefined ? {} : { authorization };
  const response = rememberTold(new Response(), { body: new URLSearchParams(form), headers });
  return providerWords(response, description).words;
}

test("a description is quoted, also where it names what anybody may know", () => {
  const form = { client_id: "app", scope: "tools.read", redirect_uri: "http://localhost:3334/oauth/callback" };
  const description = "The client app may not ask for tools.read with http://localhost:3334/oauth/callback.";
  assert.equal(quoted(description, form), description.slice(0, -1));
});

test("a description that repeats what was told in confidence is not quoted, nor anything else in it", () => {
  const secrets: readonly (readonly [Readonly<Record<string, string>>, string?])[] = [
    [{ client_secret: "hunter-two" }],
    [{ refresh_token: "hunter-two" }],
    [{ code: "hunter-two" }],
    [{ code_verifier: "hunter-two" }],
    [{ client_assertion: "hunter-two" }],
    [{}, `Basic ${btoa("app:hunter-two")}`],
    [{}, `Basic ${btoa("app:hunter%2Dtwo")}`],
  ];
  assert.deepEqual(
    secrets.map(([form, authorization]) => quoted("hunter-two is wrong, and other-secret too", form, authorization)),
    secrets.map(() => undefined),
  );
});

test("what no request of ours brought is quoted without what could be a secret", () => {
  const { words } = providerWords(new Response(), "The code aB8Q7xYzaB8Q7xYzaB8Q7xYz is void");
  assert.equal(words, "The code […] is void");
});
