import assert from "node:assert/strict";
import { test } from "node:test";
import type { Question } from "../support/editorApi.ts";
import { endToken, keptSessions, stateOf, tellOfKeyring, withEditorAndKeyring } from "../support/sharedSignIn.ts";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { startStandalone } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";

const agrees = ({ choices }: Question) => choices.find((choice) => /^(Share Sign-In|Keep It Here)$/.test(choice));

test("a sign-in that is shared is used by the program without an editor without a page, and renewed once for both", () =>
  withEditorAndKeyring({ answer: agrees }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    assert.deepEqual(computer.keyringCalls(), [], "nobody needs the keychain so far");
    await host.run("shareSignIn");
    const question = host.editor.asked.find(({ choices }) => choices.includes("Share Sign-In"));
    assert.match(
      question?.text ?? "",
      /Share the sign-in to local-\d+ as Ada Lovelace at .* with your other programs\?/,
    );
    assert.match(question?.detail ?? "", /programs that are not ours/);
    assert.equal(keptSessions(computer).length, 1);
    assert.equal(await stateOf(host), "signedIn");

    endToken(computer);
    tellOfKeyring(host, computer);
    const [standalone] = await Promise.all([
      startStandalone([sandbox.gatewayUrl, ...computer.browser()], computer.env).then(async (one) => {
        assert.match(await one.call("sample___whoami"), /Ada Lovelace/);
        return one;
      }),
      host.run("pingGateway"),
    ]);
    await standalone.close();
    assert.equal(sandbox.observe().grants.refresh_token, 1);
    assert.deepEqual([computer.opened().length, host.editor.opened.length], [0, 1]);
  }));

test("signing out without an editor signs the editor out too, and everything is revoked once", () =>
  withEditorAndKeyring({ answer: agrees }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("shareSignIn");
    const { code, said } = await endedStandalone([sandbox.gatewayUrl, "--sign-out"], { env: computer.env });
    assert.equal(code, 0, said);
    assert.deepEqual(sandbox.observe().revocations, ["refresh_token", "access_token"], said);
    tellOfKeyring(host, computer);
    assert.equal(await stateOf(host), "signedOut");
    await host.run("signOut");
    assert.deepEqual(sandbox.observe().revocations, ["refresh_token", "access_token"]);
    assert.deepEqual(keptSessions(computer), []);
  }));

test("signing out in the editor signs a program without one out too, and leaves nothing in the keychain", () =>
  withEditorAndKeyring({ answer: agrees }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("shareSignIn");
    const standalone = await startStandalone([sandbox.gatewayUrl, "--browser", "none"], computer.env);
    assert.match(await standalone.call("sample___whoami"), /Ada Lovelace/);
    await host.run("signOut");
    assert.deepEqual(sandbox.observe().revocations, ["refresh_token", "access_token"]);
    const kept = () => Object.entries(computer.keyring()).filter(([name]) => !/entry gateway:/.test(name));
    await until(() => kept().length === 0, "nothing is left");
    await standalone.close();
    const again = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], computer.env);
    assert.match(await again.call("sample___whoami"), /Ada Lovelace/);
    await again.close();
    assert.equal(computer.opened().length, 1, "it signs in by itself");
    assert.equal(await stateOf(host), "signedOut");
  }));

test("a sign-in that is taken back is the editor's alone", () =>
  withEditorAndKeyring({ answer: agrees }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("shareSignIn");
    await host.run("shareSignIn");
    assert.deepEqual(keptSessions(computer), []);
    assert.equal(await stateOf(host), "signedIn");
    assert.deepEqual(sandbox.observe().revocations, []);
    assert.match(host.editor.shown.join("\n"), /The sign-in to local-\d+ is this editor's alone again\./);
  }));

test("without a keychain nothing moves, and the failure says why", () =>
  withEditorAndKeyring({ answer: agrees }, async (host, sandbox, computer) => {
    await host.run("connect", sandbox.gatewayUrl);
    process.env.PATH = "/nowhere";
    await host.run("shareSignIn");
    await until(
      () => /The keychain of this computer cannot be used\./.test(host.editor.shown.join("\n")),
      "it is said",
    );
    assert.deepEqual([keptSessions(computer), await stateOf(host)], [[], "signedIn"]);
  }));
