import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import {
  MESSAGES_MS,
  MOST_KNOWN,
  MOST_MESSAGES,
  type UnaskedMessagesWorld,
  unaskedMessages,
} from "../../../../src/vscode/messages/unaskedMessages.ts";

/** Messages that stand until `clear` takes them away. */
function shownMessages() {
  const shown: string[] = [];
  const logged: unknown[] = [];
  const world = { clock: 1_000_000 };
  let standing: (() => void)[] = [];
  const log: UnaskedMessagesWorld["log"] = { warn: (text, facts) => void logged.push([text, { ...facts }]) };
  const tell = unaskedMessages({ log, now: () => world.clock });
  return {
    ...{ shown, logged, world },
    tell(gateway: string | undefined, text: string): void {
      const show = () => {
        shown.push(`${gateway ?? "none"}: ${text}`);
        return new Promise<void>((resolve) => standing.push(resolve));
      };
      tell({ text, gateway, show });
    },
    async clear() {
      for (const gone of standing) gone();
      standing = [];
      await setImmediate();
    },
  };
}

test("a gateway that causes one message after another has a few of them shown, and takes none of another's", () => {
  const { tell, shown, logged, world } = shownMessages();
  for (let at = 0; at < 1000; at++) tell("bad", `no ${at}`);
  tell("good", "lost");
  tell(undefined, "file");
  assert.deepEqual(shown, [
    ...Array.from({ length: MOST_MESSAGES }, (_, at) => `bad: no ${at}`),
    "good: lost",
    "none: file",
  ]);
  const first = ["a message was not shown, after many like it", { gateway: "bad", text: `no ${MOST_MESSAGES}` }];
  assert.deepEqual(logged, [first]);
  world.clock += MESSAGES_MS;
  tell("bad", "later");
  assert.equal(shown.at(-1), "bad: later");
  assert.deepEqual(logged, [first, ["messages were not shown", { gateway: "bad", many: 1000 - MOST_MESSAGES }]]);
});

test("a text is not shown again while it stands, and is once it was taken away", async () => {
  const { tell, shown, clear, world } = shownMessages();
  tell("a", "lost");
  world.clock += 10 * MESSAGES_MS;
  tell("a", "lost");
  tell("b", "lost");
  assert.deepEqual(shown, ["a: lost", "b: lost"]);
  await clear();
  tell("a", "lost");
  assert.deepEqual(shown, ["a: lost", "b: lost", "a: lost"]);
});

test("a clock that is set back silences nobody, and what is known of gateways does not grow without end", () => {
  const { tell, shown, world } = shownMessages();
  for (let at = 0; at <= MOST_MESSAGES; at++) tell("a", `no ${at}`);
  world.clock -= 1000;
  tell("a", "before");
  assert.equal(shown.at(-1), "a: before");
  for (let at = 0; at < MOST_KNOWN; at++) tell(`gateway ${at}`, "lost");
  tell("a", "before");
  assert.equal(shown.at(-1), "a: before", "it was forgotten, and so was its text");
});

/** Where the editor's messages are shown by an act of the person, who waits for an answer, by what that act is. */
const asked: Readonly<Record<string, string>> = {
  "agents/agentTools.ts": "a gateway was just connected",
  "signIn/awsSignIn.ts": "a person signed in",
  "connect/failureStep.ts": "a step of connecting",
  "connect/nextSteps.ts": "a gateway was just connected",
  "messages/isConfirmed.ts": "the question before an act",
  "pagePanel.ts": "a page that was opened, once each",
  "toolPages/toolPages.ts": "a page that was opened",
  "traffic/trafficCommands.ts": "a command",
};

test("whatever the editor shows without an act of the person goes through one place", () => {
  const files = readdirSync("src/vscode", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const found = files.flatMap((file) => {
    const source = readFileSync(`src/vscode/${file}`, "utf8");
    const all = source.match(/show(?:Information|Warning|Error)Message\b|\btellFact\(/g) ?? [];
    const told =
      source.match(
        /show: \(\) =>\s*(?:vscode\.window\.show|tellFact\()|const show = async \(\): Promise<void> => \{\s*const chosen = await vscode\.window\.show/g,
      ) ?? [];
    const few = file === "team/suggestions.ts" ? 1 : 0;
    return file.startsWith("commands/") || file === "messages/tellFact.ts" || all.length === told.length + few
      ? []
      : [file];
  });
  assert.deepEqual(found.sort(), Object.keys(asked).sort());
});

test("what is told while a local gateway runs goes there too, and a command's own failure is always shown", () => {
  const local = readFileSync("src/vscode/commands/localGatewayCommands.ts", "utf8");
  assert.match(local, /tell\(\{ text: message, gateway: file, show \}\)/);
  assert.match(readFileSync("src/extension.ts", "utf8"), /registerCommands\(\{[^}]*showFailure: answerFailure \}\)/);
});
