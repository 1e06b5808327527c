import assert from "node:assert/strict";
import { test } from "node:test";
import { issuerOfMetadata } from "../../../../src/oauth/discovery/issuerOfMetadata.ts";

test("metadata is known by its well-known part, wherever that stands, and any other address is as it is", () => {
  const cases = {
    "https://idp.example/.well-known/openid-configuration": "https://idp.example",
    "https://idp.example/.well-known/openid-configuration/": "https://idp.example/",
    "https://idp.example/a/.well-known/openid-configuration": "https://idp.example/a",
    "https://idp.example/.well-known/oauth-authorization-server/a/b": "https://idp.example/a/b",
    "https://idp.example": "https://idp.example",
    "https://idp.example/.well-known/openid-configuration?p=x": "https://idp.example?p=x",
    "https://idp.example/a/.well-known/openid-configuration?p=x": "https://idp.example/a?p=x",
    "https://idp.example/.well-known/openid-configurations": "https://idp.example/.well-known/openid-configurations",
    "https://idp.example/x.well-known/openid-configuration": "https://idp.example/x.well-known/openid-configuration",
    "": "",
  };
  assert.deepEqual(Object.keys(cases).map(issuerOfMetadata), Object.values(cases));
});
