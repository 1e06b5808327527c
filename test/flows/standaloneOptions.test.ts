import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeProtectedHeader } from "jose";
import type { SandboxOptions } from "../../src/sandbox/startSandbox.ts";
import { consentTarget } from "../support/consentTarget.ts";
import { shortPauses } from "../support/programClock.ts";
import { withRefusingProvider } from "../support/refusingProvider.ts";
import { startGateway } from "../support/relayGateways.ts";
import { type StandaloneWorld, startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { useDeviceCode } from "../support/useDeviceCode.ts";
import { withSandbox } from "../support/withSandbox.ts";

const memory = ["--keychain", "off"];

/** The parameters of the page that a person is sent to, who opens it themselves. */
async function pageParameters(args: readonly string[], computer: StandaloneWorld): Promise<URLSearchParams> {
  const standalone = await startStandalone([...memory, "--browser", "true", ...args], computer.env);
  try {
    const [, url = ""] = await standalone.says(/open this address:\n(\S+)/);
    return new URL(url).searchParams;
  } finally {
    await standalone.close();
  }
}

/** A first start against a sandbox: what stands in the address of its sign-in page. */
const askedFor = async (args: (gatewayUrl: string) => readonly string[], options: SandboxOptions = {}) => {
  let found = new URLSearchParams();
  await withSandbox(options, ({ gatewayUrl }) =>
    withComputer({}, async (computer) => {
      found = await pageParameters([gatewayUrl, ...args(gatewayUrl)], computer);
    }),
  );
  return found;
};

test("the page to sign in is for the client and the scopes that were given", async () => {
  const asked = await askedFor(() => ["--client-id", "a-client-of-ours", "--scopes", "gateway.write profile"]);
  assert.deepEqual(
    [asked.get("client_id"), asked.get("scope")?.split(" ").sort()],
    ["a-client-of-ours", ["gateway.write", "profile"]],
  );
});

test("a token is asked for the resource that was given, or for none", async () => {
  const other = await askedFor((gatewayUrl) => ["--resource", `${gatewayUrl}/other`]);
  const none = await askedFor(() => ["--resource", "none"]);
  assert.match(other.get("resource") ?? "", /\/mcp\/other$/);
  assert.deepEqual([none.get("resource"), none.has("client_id")], [null, true]);
});

test("the browser comes back to the host, the port and the path that were given", async () => {
  const asked = await askedFor(() => [
    ...["--redirect-host", "127.0.0.1", "--redirect-port", "35871,35872", "--redirect-path", "/back/here"],
  ]);
  assert.match(asked.get("redirect_uri") ?? "", /^http:\/\/127\.0\.0\.1:3587[12]\/back\/here$/);
});

test("the product that was named behind an issuer is asked in its own way", async () => {
  const [plain, named] = [await askedFor(() => []), await askedFor(() => ["--identity-provider", "entra"])];
  assert.deepEqual(
    [plain.has("resource"), plain.has("code_challenge"), named.has("resource"), named.has("code_challenge")],
    [true, true, false, true],
  );
});

test("a gateway that names no identity provider is signed in to at the one that was given", () =>
  withSandbox({}, (sandbox) =>
    withComputer({}, async (computer) => {
      sandbox.setGatewayFaults({ noAuthorizationServers: true });
      const args = [sandbox.gatewayUrl, ...memory, ...computer.browser(), "--issuer", sandbox.issuer];
      const standalone = await startStandalone(args, computer.env);
      const answer = await standalone.call("sample___whoami");
      await standalone.close();
      assert.match(answer, /Ada Lovelace/);
    }),
  ));

test("a token for another audience than the one that was given is not kept", () =>
  withSandbox({}, (sandbox) =>
    withComputer({}, async (computer) => {
      const args = [sandbox.gatewayUrl, ...memory, ...computer.browser(), "--audience", "urn:something-else"];
      const failed = await startStandalone(args, computer.env).then(
        (standalone) => standalone.says(/audience_mismatch/).finally(() => standalone.close()),
        ({ message }: Error) => /audience_mismatch/.exec(message),
      );
      assert.ok(failed, "it says why");
      assert.deepEqual(sandbox.observe().toolCalls, {});
    }),
  ));

test("a client signs in with its private key from a file, and names the key as it was told to", () =>
  withSandbox({ callers: "machines" }, (sandbox) =>
    withRefusingProvider((issuer, assertions) =>
      withComputer({}, async (computer) => {
        const { keyClientId, privateKey } = sandbox.machine;
        const file = join(computer.folder, "client.pem");
        writeFileSync(file, privateKey, { mode: 0o600 });
        const machine = [...memory, "--client-credentials", "--client-id", keyClientId, "--client-key", `@${file}`];
        const standalone = await startStandalone([sandbox.gatewayUrl, ...machine], computer.env);
        const answer = await standalone.call("sample___whoami");
        await standalone.close();
        assert.equal(answer, `You are the machine ${keyClientId}.`);
        sandbox.setGatewayFaults({ noAuthorizationServers: true });
        const elsewhere = [sandbox.gatewayUrl, ...machine, "--key-id", "the-key-of-ours", "--issuer", issuer];
        const refused = await startStandalone(elsewhere, computer.env);
        await refused.call("sample___whoami");
        await refused.close();
        assert.equal(decodeProtectedHeader(assertions[0] ?? "").kid, "the-key-of-ours");
      }),
    ),
  ));

test("the company's client ID metadata document is the client, where the provider takes such documents", () =>
  withSandbox({}, (sandbox) =>
    withRefusingProvider((issuer) =>
      withComputer({}, async (computer) => {
        sandbox.setGatewayFaults({ noAuthorizationServers: true });
        const document = "https://company.example/client.json";
        const args = [sandbox.gatewayUrl, "--issuer", issuer, "--client-metadata-url", document];
        assert.equal((await pageParameters(args, computer)).get("client_id"), document);
      }),
    ),
  ));

test("without the keychain nothing is asked of it, and with --verbose the log is told", () =>
  withSandbox({}, (sandbox) =>
    withComputer({ keyring: true }, async (computer) => {
      const logged = /info .*ready|sign-in started/;
      const told: boolean[] = [];
      for (const more of [[], ["--verbose"]]) {
        const args = [sandbox.gatewayUrl, ...memory, ...computer.browser(), ...more];
        const standalone = await startStandalone(args, computer.env);
        await standalone.call("sample___whoami");
        await standalone.close();
        told.push(logged.test(standalone.said()));
      }
      assert.deepEqual({ told, keyring: computer.keyringCalls() }, { told: [false, true], keyring: [] });
    }),
  ));

test("a person who asks for it signs in on another device, also where a browser could be opened", () =>
  withSandbox({}, (sandbox) =>
    withComputer({}, async (computer) => {
      const args = [sandbox.gatewayUrl, ...memory, ...computer.browser(), "--device-code"];
      const standalone = await startStandalone(args, { ...computer.env, ...shortPauses(10) });
      const [, uri = "", code = ""] = await standalone.says(/open (\S+) on any device and enter the code (\S+)/);
      await useDeviceCode(uri, code);
      const answer = await standalone.call("sample___whoami");
      await standalone.close();
      assert.match(answer, /Ada Lovelace/);
      assert.deepEqual(computer.opened(), []);
    }),
  ));

test("a target that needs a consent names the portal that was given, for an agent to say", async () => {
  const target = consentTarget("legacy");
  const gateway = await startGateway("legacy", 0, (request) => target.answer(request));
  try {
    await withComputer({}, async (computer) => {
      const portal = ["--consent-portal", "https://consent.example.com/"];
      const standalone = await startStandalone([gateway.url, ...memory, ...portal], computer.env);
      const said = await standalone.call("calendar___list");
      await standalone.close();
      assert.match(said, /Agree at the consent portal https:\/\/consent\.example\.com\/ or at that page/);
    });
  } finally {
    await gateway.stop();
  }
});
