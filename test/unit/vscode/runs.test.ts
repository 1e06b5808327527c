import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gateways } from "../../../src/connections/gateways.ts";
import { GatewayFailure } from "../../../src/failures/failure.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import type { ToPage } from "../../../src/toolPage/messages.ts";
import { subjectOf } from "../../../src/toolPage/subject.ts";
import { takeWarnings } from "../../support/fakeWarnings.ts";

/** The questions that were asked, and how the next is answered. */
const questions: { readonly text: string; readonly detail: string }[] = [];
let answer: string | undefined;
takeWarnings("modal", async (text: string, { detail }: { readonly detail: string }) => {
  questions.push({ text, detail });
  return answer;
});
const { Runs } = await import("../../../src/vscode/toolPages/runs.ts");

const reference = { kind: "tool", gateway: "c1", name: "jira___delete" } as const;
const destructive = subjectOf("tool", {
  name: reference.name,
  title: "Delete all",
  annotations: { destructiveHint: true },
});
const harmless = subjectOf("tool", { name: reference.name });

type Call = (args: unknown, options: { readonly signal: AbortSignal }) => Promise<Record<string, unknown>>;

/** The runs of a page, and what came of them. */
function startRuns(call: Call = async () => ({ content: [] })) {
  const told: ToPage[] = [];
  const calls: unknown[] = [];
  const own = {
    callTool: (name: string, args: unknown, options: { readonly signal: AbortSignal }) => {
      calls.push([name, args]);
      return call(args, options);
    },
  };
  const gateways = {
    find: () => ({ id: "c1", name: "finance" }),
    relay: async () => ({ own }),
    state: async () => ({
      kind: "signedIn",
      tokens: { account: { id: "ada", label: "Ada Lovelace" }, server: { issuer: "https://idp.example" } },
    }),
  } as unknown as Gateways;
  const draft = { history: [], results: new Map() };
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const world = {
    gateways,
    failureWords: failureText,
    log: quiet,
    now: () => 0,
    tell: (one: ToPage) => void told.push(one),
  };
  return { runs: new Runs(reference, draft, world), told, calls, draft };
}

test("a tool that may destroy something runs only after a question that names it, the gateway, the account and what it gets", async () => {
  const { runs, told, calls } = startRuns();
  questions.length = 0;
  answer = undefined;
  await runs.run(destructive, { id: 7 });
  const refused = { calls: calls.length, told: told.map(({ kind }) => kind) };
  answer = "Run";
  await runs.run(destructive, { id: 7 });
  await runs.run(harmless, {});
  assert.deepEqual(
    { refused, calls, questions },
    {
      refused: { calls: 0, told: ["notRun"] },
      calls: [
        ["jira___delete", { id: 7 }],
        ["jira___delete", {}],
      ],
      questions: Array(2).fill({
        text: 'Run "Delete all"? It says that it may destroy something.',
        detail: 'Tool: jira___delete\nGateway: finance, as Ada Lovelace at idp.example\nArguments: {"id":7}',
      }),
    },
  );
});

test("one run goes at a time, and cancelling ends it at the gateway", async () => {
  let ended = false;
  const { runs, told, calls } = startRuns(
    (_, { signal }) =>
      new Promise((_done, failed) =>
        signal.addEventListener("abort", () => {
          ended = true;
          failed(signal.reason);
        }),
      ),
  );
  const first = runs.run(harmless, {});
  await runs.run(harmless, {});
  while (calls.length === 0) await new Promise((done) => setImmediate(done));
  runs.cancel();
  await first;
  const last = told.at(-1);
  assert.deepEqual(
    { calls: calls.length, ended, outcome: last?.kind === "ended" && last.run.outcome },
    { calls: 1, ended: true, outcome: { kind: "cancelled" } },
  );
});

test("a failure is told in words with its code, and the last 20 runs are kept", async () => {
  const refusal = new GatewayFailure("answered_with_error", {
    what: "jira___delete",
    error: -32602,
    words: "no such id",
  });
  const { runs, told, draft } = startRuns(async (args) => {
    if ((args as { n: number }).n === 0) throw refusal;
    return { content: [], n: (args as { n: number }).n };
  });
  for (let n = 0; n < 25; n++) await runs.run(harmless, { n });
  const [failed] = told.flatMap((one) =>
    one.kind === "ended" && one.run.outcome.kind === "failed" ? [one.run.outcome] : [],
  );
  assert.deepEqual(
    { failed, history: draft.history.length, results: [...draft.results.keys()].length, first: draft.history[0] },
    {
      failed: {
        kind: "failed",
        title: "jira___delete answered with an error.",
        detail: "Expected a result. Found the error -32602 of JSON-RPC. In its own words: “no such id”.",
        nextStep:
          "Change the arguments as the error says, and try again. If they are right, show it to whoever runs the server behind it.",
        code: "answered_with_error",
      },
      history: 20,
      results: 20,
      first: draft.history[0],
    },
  );
});
