import assert from "node:assert/strict";
import { test } from "node:test";
import { wholeBody } from "../../../src/lib/httpPort.ts";
import { inProcess } from "../../../src/lib/inProcess.ts";
import { emptyReply, jsonReply, type ReplyStream } from "../../../src/lib/servedHttp.ts";

const textOf = async (body: Parameters<typeof wholeBody>[0]) => new TextDecoder().decode(await wholeBody(body, 1000));

test("a request in the same process is answered as over a connection, whole or piece by piece", async () => {
  const asked: unknown[] = [];
  let over = 0;
  const send = inProcess(async (request) => {
    const { method, target, headers, body } = request;
    asked.push([method, target, headers.get("X-One"), headers.get("x-two"), new TextDecoder().decode(body)]);
    request.onOver(() => over++);
    if (method === "GET") return emptyReply(204);
    const write = (to: ReplyStream) => {
      to.write(["a", new TextEncoder().encode("b")]);
      setImmediate(() => {
        to.write(["c"]);
        to.end();
      });
    };
    return target === "/stream" ? { status: 200, headers: {}, body: write } : jsonReply(404, { x: 1 });
  });
  const whole = await send("http://localhost/a?b", { method: "POST", headers: { "x-one": "1" }, body: "é" });
  const streamed = await send("http://localhost/stream", { method: "POST" });
  const empty = await send("http://localhost/");
  assert.deepEqual(
    {
      asked,
      whole: [whole.status, whole.ok, whole.headers.get("Content-Type"), await textOf(whole.body)],
      streamed: [streamed.ok, await textOf(streamed.body)],
      empty: [empty.status, await textOf(empty.body)],
      over,
    },
    {
      asked: [
        ["POST", "/a?b", "1", null, "é"],
        ["POST", "/stream", null, null, ""],
        ["GET", "/", null, null, ""],
      ],
      whole: [404, false, "application/json", '{"x":1}'],
      streamed: [true, "abc"],
      empty: [204, ""],
      over: 3,
    },
  );
});

test("whoever gives a request up ends it for the one who answers, with the reason for the one who reads", async () => {
  const ended: string[] = [];
  const send = inProcess(async (request) => {
    request.signal.addEventListener("abort", () => ended.push(request.target));
    return { status: 200, headers: {}, body: (to) => to.write(["begun"]) };
  });
  const giveUp = new AbortController();
  const aborted = await send("http://localhost/aborted", { signal: giveUp.signal });
  const cancelled = await send("http://localhost/cancelled");
  const reading = textOf(aborted.body);
  giveUp.abort(new Error("given up"));
  await assert.rejects(reading, /given up/);
  await cancelled.body?.cancel();
  await assert.rejects(send("http://localhost/late", { signal: giveUp.signal }), /given up/);
  assert.deepEqual(ended, ["/aborted", "/cancelled"]);
});
