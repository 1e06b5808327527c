import assert from "node:assert/strict";
import { test } from "node:test";
import { readProxyLogin } from "../../../src/standalone/proxyLogin.ts";

const places = (text: string) => ({
  readFile: async (path: string) =>
    path === "/login" ? text : Promise.reject(new Error("it cannot be read (ENOENT)")),
  run: async (command: readonly string[]) => (command.join(" ") === "vault proxy" ? text : ""),
});
const read = (said: string | undefined, text: string) =>
  readProxyLogin(said === undefined ? {} : { GATEWAY_CONNECT_PROXY_LOGIN: said }, places(text)).catch(
    (error: Error) => error.message,
  );

test("a proxy's login is read from a file or a program", async () => {
  const login = { user: "ada", password: "p@:/s" };
  assert.deepEqual(
    [
      await read("file:/login", "ada:p@:/s\n"),
      await read("command:vault proxy", "ada:p@:/s"),
      await read(undefined, "ada:p@:/s"),
    ],
    [login, login, undefined],
  );
});

test("what is no login is refused, and nothing of it is told", async () => {
  const texts = ["marked", "ada:marked\nmarked:again", ":marked", ""];
  const refused = await Promise.all(texts.map((text) => read("file:/login", text)));
  const wrong = 'GATEWAY_CONNECT_PROXY_LOGIN leads to something else than one line "user:password".';
  assert.deepEqual(refused, Array(4).fill(wrong));
  assert.deepEqual(
    [await read("file:/nothing", "x"), await read("ada:marked", "x"), await read("env:NAME", "x")],
    [
      "The proxy's user name and password cannot be had from GATEWAY_CONNECT_PROXY_LOGIN: it cannot be read (ENOENT).",
      ...Array(2).fill(
        'GATEWAY_CONNECT_PROXY_LOGIN is "file:/path" or "command:program argument", where "user:password" is read.',
      ),
    ],
  );
});
