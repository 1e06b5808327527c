import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyStart } from "../../../src/lib/httpPort.ts";
import { peekedBody } from "../../../src/lib/peekedBody.ts";
import { textOf } from "../../../src/lib/pieces.ts";
import { EndedTokenWords } from "../../../src/relay/endedToken.ts";

const later = 5 * 60_000;
const error = () => Response.json({ jsonrpc: "2.0", id: 1, error: { code: -32001, message: "Unauthorized" } });

test("a token that is younger than five minutes is not renewed", () => {
  const mayRenew = (ageMs: number) => new EndedTokenWords().mayRenew("marked-old", ageMs);
  assert.deepEqual([mayRenew(later), mayRenew(later - 1)], [true, false]);
});

test("words that a renewal did not change are believed no more, whether the request was sent again or not", async () => {
  const [sentAgain, told] = [new EndedTokenWords(), new EndedTokenWords()];
  await sentAgain.afterRenewal(error());
  told.renewed("marked-new");
  const isOther = told.mayRenew("marked-other", 1);
  const before = (await told.in(error())).ended;
  told.mayRenew("marked-new", 1);
  assert.deepEqual(
    { isOther, before, sentAgain: (await sentAgain.in(error())).ended, told: (await told.in(error())).ended },
    { isOther: false, before: "mayHaveRun", sentAgain: undefined, told: undefined },
  );
});

test("an answer that was looked at is whole, in the pieces in which it came", async () => {
  const pieces = ['{"jsonrpc":"2.0","id":1,', '"result":{}}'].map((text) => new TextEncoder().encode(text));
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
  const headers = { "content-type": "application/json" };
  const { answer, ended } = await new EndedTokenWords().in(new Response(body, { headers }));
  const read = await bodyStart(answer.body, 1000);
  assert.deepEqual([ended, textOf(read.pieces)], [undefined, '{"jsonrpc":"2.0","id":1,"result":{}}']);
});

test("whoever leaves an answer that was looked at ends it", async () => {
  let ended = 0;
  const endless = () =>
    new Response(
      new ReadableStream<Uint8Array>({
        pull: (controller) => controller.enqueue(new Uint8Array(10)),
        cancel: () => void ended++,
      }),
    );
  const [read, left] = [await peekedBody(endless()), await peekedBody(endless())];
  for await (const _ of read.answer.body ?? []) break;
  await left.answer.body?.cancel();
  assert.deepEqual([ended, (await peekedBody(new Response(null))).begun], [2, undefined]);
});
