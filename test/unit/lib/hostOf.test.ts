import assert from "node:assert/strict";
import { test } from "node:test";
import { hostOf } from "../../../src/lib/hostOf.ts";

test("a Host is a name or an address with or without a port, in whatever way it is written", () => {
  const read = (header: string) => {
    const { hostname, port } = hostOf(header) ?? {};
    return hostname === undefined ? undefined : `${hostname} ${port}`;
  };
  assert.deepEqual(
    ["localhost:8080", "LOCALHOST", "[::1]:2", "[0:0::1]", "127.1:80", "0x7f.0.0.1:1", "a_b-c.example.", "a:"].map(
      read,
    ),
    ["localhost 8080", "localhost ", "[::1] 2", "[::1] ", "127.0.0.1 ", "127.0.0.1 1", "a_b-c.example. ", "a "],
  );
  const none = ["", "evil@localhost", "evil:80@localhost:1", "@localhost", "localhost/", "localhost?a", "localhost#a"];
  const more = [
    "localhost\\a",
    "local\thost",
    "localhost:1:2",
    "localhost:99999",
    "[::1",
    "::1",
    "localhost evil",
    "%6c",
  ];
  assert.deepEqual(
    [...none, ...more].map(read),
    [...none, ...more].map(() => undefined),
  );
});
