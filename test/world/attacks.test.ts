import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { TestContext } from "node:test";
import { programWorld } from "./support/program.ts";
import { worldRows } from "./support/rows.ts";
import { tooMuch } from "./support/tooMuch.ts";

/** What attacks and load were seen to do, by the standalone, the relay and the local gateway. */
worldRows([
  {
    row: "S1",
    kind: 10,
    otherSide: "one idle TCP connection to the redirect listener",
    right: "the listener's connections are closed; the result does not wait for them",
    source: "adversarial",
    at03c8530: "✗ sign-in never returns; tokens issued, not stored",
    tests: Object.fromEntries(
      ["", "GET /oauth/callback", "GET /oauth/callback?state=x HTTP/1.1\r\nHost: localhost\r\n"].map((said) => [
        `a connection to the redirect's port that says ${JSON.stringify(said)} and no more keeps no sign-in from its end`,
        (t: TestContext) => signInBesideIdle(t, said),
      ]),
    ),
  },
  {
    row: "S2",
    kind: 6,
    otherSide: "endless or compressed JSON as metadata, token answer, probe, registration; a result of 200 MB",
    right:
      "limits while reading: 1 MiB for metadata, keys and tokens, 64 MiB (a setting) for results; depth 64; whole discovery within 30 s",
    source: "adversarial",
    at03c8530: "✗ 1.0 to 3.3 GB in the extension host",
    tests: tooMuch,
  },
  {
    row: "S3",
    kind: 6,
    otherSide: "body of nested arrays, 3000 deep, no token",
    right: "iterative or bounded; an audit line for every request, also TRACE, CONNECT, Expect, no Host",
    source: "adversarial",
    at03c8530: "✗ connection reset, no audit line",
  },
  {
    row: "S4",
    kind: 5,
    otherSide: "ESC, C1, bidi, line breaks in issuer, endpoints, `user_code`",
    right:
      "one function cleans all that comes from outside, for terminal, Markdown, HTML; `user_code` limited to its alphabet and length",
    source: "adversarial",
    at03c8530: "✗ raw on the terminal, 6 of 6",
  },
  {
    row: "S5",
    kind: 6,
    otherSide: "made-up tool names, sessions without number",
    right: "maps keyed by callers are bounded",
    source: "adversarial",
    at03c8530: "✗ 104 MB from 100 calls; 10,000 sessions",
  },
  {
    row: "S6",
    kind: 6,
    otherSide: "`javascript:` and `file:` in URL elicitation",
    right: "https (or loopback http) only, else words",
    source: "adversarial",
    at03c8530: "✗ handed to the host",
  },
  {
    row: "S7",
    kind: 2,
    otherSide: "`--sign-out` while another process waits for its browser",
    right: "a sign-in that began before a sign-out is dropped and revoked",
    source: "adversarial",
    at03c8530: "✗ its tokens are stored and live afterwards",
  },
  {
    row: "S9",
    kind: 10,
    otherSide: "an answer under another id; a host that goes away from a subscription",
    right: "the call ends in words; what nobody listens to is unsubscribed",
    source: "adversarial",
    at03c8530: "✗ call open for ever; never unsubscribed",
  },
]);

/** A sign-in whose listener has a connection that asks for nothing, or never asks to the end. */
async function signInBesideIdle(t: TestContext, said: string): Promise<void> {
  const { start, provider, computer } = await programWorld(t);
  const idle: Socket[] = [];
  t.after(() => {
    for (const socket of idle) socket.destroy();
  });
  // Between the opening of the browser and its return.
  provider.answer.authorize = async (asked) => {
    const socket = connect(Number(new URL(asked.redirect_uri ?? "").port), "127.0.0.1");
    idle.push(socket);
    await once(socket, "connect");
    socket.write(said);
    return undefined;
  };
  const standalone = await start();
  const answer = await standalone.call("echo");
  const kept = Object.keys(computer.keyring()).filter((name) => name.includes("session:"));
  assert.deepEqual({ answer, idle: idle.length, kept: kept.length }, { answer: "{}", idle: 1, kept: 1 });
}
