import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { installAws } from "../support/aws/awsComputer.ts";
import { arn, type SignedGateway, startSignedGateway } from "../support/aws/signedGateway.ts";
import { type StandaloneWorld, startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";
import { startWebServer } from "../support/webServer.ts";

const first = {
  accessKeyId: "ASIAFIRSTKEY00000000",
  secretAccessKey: "marked-secret-one",
  sessionToken: "marked-token-one",
};
const second = {
  accessKeyId: "ASIASECONDKEY0000000",
  secretAccessKey: "marked-secret-two",
  sessionToken: "marked-token-two",
};
const keyOf = ({ secretAccessKey, sessionToken }: typeof first) => ({ secretAccessKey, sessionToken });
const options = ["--keychain", "off", "--aws-region", "eu-central-1"];
const byProfile = [...options, "--aws-profile", "dev"];

type Aws = ReturnType<typeof installAws>;

async function withGateway(
  act: (world: {
    gateway: SignedGateway;
    computer: StandaloneWorld;
    aws: Aws;
    env: Record<string, string>;
  }) => Promise<void>,
  kind: Parameters<typeof startSignedGateway>[0] = {},
) {
  const gateway = await startSignedGateway(kind);
  gateway.keys[first.accessKeyId] = keyOf(first);
  gateway.keys[second.accessKeyId] = keyOf(second);
  try {
    await withComputer({}, async (computer) => {
      const aws = installAws(computer.folder);
      aws.gives({ ...first, expiresAt: Date.now() + 3_600_000 });
      const env = { ...computer.env, ...aws.env(computer.env.PATH ?? ""), NO_PROXY: "*" };
      await act({ gateway, computer, aws, env });
    });
  } finally {
    await gateway.stop();
  }
}

const refused = ({ verdicts }: SignedGateway) => verdicts.filter(({ verdict }) => verdict.kind !== "valid");

test("with a profile every request is signed, streams and the end of the session too, and AWS's program is asked once", async () => {
  await withGateway(async ({ gateway, aws, env }) => {
    const program = await startStandalone([gateway.url, ...byProfile], env);
    assert.match(await program.call("echo", { text: "hello" }), /hello/);
    const { tools } = await program.client.listTools();
    assert.ok(tools.length > 3);
    await program.close();
    await until(() => gateway.verdicts.some(({ method }) => method === "DELETE"), "the end of the session");
    assert.deepEqual(refused(gateway), []);
    assert.deepEqual([...new Set(gateway.verdicts.map(({ method }) => method))].sort(), ["DELETE", "GET", "POST"]);
    assert.deepEqual(
      aws.starts().map(({ argv }) => argv),
      [["configure", "export-credentials", "--profile", "dev", "--format", "process"]],
    );
  });
});

test("credentials of the environment sign where no profile is named, and no program is started", async () => {
  await withGateway(async ({ gateway, aws, env }) => {
    const { accessKeyId, secretAccessKey, sessionToken } = first;
    const own = {
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    };
    const program = await startStandalone([gateway.url, ...options, "--aws"], { ...env, ...own });
    assert.match(await program.call("echo", { text: "hello" }), /hello/);
    await program.close();
    assert.deepEqual([refused(gateway), aws.starts()], [[], []]);
  });
});

test("keys that stand in the profile itself sign without any program", async () => {
  await withGateway(async ({ gateway, aws, env }) => {
    gateway.keys.AKIALONGLIVED0000000 = { secretAccessKey: "marked-static" };
    writeFileSync(
      aws.credentialsFile,
      "[ops]\naws_access_key_id = AKIALONGLIVED0000000\naws_secret_access_key = marked-static\n",
    );
    const program = await startStandalone([gateway.url, ...options, "--aws-profile", "ops"], env);
    assert.match(await program.call("echo", { text: "hello" }), /hello/);
    await program.close();
    assert.deepEqual([refused(gateway), aws.starts()], [[], []]);
  });
});

test("credentials that end are read anew once, and the call goes through", async () => {
  await withGateway(async ({ gateway, aws, env }) => {
    const program = await startStandalone([gateway.url, ...byProfile], env);
    await program.call("echo", { text: "before" });
    gateway.keys[first.accessKeyId] = { ...keyOf(first), isExpired: true };
    aws.gives({ ...second, expiresAt: Date.now() + 3_600_000 });
    assert.match(await program.call("echo", { text: "after" }), /after/);
    await program.close();
    assert.equal(aws.starts().length, 2);
  });
});

test("an AWS sign-in that has run out is told with the command that renews it, and goes on after that", async () => {
  await withGateway(async ({ gateway, aws, env }) => {
    const program = await startStandalone([gateway.url, ...byProfile], env);
    await program.call("echo", { text: "before" });
    gateway.keys[first.accessKeyId] = { ...keyOf(first), isExpired: true };
    aws.says({ code: 255, stderr: "Error when retrieving token from sso: Token has expired and refresh failed\n" });
    assert.match(await program.call("echo", { text: "during" }), /aws sso login --profile dev/);
    aws.gives({ ...second, expiresAt: Date.now() + 3_600_000 });
    assert.match(await program.call("echo", { text: "after" }), /after/);
    await program.close();
  });
});

test("a missing permission is told with its name and the gateway's ARN; AUTHENTICATE_ONLY asks for none", async () => {
  await withGateway(async ({ gateway, env }) => {
    gateway.keys[first.accessKeyId] = { ...keyOf(first), mayNotInvoke: true };
    const program = await startStandalone([gateway.url, ...byProfile], env);
    const said = await program.call("echo", { text: "x" }).catch((error: Error) => error.message);
    assert.ok(said.includes("bedrock-agentcore:InvokeGateway") && said.includes(arn), said);
    await program.close();
  });
  await withGateway(
    async ({ gateway, env }) => {
      gateway.keys[first.accessKeyId] = { ...keyOf(first), mayNotInvoke: true };
      const program = await startStandalone([gateway.url, ...byProfile], env);
      assert.match(await program.call("echo", { text: "hello" }), /hello/);
      await program.close();
    },
    { authenticateOnly: true },
  );
});

const told: readonly (readonly [
  what: string,
  prepare: (gateway: SignedGateway, aws: Aws) => void,
  args: readonly string[],
  words: RegExp,
])[] = [
  ["a clock that is wrong", (gateway) => gateway.setClock(12 * 60_000), byProfile, /clock.*12 minutes behind/s],
  [
    "a region that is wrong",
    () => {},
    ["--keychain", "off", "--aws-region", "us-east-1", "--aws-profile", "dev"],
    /us-east-1/,
  ],
  ["no region", () => {}, ["--keychain", "off", "--aws-profile", "dev"], /region of the gateway is not known/],
  [
    "a profile that is not there",
    () => {},
    [...options, "--aws-profile", "prod"],
    /Expected the profile prod\. Found: dev/,
  ],
  [
    "a key that AWS does not know",
    ({ keys }) => void delete keys[first.accessKeyId],
    byProfile,
    /AWS does not know these/,
  ],
  [
    "output that is none",
    (_, aws) => aws.says({ stdout: "marked-secret-one" }),
    byProfile,
    /something else than credentials/,
  ],
  ["an end with a fault", (_, aws) => aws.says({ code: 7, stderr: "marked-secret-one" }), byProfile, /ended with 7/],
];

for (const [what, prepare, args, words] of told) {
  test(`${what} is told, and no key with it`, async () => {
    await withGateway(async ({ gateway, aws, env }) => {
      prepare(gateway, aws);
      const program = await startStandalone([gateway.url, ...args], env).catch((error: Error) => error);
      if (program instanceof Error) {
        assert.match(program.message, words);
        return;
      }
      const answered = await program.call("echo", { text: "x" }).catch((error: Error) => error.message);
      const said = `${answered}\n${program.said()}`;
      assert.match(said, words);
      assert.doesNotMatch(said, /marked-|ASIAFIRST/);
      await program.close();
    });
  });
}

test("keys are in no file, log or argument, and AWS's program gets no other secret of the environment", async () => {
  await withGateway(async ({ gateway, computer, aws, env }) => {
    const others = { GITHUB_TOKEN: "marked-github", CLIENT_SECRET: "marked-client", npm_config_token: "marked-npm" };
    const program = await startStandalone([gateway.url, ...byProfile, "--verbose"], { ...env, ...others });
    await program.call("echo", { text: "hello" });
    await program.close();
    assert.match(program.said(), /AWS credentials read/);
    assert.doesNotMatch(program.said(), /marked-|ASIAFIRST/);
    const [start] = aws.starts();
    assert.ok(start?.env.HOME !== undefined && start.env.PATH !== undefined);
    assert.doesNotMatch(JSON.stringify(start), /marked-/);
    const files = readdirSync(computer.folder, { recursive: true, encoding: "utf8" })
      .map((name) => join(computer.folder, name))
      // What the test itself put there for the program to say.
      .filter((path) => statSync(path).isFile() && !path.endsWith("aws.json"));
    assert.ok(files.length > 3, "there are files to look into");
    assert.deepEqual(
      files.filter((path) => /marked-(?:secret|token)|ASIAFIRST/.test(readFileSync(path, "latin1"))),
      [],
    );
  });
});

test("what is behind a domain of one's own is signed for the service that was told", async () => {
  await withGateway(
    async ({ gateway, env }) => {
      const program = await startStandalone([gateway.url, ...byProfile, "--aws-service", "execute-api"], env);
      assert.match(await program.call("echo", { text: "hello" }), /hello/);
      await program.close();
    },
    { service: "execute-api" },
  );
});

const hasCli = ["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin", "/snap/bin"].some((folder) =>
  existsSync(join(folder, "aws")),
);
const withoutCli = { skip: hasCli ? "the AWS CLI of this computer would be asked" : false };

test("without the AWS CLI its library gives the credentials", withoutCli, async () => {
  const machine = await startWebServer(() =>
    Response.json({
      AccessKeyId: first.accessKeyId,
      SecretAccessKey: first.secretAccessKey,
      Token: first.sessionToken,
      Expiration: new Date(Date.now() + 3_600_000).toISOString(),
    }),
  );
  try {
    await withGateway(async ({ gateway, computer, aws, env }) => {
      const own = { PATH: computer.env.PATH ?? "", AWS_CONTAINER_CREDENTIALS_FULL_URI: `${machine.origin}/keys` };
      const program = await startStandalone([gateway.url, ...options, "--aws"], { ...env, ...own });
      assert.match(await program.call("echo", { text: "hello" }), /hello/);
      await program.close();
      assert.deepEqual([refused(gateway), aws.starts()], [[], []]);
    });
  } finally {
    await machine.stop();
  }
});

test("without the AWS CLI an SSO profile that is not signed in is told with the command", withoutCli, async () => {
  await withGateway(async ({ gateway, computer, aws, env }) => {
    const config = join(computer.folder, "sso-config");
    const start = "sso_start_url = https://corp.awsapps.com/start\nsso_region = eu-central-1\n";
    const session = `[sso-session corp]\n${start}sso_registration_scopes = sso:account:access\n`;
    writeFileSync(
      config,
      `[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Dev\nregion = eu-central-1\n${session}`,
    );
    const own = { PATH: computer.env.PATH ?? "", AWS_CONFIG_FILE: config };
    const program = await startStandalone([gateway.url, ...byProfile], { ...env, ...own });
    await program.says(/Run aws sso login --profile dev and sign in/);
    await program.close();
    assert.deepEqual([gateway.verdicts.length, aws.starts()], [0, []]);
  });
});

test(
  "without the AWS CLI the credential_process of a profile is run, without a shell and without other secrets",
  withoutCli,
  async () => {
    await withGateway(async ({ gateway, computer, aws, env }) => {
      const config = join(computer.folder, "process-config");
      const command = `"${process.execPath}" "${join(aws.bin, "aws.cjs")}" give $(touch planted)`;
      writeFileSync(config, `[profile dev]\ncredential_process = ${command}\n`);
      const own = { PATH: computer.env.PATH ?? "", AWS_CONFIG_FILE: config, GITHUB_TOKEN: "marked-github" };
      const program = await startStandalone([gateway.url, ...byProfile], { ...env, ...own });
      assert.match(await program.call("echo", { text: "hello" }), /hello/);
      await program.close();
      const [start] = aws.starts();
      assert.deepEqual(start?.argv, ["give", "$(touch", "planted)"]);
      assert.doesNotMatch(JSON.stringify(start), /marked-github/);
    });
  },
);

test("a program in the folder of somebody's work is not taken for AWS's, wherever the path leads", async () => {
  await withGateway(async ({ gateway, computer, env }) => {
    const planted = join(computer.folder, "work");
    mkdirSync(planted);
    const other = installAws(planted);
    other.gives(first);
    const program = await startStandalone(
      [gateway.url, ...byProfile],
      { ...env, PATH: `${other.bin}:${env.PATH}` },
      { cwd: planted },
    );
    assert.match(await program.call("echo", { text: "hello" }), /hello/);
    await program.close();
    assert.deepEqual(other.starts(), []);
  });
});
