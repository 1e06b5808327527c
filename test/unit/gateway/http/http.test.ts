import assert from "node:assert/strict";
import { test } from "node:test";
import { admission } from "../../../../src/gateway/http/admission.ts";
import { messagesOf } from "../../../../src/gateway/http/messages.ts";
import { metadata, metadataPaths } from "../../../../src/gateway/http/metadata.ts";
import { pathOf } from "../../../../src/gateway/http/pathOf.ts";
import { challenge } from "../../../../src/gateway/http/refusals.ts";

test("a challenge names the error, the scopes if there are any, and the metadata", () => {
  const resourceMetadata = "https://gw.example/.well-known/oauth-protected-resource";
  assert.deepEqual(
    [
      challenge({ error: "invalid_token", scopes: [], resourceMetadata }),
      challenge({ error: "insufficient_scope", scopes: ["read", "write"], resourceMetadata }),
    ],
    [
      `Bearer error="invalid_token", resource_metadata="${resourceMetadata}"`,
      `Bearer error="insufficient_scope", scope="read write", resource_metadata="${resourceMetadata}"`,
    ],
  );
});

test("metadata has the members AgentCore gives it, and scopes as a client has to ask for them", () => {
  const discoveryUrl = "https://idp.example/.well-known/openid-configuration";
  const resource = "https://gw.example/mcp";
  assert.deepEqual(
    {
      plain: metadata(resource, { discoveryUrl, allowedAudience: ["a"] }, undefined),
      mapped: metadata(
        resource,
        {
          discoveryUrl,
          allowedScopes: ["access_as_user", "x"],
          advertisedScopeMapping: { access_as_user: "api://app/access_as_user" },
        },
        "https://front.example",
      ),
      paths: metadataPaths("/mcp"),
      // RFC 9728, 3.1: a slash that ends the host's part is left out.
      atRoot: metadataPaths("/"),
    },
    {
      plain: { authorization_servers: ["https://idp.example"], resource },
      mapped: {
        authorization_servers: ["https://front.example"],
        resource,
        scopes_supported: ["api://app/access_as_user", "x"],
      },
      paths: ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"],
      atRoot: ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource"],
    },
  );
});

test("only names and pages of this machine come in", () => {
  const from = (host: string, origin?: string, listening = "127.0.0.1") =>
    admission([listening])(new Headers({ host, ...(origin !== undefined && { origin }) }));
  assert.deepEqual(
    {
      loopback: ["127.0.0.1:8080", "localhost:1", "[::1]:2"].map((host) => from(host)),
      anotherName: from("evil.example:8080"),
      lookalike: from("localhost.evil.example"),
      userInfo: from("localhost@evil.example"),
      userInfoOfOurs: from("evil.example@localhost:8080"),
      password: from("evil.example:80@127.0.0.1"),
      path: from("evil.example/localhost"),
      noHost: admission(["127.0.0.1"])(new Headers()),
      inspector: from("localhost:1", "http://localhost:6274"),
      page: from("localhost:1", "https://evil.example"),
      file: from("localhost:1", "null"),
      ownName: from("gw.example", undefined, "gw.example"),
      ownNameElsewhere: from("gw.example", undefined, "127.0.0.1"),
    },
    {
      loopback: [true, true, true],
      anotherName: false,
      lookalike: false,
      userInfo: false,
      userInfoOfOurs: false,
      password: false,
      path: false,
      noHost: false,
      inspector: true,
      page: false,
      file: false,
      ownName: true,
      ownNameElsewhere: false,
    },
  );
});

test("every tool that a body calls is seen, also among several messages", () => {
  const call = (name: unknown, id = 1) => ({ jsonrpc: "2.0", id, method: "tools/call", params: { name } });
  assert.deepEqual(
    {
      one: messagesOf(call("a___b")),
      several: messagesOf([call("a___b", 3), { jsonrpc: "2.0", method: "ping", id: 4 }, call("c___d", 5)]),
      noName: messagesOf(call(7)),
      noParams: messagesOf({ id: "x", method: "tools/call" }),
      prompt: messagesOf({ id: "x", method: "prompts/get", params: { name: "a___b" } }),
      noMethod: messagesOf({ id: "x", method: 7 }),
      nothing: [undefined, null, 1, "text", []].map((body) => messagesOf(body)),
    },
    {
      one: { id: 1, method: "tools/call", tools: ["a___b"], requests: 1, listens: false, resumes: false },
      several: {
        id: 3,
        method: "tools/call",
        tools: ["a___b", "c___d"],
        requests: 3,
        listens: false,
        resumes: false,
      },
      noName: { id: 1, method: "tools/call", tools: [], requests: 1, listens: false, resumes: false },
      noParams: { id: "x", method: "tools/call", tools: [], requests: 1, listens: false, resumes: false },
      prompt: { id: "x", method: "prompts/get", tools: [], requests: 1, listens: false, resumes: false },
      noMethod: { id: "x", method: undefined, tools: [], requests: 1, listens: false, resumes: false },
      nothing: Array(5).fill({
        id: null,
        method: undefined,
        tools: [],
        requests: 0,
        listens: false,
        resumes: false,
      }),
    },
  );
});

test("an answer is no request, a stream of news is told apart, and so is a call that goes on", () => {
  const { requests: answers } = messagesOf({ jsonrpc: "2.0", id: 1, result: {} });
  const { requests: notifications } = messagesOf({ jsonrpc: "2.0", method: "notifications/cancelled" });
  assert.deepEqual(
    {
      answers,
      notifications,
      listens: messagesOf({ jsonrpc: "2.0", id: 1, method: "subscriptions/listen" }).listens,
      resumes: messagesOf({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { requestState: "s" } }).resumes,
    },
    { answers: 0, notifications: 0, listens: true, resumes: true },
  );
});

test("the path of a request is without its query, and what is no path is the root and nobody's host", () => {
  assert.deepEqual(["/mcp", "/a/../b?c=d#e", "//other/x", "/", "*", "@other/x", "http://other/x", ""].map(pathOf), [
    "/mcp",
    "/b",
    "//other/x",
    "/",
    "/",
    "/",
    "/",
    "/",
  ]);
});
