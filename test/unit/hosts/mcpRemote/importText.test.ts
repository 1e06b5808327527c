import assert from "node:assert/strict";
import { test } from "node:test";
import { english } from "../../../../src/failures/translate.ts";
import { importText } from "../../../../src/hosts/mcpRemote/importText.ts";
import { readMcpRemoteEntry } from "../../../../src/hosts/mcpRemote/mcpRemoteEntry.ts";

const url = "https://gw.example.com/mcp";
const read = (more: { isOff?: true } = {}) => {
  const entry = readMcpRemoteEntry("old", { command: "npx", args: ["mcp-remote", url, "3335", "--debug"], ...more });
  assert.ok(entry);
  return entry;
};

test("an import says of each option what becomes of it", () => {
  assert.equal(
    importText(read()),
    [
      `${url}, through Gateway Connect.`,
      "✓ the port, kept: the browser comes back to port 3335",
      "– --debug, not needed: see Show Log",
    ].join("\n"),
  );
});

test("a gateway that is connected already keeps its settings, and none of the entry's is promised", () => {
  assert.equal(
    importText(read(), { connected: "work", hasEntry: true }),
    [
      `${url}, through Gateway Connect.`,
      'It is connected already, as "work": nobody signs in anew.',
      "The file has an entry of that connection: this one is taken out of it.",
      '– the port, not taken over: "work" goes on as it is connected',
      "– --debug, not needed: see Show Log",
    ].join("\n"),
  );
});

test("all that an import says is said in the person's language", () => {
  const words: Readonly<Record<string, string>> = {
    "{0}, through Gateway Connect.": "{0}, a través de Gateway Connect.",
    "the port": "el puerto",
    "the browser comes back to port {0}": "el navegador vuelve al puerto {0}",
    "{0}, kept: {1}": "{0}, se conserva: {1}",
    "{0}, not needed: {1}": "{0}, no hace falta: {1}",
    "see Show Log": "consulte «Mostrar registro»",
  };
  const say = (sentence: string, ...args: (string | number)[]) => english(words[sentence] ?? sentence, ...args);
  assert.equal(
    importText(read(), {}, say),
    [
      `${url}, a través de Gateway Connect.`,
      "✓ el puerto, se conserva: el navegador vuelve al puerto 3335",
      "– --debug, no hace falta: consulte «Mostrar registro»",
    ].join("\n"),
  );
});

test("an entry that is switched off stays so, and what the person has set goes before it", () => {
  const text = importText(read({ isOff: true }), { set: ["redirectPorts", "clientId"] });
  assert.deepEqual(
    { off: /switched off in the file, and stays so/.test(text), set: text.split("\n").at(-1) },
    { off: true, set: "Your settings have this for the address, and it stays as it is there: redirectPorts." },
  );
});
