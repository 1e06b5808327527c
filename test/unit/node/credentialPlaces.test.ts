import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { credentialPlaces } from "../../../src/node/credentialPlaces.ts";

test("secrets are read from variables, files and real programs, whose failures say nothing of what they hold", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gateway-connect-credential-"));
  try {
    const file = join(folder, "key.pem");
    await writeFile(file, "marked-file");
    const places = credentialPlaces({ ...process.env, SECRET: "marked-variable" });
    const words = (act: Promise<unknown>) =>
      act.then(
        () => "no failure",
        (error: Error) => error.message,
      );
    assert.deepEqual(
      {
        variable: places.environment("SECRET"),
        file: await places.readFile(file),
        program: await places.run([process.execPath, "-e", "console.log(process.env.SECRET)"]),
        noFile: await words(places.readFile(join(folder, "none"))),
        noProgram: await words(places.run([join(folder, "none"), "marked"])),
        failing: await words(places.run([process.execPath, "-e", "console.log('marked'); process.exit(3)"])),
      },
      {
        variable: "marked-variable",
        file: "marked-file",
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
