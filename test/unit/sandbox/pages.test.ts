import assert from "node:assert/strict";
import { test } from "node:test";
import { consentPage } from "../../../src/sandbox/pages/consentPage.ts";
import { formTarget } from "../../../src/sandbox/pages/htmlPage.ts";
import { signInPage } from "../../../src/sandbox/pages/signInPage.ts";

test("a form may lead to where the redirect goes, in words that a content policy knows", () => {
  const targets = [
    "http://localhost:3334/oauth/callback",
    "http://[::1]:3334/oauth/callback",
    "https://app.example.com/cb?x=1",
    "com.example.app:/callback",
  ].map(formTarget);
  assert.deepEqual(targets, ["http://localhost:3334", "http:", "https://app.example.com", "com.example.app:"]);
});

test("whatever a client calls itself or asks for stays text", () => {
  const hostile = `<img src=x onerror=alert(1)>"'&`;
  const request = { issuer: "http://127.0.0.1:1", clientName: hostile, redirectUri: "http://localhost:3334/cb" };
  const pages = [
    signInPage({ ...request, people: [{ sub: hostile, name: hostile, email: hostile }] }),
    consentPage({ ...request, personName: hostile, resource: hostile, scopes: [hostile] }),
  ];
  assert.deepEqual(
    pages.map(({ html }) => html.includes("<img") || html.includes(hostile)),
    [false, false],
  );
});

test("consent says known scopes in words and unknown ones as they are", () => {
  const { html } = consentPage({
    issuer: "http://127.0.0.1:1",
    clientName: "Editor",
    redirectUri: "http://localhost:3334/cb",
    personName: "Ada Lovelace",
    resource: "http://127.0.0.1:2/mcp",
    scopes: ["gateway.read", "offline_access", "files.delete"],
  });
  assert.deepEqual(
    [...html.matchAll(/<li>([^<]*)<\/li>/g)].map(([, item]) => item),
    ["Use tools that only read", "Keep this access until you sign out", "files.delete"],
  );
});
