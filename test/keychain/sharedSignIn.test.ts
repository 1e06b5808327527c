import assert from "node:assert/strict";
import { test } from "node:test";
import type { Question } from "../support/editorApi.ts";
import { withEditor } from "../support/editorWorld.ts";
import { noSecretService as skip, withSecretService } from "../support/keychain/secretService.ts";
import { stateOf, tellOfKeyring } from "../support/sharedSignIn.ts";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { startStandalone } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";
import { withVariables } from "../support/withVariables.ts";

const agrees = ({ choices }: Question) => choices.find((choice) => /^(Share Sign-In|Keep It Here)$/.test(choice));

test(
  "a sign-in moves from an editor to the Secret Service and is used there, a locked one moves nothing, and a sign-out takes all away",
  {
    skip,
  },
  () =>
    withSecretService((service) =>
      withVariables(service.env, () =>
        withEditor({ answer: agrees }, async (host, sandbox) => {
          const kept = async () => (await service.entries()).filter((name) => /^session:\w+$/.test(name)).length;
          await host.run("connect", sandbox.gatewayUrl);
          await service.lock();
          await host.run("shareSignIn");
          const said = () => host.editor.shown.join("\n");
          await until(() => /The keychain of this computer cannot be used\./.test(said()), "it is said");
          await service.unlock();
          const inLocked = await kept();
          await host.run("shareSignIn");
          const shared = await kept();
          const standalone = await startStandalone([sandbox.gatewayUrl, "--browser", "none"], service.env);
          const [answer] = (await standalone.call("sample___whoami")).split(",");
          await standalone.close();
          const { code } = await endedStandalone([sandbox.gatewayUrl, "--sign-out"], { env: service.env });
          tellOfKeyring(host, service);
          assert.deepEqual(
            { inLocked, shared, answer, code, after: await kept(), state: await stateOf(host) },
            { inLocked: 0, shared: 1, answer: "You are Ada Lovelace (ada)", code: 0, after: 0, state: "signedOut" },
          );
        }),
      ),
    ),
);
