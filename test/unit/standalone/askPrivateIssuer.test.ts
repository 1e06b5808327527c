import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { askPrivateIssuer } from "../../../src/standalone/askPrivateIssuer.ts";
import { hostile, hostileParts } from "../../support/hostileText.ts";

const asked = { namedBy: "https://gw.example.com/mcp", issuer: "https://idp.corp.internal", url: "https://10.1.2.3/" };

/** What a person answers who types this, and what they read. */
async function answered(typed: string | undefined, issuer = asked.issuer) {
  const [input, output, ending] = [new PassThrough(), new PassThrough(), new AbortController()];
  const answer = askPrivateIssuer({ input, output, signal: ending.signal })({ ...asked, issuer });
  if (typed === undefined) ending.abort();
  else input.end(typed);
  const isAgreed = await answer;
  output.end();
  return { isAgreed, shown: await text(output) };
}

test("only a yes is a yes: no answer, another one, the end of the input and of the program are a no", async () => {
  const found = [];
  for (const typed of ["y\n", "Yes\r\n", "\n", "n\n", "yesterday\n", "", undefined]) {
    found.push((await answered(typed)).isAgreed);
  }
  assert.deepEqual(found, [true, true, false, false, false, false, false]);
});

test("who names whom, and what that may mean, is read before it is answered, and nothing else", async () => {
  const { shown } = await answered("\n");
  assert.match(
    shown,
    /^gw\.example\.com has its people sign in at https:\/\/idp\.corp\.internal\. 10\.1\.2\.3 is in a private/,
  );
  assert.match(shown, /agree only if you know this identity provider\.\nSign in there\? \[y\/N\] $/);
  const spoiled = await answered("\n", hostile("https://idp"));
  assert.deepEqual(spoiled.shown.split("\n").flatMap(hostileParts), []);
});
