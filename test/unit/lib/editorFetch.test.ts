import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { editorFetch } from "../../../src/lib/editorFetch.ts";
import { wholeBody } from "../../../src/lib/httpPort.ts";
import { until } from "../../support/until.ts";

/** Lets the engine collect what nobody has any more. */
async function collected(): Promise<void> {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  for (let time = 0; time < 5; time++) {
    gc();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Seen {
  readonly url: string;
  readonly asked: (string | undefined)[];
  readonly bodies: string[];
  readonly send: (more?: { readonly method?: string; readonly signal?: AbortSignal }) => Promise<{
    readonly status: number;
    readonly location: string | null;
    readonly text: string;
  }>;
}

/** A server, Node's own `fetch` towards it, and how that was asked. */
async function withServer(answer: RequestListener, act: (seen: Seen) => Promise<void>): Promise<void> {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    bodies.push(Buffer.concat(parts).toString());
    answer(request, response);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
  const asked: (string | undefined)[] = [];
  const fetchIt = editorFetch((input, init) => {
    asked.push(init?.redirect);
    return fetch(input, init);
  });
  try {
    await act({
      ...{ url, asked, bodies },
      async send({ method = "POST", ...more } = {}) {
        const body = method === "POST" ? "{}" : undefined;
        const found = await fetchIt(url, { method, redirect: "manual", ...(body && { body }), ...more });
        const text = Buffer.from(await wholeBody(found.body, 1000)).toString();
        return { status: found.status, location: found.headers.get("location"), text };
      },
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("an address that has answered is asked without the copy that a redirect would need", () =>
  withServer(
    (_request, response) => response.end("good"),
    async ({ send, asked, bodies }) => {
      for (let call = 0; call < 3; call++) assert.equal((await send()).text, "good");
      assert.deepEqual({ asked, bodies }, { asked: ["manual", "error", "error"], bodies: ["{}", "{}", "{}"] });
    },
  ));

for (const status of [301, 302, 303, 307, 308]) {
  test(`an address that redirects later, with ${status}, says where to, and is asked with a copy from then on`, () => {
    let isMoved = false;
    return withServer(
      (_request, response) => {
        if (isMoved) response.writeHead(status, { location: "/elsewhere" }).end("moved");
        else response.end("good");
      },
      async ({ send, asked }) => {
        await send();
        isMoved = true;
        for (let call = 0; call < 2; call++) {
          assert.deepEqual(await send(), { status, location: "/elsewhere", text: "moved" });
        }
        assert.deepEqual(asked, ["manual", "error", "manual", "manual"]);
      },
    );
  });
}

test("what redirects from the start, or refuses, is asked with a copy, and so is what has no body", () =>
  withServer(
    ({ method }, response) => response.writeHead(method === "GET" ? 200 : 401).end(),
    async ({ send, asked }) => {
      for (const method of ["POST", "POST", "GET", "GET"]) await send({ method });
      assert.deepEqual(asked, ["manual", "manual", "manual", "manual"]);
    },
  ));

test("a connection that breaks, and a caller who leaves, are no redirect: nothing is asked twice", () => {
  let then: "answer" | "break" | "wait" = "answer";
  return withServer(
    (request, response) => {
      if (then === "break") request.socket.destroy();
      else if (then === "answer") response.end("good");
    },
    async ({ send, bodies }) => {
      await send();
      then = "break";
      await assert.rejects(send(), { name: "TypeError", message: "fetch failed" });
      then = "wait";
      await assert.rejects(send({ signal: AbortSignal.timeout(200) }), { name: "TimeoutError" });
      assert.equal(bodies.length, 3);
    },
  );
});

test("a stream is left when its signal says so, though Node has forgotten the signal, and what was read stays", async () => {
  let [isOpen, isClosed] = [false, false];
  await withServer(
    (_request, response) => {
      if (!isOpen) return response.end("good");
      response.writeHead(200).write("first");
      response.once("close", () => {
        isClosed = true;
      });
    },
    async ({ url }) => {
      const leaving = new AbortController();
      const own = editorFetch();
      const ask = async () =>
        await own(url, { method: "POST", redirect: "manual", body: "{}", signal: leaving.signal });
      await wholeBody((await ask()).body, 100);
      isOpen = true;
      const read: string[] = [];
      const ended = (async () => {
        for await (const piece of (await ask()).body ?? []) read.push(Buffer.from(piece).toString());
      })();
      ended.catch(() => {});
      await until(() => read.length > 0, "the first piece");
      await collected();
      leaving.abort(new Error("left"));
      await assert.rejects(ended, { message: "left" });
      await until(() => isClosed, "the end of the stream");
      assert.deepEqual(read, ["first"]);
    },
  );
});
