import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Answers } from "../support/editorApi.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

const extension = "gateway-connect.gateway-connect";
const linkTo = (url: string, more = ""): string =>
  `vscode://${extension}/connect?url=${encodeURIComponent(url)}${more}`;
const isQuestion = ({ text }: { readonly text: string }) => text === "Connect the gateway of this link?";
const connects: Answers = (question) => (isQuestion(question) ? "Connect" : undefined);

test("a link is shown whole and asked about before anything is asked of a server, then the gateway is connected with it", () => {
  let requests: number | undefined;
  let seen = (): number => 0;
  return withEditor(
    {
      sandbox: { registration: false },
      answer(question) {
        if (isQuestion(question)) requests = seen();
        return connects(question);
      },
    },
    async ({ editor }, sandbox) => {
      seen = () => Object.values(sandbox.observe().gatewayStatuses).reduce((sum, count) => sum + count, 0);
      editor.followLink(
        linkTo(sandbox.gatewayUrl, `&name=Finance&clientId=${sandbox.clientId}&scopes=openid%20gateway.read`),
      );
      await until(() => editor.shown.some((text) => text.includes("Connected to Finance")), "the connection");
      const { detail = "" } = editor.asked.find(isQuestion) ?? {};
      const asked = new URL(editor.opened[0] ?? "about:blank").searchParams;
      assert.deepEqual(
        {
          requests,
          detail: detail.split("\n").slice(0, 4),
          page: [asked.get("client_id"), asked.get("scope")],
          set: editor.settings["gatewayConnect.gateways"],
        },
        {
          requests: 0,
          detail: [
            `Address: ${sandbox.gatewayUrl}`,
            "Name: Finance",
            `Client ID: ${sandbox.clientId}`,
            "Scopes: openid gateway.read",
          ],
          page: [sandbox.clientId, "openid gateway.read"],
          set: { [sandbox.gatewayUrl]: { clientId: sandbox.clientId, scopes: ["openid", "gateway.read"] } },
        },
      );
    },
  );
});

test("a link that nobody agrees to, one that is hostile, and one of a gateway that is connected change nothing", () =>
  withEditor({ answer: () => undefined }, async ({ editor, run }, sandbox) => {
    const before = { ...editor.settings };
    editor.followLink(linkTo(sandbox.gatewayUrl, "&clientId=other"));
    await until(() => editor.asked.some(isQuestion), "the question");
    editor.followLink(linkTo("https://ada:s3cret@gateway.example.com/mcp"));
    editor.followLink(linkTo(sandbox.gatewayUrl, "&clientSecret=s3cret"));
    await until(() => editor.shown.filter((text) => text.includes("(link_refused)")).length === 2, "the refusals");
    editor.followLink(`vscode://${extension}/signed-in`);
    await setImmediate();
    const asked = [editor.opened.length, sandbox.observe().gatewayStatuses, editor.settings];
    await run("connect", sandbox.gatewayUrl);
    await until(() => editor.shown.some((text) => text.includes("Connected to")), "the connection");
    const questions = editor.asked.filter(isQuestion).length;
    editor.followLink(linkTo(sandbox.gatewayUrl, "&clientId=other"));
    await until(() => editor.shown.some((text) => text.includes("The link changed nothing")), "what it says");
    assert.deepEqual(
      {
        asked,
        more: editor.asked.filter(isQuestion).length - questions,
        settings: editor.settings,
        secret: editor.shown.filter((text) => text.includes("s3cret")),
      },
      { asked: [0, {}, before], more: 0, settings: before, secret: [] },
    );
  }));

test("Copy Set-up Link copies the address, the name and what is set for people to share, and no secret", () =>
  withEditor(
    {
      gateway: (sandbox) => ({ clientId: sandbox.clientId, scopes: ["openid", "gateway.read"] }),
      sandbox: { recordSecrets: true },
    },
    async ({ editor, run }, sandbox) => {
      await run("connect", sandbox.gatewayUrl);
      await until(() => editor.shown.some((text) => text.includes("Connected to")), "the connection");
      await run("copySetUpLink");
      const { protocol, host, pathname, searchParams } = new URL(editor.clipboard);
      const { name, ...rest } = Object.fromEntries(searchParams);
      assert.deepEqual(
        {
          ...{ protocol, host, pathname, rest, named: /^local-\d+$/.test(name ?? "") },
          secrets: sandbox.issuedSecrets().filter(({ value }) => editor.clipboard.includes(value)),
        },
        {
          ...{ protocol: "vscode:", host: extension, pathname: "/connect", named: true, secrets: [] },
          rest: { url: sandbox.gatewayUrl, clientId: sandbox.clientId, scopes: "openid gateway.read" },
        },
      );
    },
  ));
