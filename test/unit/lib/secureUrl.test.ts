import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback, isSecureUrl, parseUrl } from "../../../src/lib/secureUrl.ts";

test("this machine is known by its names and by nothing that looks like them", () => {
  const own = ["localhost", "127.0.0.1", "127.1.2.3", "[::1]", "::1"];
  const others = ["localhost.example.com", "127.0.0.1.example.com", "127.0.0.1x", "0.0.0.0", "10.0.0.1", "", "[::2]"];
  assert.deepEqual([...own, ...others].filter(isLoopback), own);
});

test("only https, and http on this machine, is safe to follow", () => {
  const safe = ["https://a.example", "http://localhost:1/x", "http://127.0.0.1", "http://[::1]:8080"];
  const not = ["http://a.example", "ws://localhost", "file:///etc/passwd", "javascript:alert(1)", "vscode://x/y"];
  assert.deepEqual(
    [...safe, ...not].filter((text) => isSecureUrl(new URL(text))),
    safe,
  );
});

test("what is not an absolute address is none", () => {
  assert.deepEqual(
    ["", "a", "/a", "//a", "https://"].map((text) => parseUrl(text)),
    [undefined, undefined, undefined, undefined, undefined],
  );
});
