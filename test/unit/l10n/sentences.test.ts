import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { bypassingLiterals } from "../../../scripts/l10n/literals.ts";
import { collectSentences } from "../../../scripts/l10n/sentences.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import { advisedCodes } from "../../../src/failures/providerErrors.ts";
import { everyFailure } from "../../support/failureSamples.ts";
import { makeTemporaryFolder } from "../../support/temporaryFolder.ts";

const folder = makeTemporaryFolder("gateway-connect-l10n");
after(() => rmSync(folder, { recursive: true, force: true }));

function source(text: string): readonly string[] {
  const file = join(folder, "source.ts");
  writeFileSync(file, text);
  return [file];
}

test("every sentence that is said is found, wherever it stands, and nothing else", () => {
  const found = collectSentences(
    source(`
      // say("not this one")
      const quoted = /["\`]say("nor this")/.test(x) ? 1 / 2 : "say(\\"none\\")";
      say("A plain one.");
      vscode.l10n.t('With "quotes" and {0}.', name);
      world.translate(isOne ? "One." : "Many: {0}.", many);
      const late = translatable("Said later.");
      const text = \`in a template \${say(\`Inside {0}.\`, \`\${a}\`)}\`;
      stream.say("to a program");
      function say(text: string) { return text; }
    `),
  );
  assert.deepEqual(found, {
    all: ["A plain one.", "Inside {0}.", "Many: {0}.", "One.", "Said later.", 'With "quotes" and {0}.'],
    unknown: [],
  });
});

test("what is said but is no text of its own is told, since nobody could translate it", () => {
  const { all, unknown } = collectSentences(source("say(text); say(`${a} and more`); say(is ? text : 'B');"));
  assert.deepEqual([all, unknown.length], [[], 3]);
});

test("a text that a person sees and that goes past translation is found; names, logs and data are none", () => {
  const found = bypassingLiterals(
    source(`
      show("Remove");
      show(\`Signed in to \${name}.\`);
      show("$(trash) Remove it");
      show("Don't Add");
      show(\`\${name} is there already.\`, \`{ "\${name}": 1 }\`);
      show(say("Said."), "Gateway Connect", "application/json", "connection:id");
      log.info("a sign-in has ended", { "Content-Type": "x" });
      throw new Error("A fault of ours.");
    `),
  ).map((line) => line.slice(line.indexOf(": ") + 2));
  assert.deepEqual(found, [
    ...["Remove", "Signed in to {0}.", "$(trash) Remove it", "Don't Add", "{0} is there already."],
  ]);
});

test("the words of every failure are among the sentences that are found, advice about providers' codes too", () => {
  const { all } = collectSentences();
  const known = new Set(all);
  const said = new Set<string>();
  for (const failure of everyFailure()) {
    failureText(failure, (text) => {
      said.add(text);
      return text;
    });
  }
  assert.deepEqual(
    [...said].filter((text) => !known.has(text)),
    [],
  );
  assert.ok(said.size > 150 && advisedCodes.length > 10, `${said.size} sentences`);
});
