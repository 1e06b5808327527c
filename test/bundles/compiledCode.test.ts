import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { makeComputer, startStandalone } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";
import { withSandbox } from "../support/withSandbox.ts";

const program = resolve("dist/standalone.mjs");
const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
/** As long as ours: the engine itself tells programs apart by their lengths alone. */
const otherVersion = version.replaceAll(/\d/g, "9");

/** What keeps what is compiled from being used. */
const spoiled: Readonly<Record<string, (file: string, folder: string) => void>> = {
  "a byte of it is another": (file) => changeByte(file, -1),
  "a byte of its digest is another": (file) => changeByte(file, 0),
  "its end is missing": (file) => truncateSync(file, 1_000),
  "it is empty": (file) => truncateSync(file, 0),
  "it is larger than any of ours": (file) => truncateSync(file, 16 * 1024 * 1024 + 1),
  "others may write to it": (file) => chmodSync(file, 0o620),
  "others may write to its folder": (_, folder) => chmodSync(folder, 0o770),
  "it is a link": (file) => moveBehindLink(file),
  "its folder is a link": (_, folder) => moveBehindLink(folder),
  "it is a folder": (file) => {
    rmSync(file);
    cpSync("media", file, { recursive: true });
  },
};

// Windows has no such permissions, and makes links for nobody.
describe("what is compiled of the program, for its next start", { skip: process.platform === "win32" }, () => {
  const computer = makeComputer({});
  const folder = join(computer.env.XDG_CACHE_HOME ?? "", "gateway-connect", "compiled");
  const kept = join(computer.folder, "kept");
  const files = (): readonly string[] => readdirSync(folder).map((name) => join(folder, name));
  /** Written whole: until then it has another name. */
  const whole = () => files().filter((path) => /[\da-f]{16}-[\da-f]+$/.test(path));
  const file = (): string => files()[0] ?? "";

  /** The version that the program says: the other one where it runs what was compiled of that. */
  const said = (env: Readonly<Record<string, string>> = {}): string =>
    execFileSync(process.execPath, [program, "--version"], {
      env: { ...computer.env, ...env },
      encoding: "utf8",
    }).trim();

  /** Serves a host for as long as it takes. */
  const serve = (script: string, isKept: () => boolean): Promise<void> =>
    withSandbox({}, async ({ gatewayUrl }) => {
      const args = [gatewayUrl, "--keychain", "off", ...computer.browser()];
      const standalone = await startStandalone(args, computer.env, { script: [script] });
      await standalone.call("sample___whoami");
      await until(isKept, "what is compiled is kept");
      await standalone.close();
    });

  const restore = (): void => {
    for (const one of [folder, `${folder}.elsewhere`]) rmSync(one, { recursive: true, force: true });
    cpSync(kept, folder, { recursive: true, preserveTimestamps: true });
    chmodSync(folder, 0o700);
  };

  before(async () => {
    const other = join(computer.folder, "other.mjs");
    writeFileSync(other, readFileSync(program, "utf8").replaceAll(`"${version}"`, `"${otherVersion}"`));
    await serve(other, () => whole().length === 1);
    cpSync(folder, kept, { recursive: true, preserveTimestamps: true });
  });

  after(() => computer.remove());

  test("it is used, unless Node is told to keep nothing compiled", () => {
    restore();
    assert.deepEqual([said(), said({ NODE_DISABLE_COMPILE_CACHE: "1" })], [otherVersion, version]);
  });

  for (const [what, spoil] of Object.entries(spoiled)) {
    test(`it is not used where ${what}, and the program runs as ever`, () => {
      restore();
      spoil(file(), folder);
      assert.equal(said(), version);
    });
  }

  test("it is in a folder and a file of this user alone", () => {
    restore();
    assert.deepEqual(
      [folder, file()].map((path) => (statSync(path).mode & 0o777).toString(8)),
      ["700", "600"],
    );
  });

  test("what cannot be used is replaced, and of earlier programs three stay", async () => {
    restore();
    const mine = file();
    truncateSync(mine, 1_000);
    for (const [at, name] of ["a-1", "b-1", "c-1", "d-1", `${"0".repeat(16)}-1.half`].entries()) {
      writeFileSync(join(folder, name), "of an earlier one");
      execFileSync("touch", ["-d", `@${1_700_000_000 + at}`, join(folder, name)]);
    }
    await serve(program, () => statSync(mine).size > 1_000 && files().length === 4);
    assert.deepEqual(
      {
        said: said(),
        files: files()
          .map((path) => path.slice(folder.length + 1))
          .sort(),
      },
      { said: version, files: [`${"0".repeat(16)}-1.half`, mine.slice(folder.length + 1), "c-1", "d-1"].sort() },
    );
  });
});

function changeByte(path: string, at: number): void {
  const bytes = readFileSync(path);
  const place = at < 0 ? bytes.length + at : at;
  bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

function moveBehindLink(path: string): void {
  renameSync(path, `${path}.elsewhere`);
  symlinkSync(`${path}.elsewhere`, path);
}
