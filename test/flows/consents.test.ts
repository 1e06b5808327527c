import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { ConsentEnding, ConsentPage } from "../../src/relay/consent/consents.ts";
import { DECLINED_MS, MOST_DECLINES } from "../../src/relay/declines.ts";
import { type ConsentTarget, consentTarget } from "../support/consentTarget.ts";
import { socketFetch } from "../support/relayEditor.ts";
import { startGateway } from "../support/relayGateways.ts";
import { type RelayWorldForTests, startRelay } from "../support/relayWorld.ts";
import { until } from "../support/until.ts";

interface Asked {
  /** How much later it is than it is, in milliseconds. */
  laterMs: number;
  readonly pages: ConsentPage[];
  /** What the person does at the page. */
  act: (page: ConsentPage) => ConsentEnding | Promise<ConsentEnding>;
}

/** A relay in front of a target that needs a consent, with a person who can be asked unless `hasNobody`. */
async function withTarget(
  era: "legacy" | "modern",
  body: (target: ConsentTarget, asked: Asked, world: RelayWorldForTests) => Promise<void>,
  { hasNobody = false } = {},
): Promise<void> {
  const target = consentTarget(era);
  const gateway = await startGateway(era, 0, (request) => target.answer(request));
  const asked: Asked = {
    laterMs: 0,
    pages: [],
    act: () => {
      target.given = true;
      return "done";
    },
  };
  const ask = async (page: ConsentPage) => {
    asked.pages.push(page);
    return await asked.act(page);
  };
  const world = await startRelay(
    gateway.url,
    hasNobody ? {} : { consents: { ask }, now: () => Date.now() + asked.laterMs },
  );
  try {
    await body(target, asked, world);
  } finally {
    await world.stop();
    await gateway.stop();
  }
}

/** An editor of today, which calls the tool. */
async function startEditor(world: RelayWorldForTests, { opensUrls = false } = {}) {
  const client = new Client(
    { name: "editor", version: "1" },
    { capabilities: opensUrls ? { elicitation: { form: {}, url: {} } } : {} },
  );
  const url = new URL("http://localhost/test");
  await client.connect(new StreamableHTTPClientTransport(url, { fetch: socketFetch(world.socket, []) as never }));
  const call = async () => {
    try {
      const { content, isError } = await client.callTool({ name: "calendar___list" });
      return { isError: isError === true, text: (content as { text: string }[])[0]?.text ?? "" };
    } catch (error) {
      return { code: (error as { code: number }).code };
    }
  };
  return { client, call };
}

const meetings = { isError: false, text: "three meetings" };

for (const era of ["legacy", "modern"] as const) {
  test(`a ${era} gateway: who opens no pages is asked here, and the call goes out once more`, () =>
    withTarget(era, async (target, asked, world) => {
      const { call } = await startEditor(world);
      const answers = [await call(), await call()];
      assert.deepEqual(
        { answers, pages: asked.pages, named: target.pages },
        {
          answers: [meetings, meetings],
          pages: [
            {
              gateway: "Test",
              target: "calendar",
              url: "https://login.example.com/consent?page=1",
              message: "Let calendar read your meetings",
              isUsual: false,
            },
          ],
          named: 1,
        },
      );
    }));

  test(`a ${era} gateway: calls that come together ask the person once`, () =>
    withTarget(era, async (target, asked, world) => {
      let agree = () => {};
      asked.act = () =>
        new Promise((resolve) => {
          agree = () => {
            target.given = true;
            resolve("done");
          };
        });
      const { call } = await startEditor(world);
      const calls = [call(), call(), call()];
      await until(() => target.pages === 3, "each call is answered with a page");
      agree();
      assert.deepEqual([await Promise.all(calls), asked.pages.length], [[meetings, meetings, meetings], 1]);
    }));

  test(`a ${era} gateway: a person who cancels is no error of the editor, and agents have the page in words for some minutes`, () =>
    withTarget(era, async (target, asked, world) => {
      const agree = asked.act;
      asked.act = () => "cancelled";
      const { call } = await startEditor(world);
      const declined = await call();
      const repeated = [];
      for (let count = 0; count < 20; count++) repeated.push(await call());
      const whileDeclined = asked.pages.length;
      asked.laterMs = DECLINED_MS;
      asked.act = agree;
      const after = await call();
      const named = repeated.filter(({ text }) => text?.includes("https://login.example.com/consent?page="));
      assert.deepEqual(
        {
          isError: declined.isError,
          says: /consent that calendar needs was not given/.test(declined.text ?? ""),
          ...{ whileDeclined, named: named.length, errors: repeated.filter(({ isError }) => isError).length },
          ...{ after, asked: asked.pages.length, pages: target.pages },
        },
        { isError: true, says: true, whileDeclined: 1, named: 20, errors: 20, after: meetings, asked: 2, pages: 22 },
      );
    }));

  test(`a ${era} gateway: a person who declined is asked at once when they run the tool, or want to consent again`, () =>
    withTarget(era, async (_target, asked, world) => {
      asked.act = () => "cancelled";
      const { call } = await startEditor(world);
      const own = async () => await world.relay.own.callTool("calendar___list", {}).catch(() => {});
      const counts = [];
      for (const act of [call, own, call, own, call]) {
        await act();
        counts.push(asked.pages.length);
      }
      world.relay.consentAnew("calendar");
      await call();
      assert.deepEqual({ counts, anew: asked.pages.length }, { counts: [1, 2, 2, 3, 3], anew: 4 });
    }));

  test(`a ${era} gateway: targets that ask together are asked about one after another, and not without end`, () =>
    withTarget(era, async (target, asked, world) => {
      target.tools = ["calendar", "mail", "files", "notes", "tasks"].map((name) => `${name}___list`);
      let standing = 0;
      let most = 0;
      asked.act = async () => {
        most = Math.max(most, ++standing);
        await setImmediate();
        standing--;
        return "cancelled" as const;
      };
      const { client } = await startEditor(world);
      const answers = await Promise.all(target.tools.map(async (name) => (await client.callTool({ name })).isError));
      assert.deepEqual(
        { answers, most, asked: asked.pages.length },
        { answers: [true, true, true, true, true], most: 1, asked: MOST_DECLINES },
      );
    }));

  test(`a ${era} gateway that asks for a page right after a page is told as what it is, and is not asked for ever`, () =>
    withTarget(era, async (target, asked, world) => {
      asked.act = () => "done";
      const { call } = await startEditor(world);
      const { isError, text } = await call();
      assert.deepEqual(
        {
          isError,
          names: /CompleteResourceTokenAuth/.test(text ?? ""),
          asked: asked.pages.length,
          named: target.pages,
        },
        { isError: true, names: true, asked: 1, named: 2 },
      );
    }));

  test(`a ${era} gateway: where nobody can be asked, the agent reads the page and what to do`, () =>
    withTarget(
      era,
      async (target, _asked, world) => {
        const { call } = await startEditor(world);
        const { isError, text } = await call();
        target.given = true;
        assert.deepEqual(
          { isError, names: text?.includes("https://login.example.com/consent?page=1"), after: await call() },
          { isError: true, names: true, after: meetings },
        );
      },
      { hasNobody: true },
    ));

  test(`a ${era} gateway: the extension's own call asks too, and another account is asked for once`, () =>
    withTarget(era, async (target, asked, world) => {
      const own = async () => await world.relay.own.callTool("calendar___list", {});
      await own();
      world.relay.consentAnew("calendar");
      await own();
      await own();
      assert.deepEqual({ forgotten: target.forgotten, asked: asked.pages.length }, { forgotten: 1, asked: 2 });
    }));
}

test("a caller that opens pages is handed the question, and a page right after it is explained", () =>
  withTarget("legacy", async (target, asked, world) => {
    const { call } = await startEditor(world, { opensUrls: true });
    const [first, second, third] = [await call(), await call(), await call()];
    target.given = true;
    const after = [await call(), await call()];
    assert.deepEqual(
      {
        codes: [first.code, third.code],
        explained: /CompleteResourceTokenAuth/.test(second.text ?? ""),
        after,
        asked: asked.pages.length,
      },
      { codes: [-32042, -32042], explained: true, after: [meetings, meetings], asked: 0 },
    );
  }));

const unsafe = ["http://gw.example/consent", "javascript:alert(1)", "file:///etc/passwd", "command:x", "no address"];
for (const era of ["legacy", "modern"] as const)
  for (const page of unsafe)
    test(`a ${era} gateway: ${page} is shown to nobody, and named to no agent`, () =>
      withTarget(era, async (target, asked, world) => {
        target.page = page;
        const { call } = await startEditor(world);
        const answered = await call();
        assert.deepEqual([answered.code, answered.text, asked.pages], [-32602, undefined, []]);
      }));
