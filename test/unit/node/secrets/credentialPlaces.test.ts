import assert from "node:assert/strict";
import { chmod, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { credentialPlaces } from "../../../../src/node/secrets/credentialPlaces.ts";
import { makeTemporaryFolder, temporaryFolder } from "../../../support/temporaryFolder.ts";

const words = (act: Promise<unknown>) =>
  act.then(
    () => "no failure",
    (error: Error) => error.message,
  );

const posixOnly = process.platform === "win32" && "its programs are shells of POSIX";

async function folderOf(t: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = temporaryFolder(t, "gateway-connect-credential");
  for (const [name, text] of Object.entries(files)) {
    await writeFile(join(folder, name), text);
    await chmod(join(folder, name), 0o755);
  }
  return folder;
}

test("secrets are read from variables, files and real programs, whose failures say nothing of what they hold", async () => {
  const folder = makeTemporaryFolder("gateway-connect-credential");
  try {
    const file = join(folder, "key.pem");
    await writeFile(file, "marked-file");
    const byPowerShell = join(folder, "key.txt");
    await writeFile(byPowerShell, Buffer.from("\ufeffmarked-file", "utf16le"));
    const places = credentialPlaces({ ...process.env, SECRET: "marked-variable" });
    assert.deepEqual(
      {
        variable: places.environment("SECRET"),
        file: await places.readFile(file),
        byPowerShell: await places.readFile(byPowerShell),
        program: await places.run([process.execPath, "-e", "console.log(process.env.SECRET)"]),
        noFile: await words(places.readFile(join(folder, "none"))),
        noProgram: await words(places.run([join(folder, "none"), "marked"])),
        failing: await words(places.run([process.execPath, "-e", "console.log('marked'); process.exit(3)"])),
      },
      {
        variable: "marked-variable",
        file: "marked-file",
        byPowerShell: "marked-file",
        program: "marked-variable\n",
        noFile: "it cannot be read (ENOENT)",
        noProgram: "it cannot be run (ENOENT)",
        failing: "it ended with 3",
      },
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("a command that does not end fails at its time, and one that a signal ends is not said to be late", {
  skip: posixOnly,
}, async () => {
  const startedAt = Date.now();
  const places = credentialPlaces(process.env, { timeoutMs: 500 });
  const said = [
    await words(places.run(["sh", "-c", "sleep 20; echo marked"])),
    await words(places.run(["sh", "-c", "echo marked; kill -9 $$"])),
  ];
  assert.deepEqual(
    { said, inTime: Date.now() - startedAt < 10_000 },
    { said: ["it did not end in time", "a signal ended it"], inTime: true },
  );
});

test("a command of Windows is looked for with its endings on the path, and a script is run by the shell", {
  skip: posixOnly,
}, async (t) => {
  const say = "#!/bin/sh\n";
  const shell = await folderOf(t, { "cmd.exe": `${say}printf '%s ' "$@"` });
  const first = await folderOf(t, {
    az: "",
    "az.cmd": "",
    "bw.cmd": "",
    "op.exe": `${say}echo it is the program "$@"`,
  });
  const second = await folderOf(t, { "bw.exe": "", "op.cmd": "" });
  const env = { PATH: [first, second].join(delimiter), ComSpec: join(shell, "cmd.exe") };
  const places = credentialPlaces(env, { platform: "win32" });
  const said = [
    await places.run(["az", "account", "a b"]),
    await places.run(["bw.cmd"]),
    await places.run(["bw"]),
    await places.run(["op", "a b"]),
    await words(places.run(["none"])),
    await words(places.run([join(first, "none.exe")])),
  ];
  assert.deepEqual(said, [
    `/e:on /v:off /d /s /c ""${first}/az.cmd" "account" "a b"" `,
    `/e:on /v:off /d /s /c ""${first}/bw.cmd"" `,
    `/e:on /v:off /d /s /c ""${first}/bw.cmd"" `,
    "it is the program a b\n",
    "it cannot be run (ENOENT)",
    "it cannot be run (ENOENT)",
  ]);
});
