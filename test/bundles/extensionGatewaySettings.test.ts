import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gatewaySettings } from "../../src/connections/settings/gatewaySettings.ts";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import type { BundleHost } from "../support/bundleHost.ts";
import { back, type Question } from "../support/editorApi.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

/** A gateway that is connected, and a person who answers the questions of Gateway Settings one by one, then gives up. */
const withAnswers = (
  answers: readonly (readonly [to: string | RegExp, answer: string])[],
  act: (host: BundleHost, sandbox: Sandbox, asked: readonly Question[]) => Promise<void>,
  prepare: (host: BundleHost) => void = () => {},
) => {
  const left = [...answers];
  const asked: Question[] = [];
  let isSetting = false;
  const answer = (question: Question) => {
    if (!isSetting) return undefined;
    asked.push(question);
    if (left.length === 0) return undefined;
    const [to, given] = left.shift() ?? ["", ""];
    assert.match(question.text, typeof to === "string" ? new RegExp(`^${to}`) : to);
    return given;
  };
  return withEditor({ answer }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
    prepare(host);
    isSetting = true;
    await host.run("openSettings");
    await act(host, sandbox, asked);
    assert.deepEqual(left, []);
  });
};

const set = (host: BundleHost, { gatewayUrl }: Sandbox) =>
  (host.editor.settings["gatewayConnect.gateways"] as Record<string, unknown> | undefined)?.[gatewayUrl];

test("Gateway Settings lists all that can be set for a gateway, and writes what the person gives", () =>
  withAnswers(
    [
      ["Settings of local-", "redirectHost"],
      ["redirectHost of local-", "127.0.0.1"],
      ["Settings of local-", "scopes"],
      ["scopes of local-.*Several are separated by spaces", "tools.read offline_access"],
    ],
    async (host, sandbox, asked) => {
      const offered = asked[0]?.choices ?? [];
      const missing = Object.keys(gatewaySettings).filter((name) => !offered.includes(name));
      assert.deepEqual(missing, []);
      assert.deepEqual(asked[4]?.choices.slice(0, 3), ["scopes", "redirectHost", "clientId"]);
      assert.deepEqual(set(host, sandbox), { redirectHost: "127.0.0.1", scopes: ["tools.read", "offline_access"] });
    },
  ));

test("nothing is written by looking, by going back, or by choosing what is not set", () =>
  withAnswers(
    [
      ["Settings of local-", "audience"],
      ["audience of local-", back],
      ["Settings of local-", "dpop"],
      ["dpop of local-", "Not set"],
    ],
    async (host, sandbox) => assert.equal(set(host, sandbox), undefined),
  ));

test("what was set is taken back, and leaves no entry with nothing in it", () =>
  withAnswers(
    [
      ["Settings of local-", "dpop"],
      ["dpop of local-", "false"],
      ["Settings of local-", "audience"],
      ["audience of local-", "api://default"],
      ["Settings of local-", "dpop"],
      ["dpop of local-", "Not set"],
      ["Settings of local-", "audience"],
      ["audience of local-.*Leave it empty to take it back", ""],
    ],
    async (host, sandbox, asked) => {
      assert.equal(asked.filter(({ text }) => text.startsWith("Settings of")).length, 5);
      assert.equal(set(host, sandbox), undefined);
    },
  ));

test("where a secret is read is chosen and typed, after going back to another place, and never as the secret itself", () =>
  withAnswers(
    [
      ["Settings of local-", "clientSecret"],
      ["clientSecret of local-", "environment"],
      ["clientSecret of local-.*environment variable", back],
      ["clientSecret of local-", "command"],
      ["clientSecret of local-.*A program and its arguments", "op read op://vault/secret"],
    ],
    async (host, sandbox) => {
      assert.deepEqual(set(host, sandbox), { clientSecret: { command: ["op", "read", "op://vault/secret"] } });
    },
  ));

test("what has members of its own is written as JSON, at an entry that is there and changes nothing", () => {
  const opened: unknown[] = [];
  return withAnswers(
    [["Settings of local-", "headers"]],
    async (host, sandbox) => {
      assert.deepEqual(opened, [{ revealSetting: { key: "gatewayConnect.gateways" } }]);
      assert.deepEqual(set(host, sandbox), {});
    },
    (host) => void host.editor.commands.set("workbench.action.openApplicationSettingsJson", (how) => opened.push(how)),
  );
});

test("settings.json is opened at the setting of the gateway, where a comment names it too", () => {
  let text = "";
  return withAnswers(
    [["Settings of local-", "headers"]],
    async ({ editor }) => {
      await until(() => editor.cursors.length > 0, "the cursor");
      assert.deepEqual(editor.cursors, [text.lastIndexOf('{"x-team"') + 1]);
    },
    ({ editor, storage }) => {
      const headers = { "x-team": "data" };
      const [{ url }] = JSON.parse(readFileSync(join(storage, "connections.json"), "utf8")).connections;
      editor.settings["gatewayConnect.gateways"] = { [url]: { headers } };
      const member = `"gatewayConnect.gateways": {"${url}": {"headers": ${JSON.stringify(headers)}}}`;
      text = `{\n  // ${member}\n  ${member},\n}`;
      editor.commands.set("workbench.action.openApplicationSettingsJson", () => {
        editor.activeText = text;
      });
    },
  );
});

test("settings that the editor does not write are told with what it says, and with what to do", () =>
  withAnswers(
    [
      ["Settings of local-", "dpop"],
      ["dpop of local-", "false"],
    ],
    async (host, sandbox) => {
      assert.equal(set(host, sandbox), undefined);
      const find = () => host.editor.shown.find((text) => text.includes("(setting_not_written)"));
      const told = await until(find, "the message");
      assert.match(
        told,
        /gatewayConnect\.gateways cannot be written.*the file has unsaved changes.*Save settings\.json/s,
      );
    },
    ({ editor }) => {
      editor.refusesSettings = "Unable to write into user settings because the file has unsaved changes.";
    },
  ));

test("without a gateway the settings editor opens with those of the extension", () =>
  withEditor({}, async (host) => {
    const opened: unknown[] = [];
    host.editor.commands.set("workbench.action.openSettings", (what) => opened.push(what));
    await host.run("openSettings");
    assert.deepEqual(opened, ["@ext:gateway-connect.gateway-connect"]);
  }));
