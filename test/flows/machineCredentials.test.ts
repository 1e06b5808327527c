import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import Provider from "oidc-provider";
import { credentialPlaces } from "../../src/node/secrets/credentialPlaces.ts";
import { findAuthorizationServer } from "../../src/oauth/discovery/authorizationServer.ts";
import { requestByClientCredentials } from "../../src/oauth/tokens/tokenRequests.ts";
import type { MachineClients } from "../../src/sandbox/identity/machineClients.ts";
import { connectWorld } from "../support/connectWorld.ts";
import { failureOf } from "../support/fakePorts.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { withSandbox } from "../support/withSandbox.ts";

const certificate = `${readFileSync("test/support/untrusted.pem", "utf8").split("-----BEGIN PRIVATE KEY-----")[0]}`;

interface MachineWorld {
  readonly machine: MachineClients;
  /** The path of a file that is there. */
  readonly file: (name: string) => string;
  /** Requests that the identity provider was sent for tokens. */
  readonly tokenRequests: () => number;
  /** Signs in with nobody there, and says who the gateway's tool takes that for. */
  readonly signIn: (settings: {
    readonly clientId: string;
    readonly clientSecret?: object;
    readonly privateKey?: object;
    /** What a person enters who is asked for a secret or key. */
    readonly typed?: string;
  }) => Promise<string>;
}

/**
 * A sandbox for machines, and files in a folder; `environment` is what is set for programs and variables, `timeoutMs` how
 * long a program may take.
 */
async function withMachine(
  files: (machine: MachineClients) => Readonly<Record<string, string>>,
  act: (world: MachineWorld) => Promise<void>,
  {
    environment = () => ({}),
    timeoutMs = 30_000,
  }: {
    readonly environment?: (machine: MachineClients) => Readonly<Record<string, string>>;
    readonly timeoutMs?: number;
  } = {},
): Promise<void> {
  await withSandbox({ callers: "machines" }, async (sandbox) => {
    const { machine, gatewayUrl } = sandbox;
    const folder = makeTemporaryFolder("machine-credentials");
    const places = credentialPlaces({ ...process.env, ...environment(machine) }, { timeoutMs });
    try {
      for (const [name, text] of Object.entries(files(machine))) await writeFile(join(folder, name), text);
      await act({
        machine,
        file: (name) => join(folder, name),
        tokenRequests: () => sandbox.observe().tokenRequests,
        async signIn({ typed, ...settings }) {
          const world = connectWorld({
            settings: { [gatewayUrl]: { signIn: "clientCredentials", ...settings } },
            places,
          });
          try {
            const outcome = await world.connect(gatewayUrl, { credential: async () => typed });
            if (outcome.kind !== "connected") return outcome.kind;
            return await world.call(outcome.connection.id, "sample___whoami");
          } finally {
            await world.stop();
          }
        },
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** A program that prints a file, as a password manager would. */
const printing = (path: string) => ({
  command: [process.execPath, "-e", "process.stdout.write(require('fs').readFileSync(process.argv[1]))", path],
});

test("a machine signs in with the first line of what a command prints or a file holds", () =>
  withMachine(
    ({ clientSecret }) => ({ entry: `\n${clientSecret}\r\nuser: ada\nurl: https://login.example.com\n` }),
    async ({ machine: { clientId }, file, signIn }) => {
      const entry = file("entry");
      assert.deepEqual(
        [
          await signIn({ clientId, clientSecret: { file: entry } }),
          await signIn({ clientId, clientSecret: printing(entry) }),
        ],
        Array(2).fill(`You are the machine ${clientId}.`),
      );
    },
  ));

test("a machine signs in with the key in a file with its certificate, printed by a command, in a variable, or entered", () =>
  withMachine(
    ({ privateKey }) => ({ "machine.pem": certificate + privateKey }),
    async ({ machine, file, signIn }) => {
      const { keyClientId: clientId, privateKey } = machine;
      const pem = file("machine.pem");
      assert.deepEqual(
        [
          await signIn({ clientId, privateKey: { file: pem } }),
          await signIn({ clientId, privateKey: printing(pem) }),
          await signIn({ clientId, privateKey: { environment: "MACHINE_KEY" } }),
          // An input box takes the line ends away.
          await signIn({ clientId, typed: (certificate + privateKey).replace(/\n/g, "") }),
        ],
        Array(4).fill(`You are the machine ${clientId}.`),
      );
    },
    { environment: ({ privateKey }) => ({ MACHINE_KEY: privateKey.replace(/\n/g, "\\n") }) },
  ));

test("a key that is named a secret, and a certificate without its key, reach no token endpoint", () =>
  withMachine(
    ({ privateKey }) => ({ "machine.pem": certificate + privateKey, "certificate.pem": certificate }),
    async ({ machine: { clientId }, file, signIn, tokenRequests }) => {
      const code = async (settings: Omit<Parameters<typeof signIn>[0], "clientId">) =>
        ((await failureOf(() => signIn({ clientId, ...settings }))) as { code?: string }).code;
      assert.deepEqual(
        {
          codes: [
            await code({ clientSecret: { file: file("machine.pem") } }),
            await code({ clientSecret: printing(file("machine.pem")) }),
            await code({ clientSecret: { file: file("certificate.pem") } }),
            await code({ privateKey: { file: file("certificate.pem") } }),
            await code({ typed: certificate.replace(/\n/g, "") }),
          ],
          tokenRequests: tokenRequests(),
        },
        { codes: Array(5).fill("credential_unreadable"), tokenRequests: 0 },
      );
    },
  ));

test(
  "a command that does not end fails the sign-in at its time and says so",
  {
    skip: process.platform === "win32" && "its program is a shell of POSIX",
  },
  () =>
    withMachine(
      () => ({}),
      async ({ machine: { clientId }, signIn, tokenRequests }) => {
        const startedAt = Date.now();
        const clientSecret = { command: ["sh", "-c", "sleep 20; echo late"] };
        const failure = await failureOf(() => signIn({ clientId, clientSecret }));
        assert.deepEqual(
          { failure, tokenRequests: tokenRequests(), inTime: Date.now() - startedAt < 10_000 },
          {
            failure: {
              code: "credential_unreadable",
              facts: { source: "the command sh", reason: "it did not end in time" },
            },
            tokenRequests: 0,
            inTime: true,
          },
        );
      },
      { timeoutMs: 300 },
    ),
);

test("a provider reads the secret that was meant, with every character it may have, from the header and from the form", async () => {
  // RFC 6749, appendix A.2: VSCHAR.
  const clientSecret = Array.from({ length: 95 }, (_, at) => String.fromCharCode(0x20 + at)).join("");
  const methods = ["client_secret_basic", "client_secret_post"] as const;
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new Provider(issuer, {
      clients: methods.map((method) => ({
        client_id: `${method}: a & b`,
        client_secret: clientSecret,
        token_endpoint_auth_method: method,
        redirect_uris: [],
        grant_types: ["client_credentials"],
        response_types: [],
      })),
      features: { clientCredentials: { enabled: true }, devInteractions: { enabled: false } },
    });
    server.on("request", provider.callback());
    const metadata = await findAuthorizationServer(issuer, { fetch });
    const tokens = methods.map(async (authMethod) => {
      const client = { clientId: `${authMethod}: a & b`, authMethod, clientSecret };
      const { token_type } = await requestByClientCredentials({ server: metadata, client }, {}, { fetch });
      return token_type;
    });
    assert.deepEqual(await Promise.all(tokens), ["bearer", "bearer"]);
  } finally {
    server.close();
  }
});
