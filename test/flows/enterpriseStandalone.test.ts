import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeProtectedHeader } from "jose";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { withCompany } from "../support/enterpriseWorld.ts";
import { type RecordingIdentityProvider, withRecordingIdentityProvider } from "../support/recordingIdentityProvider.ts";
import { type StandaloneWorld, startStandalone, withComputer } from "../support/standalone/startStandalone.ts";

const memory = ["--keychain", "off"];

/** The options for a gateway of a company, and the environment that they name. */
function entering({ gatewayUrl, clientId, clientSecret = "", enterprise }: Sandbox) {
  const { issuer = "", clientId: atCompany = "" } = enterprise ?? {};
  return {
    args: [
      gatewayUrl,
      ...["--enterprise-issuer", issuer, "--enterprise-client-id", atCompany],
      ...["--client-id", clientId, "--client-secret", "env:CLIENT_SECRET"],
    ],
    env: { CLIENT_SECRET: clientSecret },
  };
}

test("a company's identity provider lets a person into its gateways with one page, and its sign-in ends with the last", () =>
  withCompany(2, {}, ([one, other]) =>
    withComputer({ keyring: true }, async (computer) => {
      assert.ok(other);
      for (const sandbox of [one, other]) {
        const { args, env } = entering(sandbox);
        const standalone = await startStandalone([...args, ...computer.browser()], { ...computer.env, ...env });
        assert.match(await standalone.call("sample___whoami"), /Ada Lovelace/);
        await standalone.close();
      }
      assert.equal(computer.opened().length, 1);
      const said: string[] = [];
      for (const sandbox of [one, other]) {
        const { args, env } = entering(sandbox);
        said.push(await signOut(args, { ...computer.env, ...env }));
      }
      assert.match(said[0] ?? "", /The sign-in at your company, [^ ]+, goes on for other gateways\./);
      assert.match(said[1] ?? "", /The sign-in at your company, [^ ]+, has ended too: its refresh token was revoked\./);
      const { revocations } = one.observe();
      assert.deepEqual(revocations.filter((kind) => kind === "refresh_token").length, 1);
      assert.deepEqual(
        Object.keys(computer.keyring()).filter((key) => key.includes("session:")),
        [],
      );
    }),
  ));

async function signOut(args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const { message } = await startStandalone([...args, "--sign-out"], env).then(
    async (standalone) => {
      await standalone.close();
      return { message: standalone.said() };
    },
    (error: Error) => error,
  );
  return message;
}

/** What is said where a gateway is entered with an ID token of an identity provider that refuses it. */
async function refusedBy(
  { issuer }: RecordingIdentityProvider,
  more: readonly string[],
  computer: StandaloneWorld,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  let said = "";
  await withCompany(1, {}, async ([{ gatewayUrl }]) => {
    const company = ["--enterprise-issuer", issuer, "--enterprise-client-id", "editor"];
    const args = [gatewayUrl, ...memory, ...company, "--client-id", "at-gateway", ...more];
    const standalone = await startStandalone(args, { ...computer.env, ...env });
    said = await standalone.call("sample___whoami").catch(String);
    await standalone.close();
    said += standalone.said();
  });
  return said;
}

test("an ID token that somebody else obtains is exchanged as it is then, from wherever it is", () =>
  withRecordingIdentityProvider((provider) =>
    withComputer({}, async (computer) => {
      const token = await provider.idToken();
      const file = join(computer.folder, "id_token");
      writeFileSync(file, `${token}\n`);
      const printed = `command:["${process.execPath}", "-e", "console.log(process.env.THE_TOKEN)"]`;
      for (const source of [`@${file}`, "env:THE_TOKEN", printed]) {
        const said = await refusedBy(provider, ["--enterprise-id-token", source], computer, { THE_TOKEN: token });
        assert.match(said, /does not let you in at this gateway/, source);
        assert.match(said, /In its own words: “No such resource application”/);
        assert.ok(!said.includes(token));
      }
      const forms = provider.requests.map(({ form }) => [form.get("subject_token"), form.get("client_id")]);
      assert.ok(forms.length >= 3);
      for (const form of forms) assert.deepEqual(form, [token, "editor"]);
      assert.deepEqual(computer.opened(), []);
    }),
  ));

test("an ID token of another issuer, for another client, or of the past is sent to nobody", () =>
  withRecordingIdentityProvider((provider) =>
    withComputer({}, async (computer) => {
      const cases: readonly (readonly [token: string, words: RegExp])[] = [
        [await provider.idToken({ iss: "https://other.example" }), /Found one of https:\/\/other\.example/],
        [await provider.idToken({ aud: "somebody-else" }), /Found one for somebody-else/],
        [await provider.idToken({ exp: 1_700_000_000 }), /It expired at 2023-11-14/],
        ["no.token.at-all", /Found something else/],
      ];
      for (const [token, words] of cases) {
        const said = await refusedBy(provider, ["--enterprise-id-token", "env:THE_TOKEN"], computer, {
          THE_TOKEN: token,
        });
        assert.match(said, words);
        assert.ok(!said.includes(token));
      }
      assert.deepEqual(provider.requests, []);
    }),
  ));

test("the client proves itself at the company with the secret or the key that was given for it", () =>
  withRecordingIdentityProvider((provider) =>
    withComputer({}, async (computer) => {
      const env = { THE_TOKEN: await provider.idToken(), COMPANY_SECRET: "the secret at the company" };
      const token = ["--enterprise-id-token", "env:THE_TOKEN"];
      await refusedBy(provider, [...token, "--enterprise-client-secret", "env:COMPANY_SECRET"], computer, env);
      const basic = atob(provider.requests[0]?.authorization?.replace("Basic ", "") ?? "");
      assert.equal(basic, "editor:the+secret+at+the+company");
      const file = join(computer.folder, "company.pem");
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      writeFileSync(file, privateKey.export({ type: "pkcs8", format: "pem" }));
      const before = provider.requests.length;
      await refusedBy(provider, [...token, "--enterprise-client-key", `@${file}`], computer, env);
      const { form } = provider.requests[before] ?? {};
      assert.equal(decodeProtectedHeader(form?.get("client_assertion") ?? "").alg, "RS256");
    }),
  ));

test("the sign-in at the company asks for the scopes that were given", () =>
  withCompany(1, {}, ([sandbox]) =>
    withComputer({}, async (computer) => {
      const { args, env } = entering(sandbox);
      const scopes = ["--enterprise-scopes", "openid email"];
      const standalone = await startStandalone([...args, ...memory, "--browser", "true", ...scopes], {
        ...computer.env,
        ...env,
      });
      const [, url = ""] = await standalone.says(/open this address:\n(\S+)/);
      await standalone.close();
      const { searchParams: asked, origin } = new URL(url);
      assert.deepEqual(
        [origin, asked.get("scope"), asked.get("client_id"), asked.has("nonce")],
        [sandbox.enterprise?.issuer, "openid email", sandbox.enterprise?.clientId, true],
      );
    }),
  ));

test("to go by way of a company that nothing names is refused in words", () =>
  withCompany(1, {}, ([{ gatewayUrl }]) =>
    withComputer({}, async (computer) => {
      const args = [gatewayUrl, ...memory, "--enterprise", "--client-id", "at-gateway", ...computer.browser()];
      const standalone = await startStandalone(args, computer.env);
      await standalone.call("sample___whoami").catch(() => {});
      const [said] = await standalone.says(/enterprise_provider_missing/);
      await standalone.close();
      assert.deepEqual([said, computer.opened()], ["enterprise_provider_missing", []]);
    }),
  ));
