import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { faultLines, readConfigurationFile } from "../../../../src/gateway/commandLine/configurationFile.ts";
import { makeTemporaryFolder } from "../../../support/temporaryFolder.ts";

const file = (authorizerType: string) =>
  `{ "description": "Werkzeuge für alle",\n  "authorizerType": "${authorizerType}" }`;

/** UTF-16 with its mark, as Windows PowerShell 5.1 writes it (little endian), and the other way round. */
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, "utf16le");

const writings: readonly (readonly [what: string, bytes: (text: string) => Buffer])[] = [
  ["UTF-8", (text) => Buffer.from(text)],
  ["UTF-8 with a byte order mark", (text) => Buffer.from(`\uFEFF${text}`)],
  ["UTF-16, little endian", utf16],
  ["UTF-16, big endian", (text) => utf16(text).swap16()],
];

for (const [what, bytes] of writings) {
  test(`a file in ${what} is read, and its faults have their places`, () => {
    const folder = makeTemporaryFolder("gateway");
    const path = join(folder, "a.gateway.json");
    const read = (text: string) => {
      writeFileSync(path, bytes(text));
      return readConfigurationFile(path, {});
    };
    try {
      const good = read(file("NONE"));
      const faulty = read(file("AWS_IAM"));
      assert.deepEqual(
        [good.kind === "good" && good.text, faulty.kind !== "good" && faultLines("f", faulty)],
        [
          file("NONE"),
          [
            `f:2:21: authorizerType: expected CUSTOM_JWT or NONE, since AWS's own signatures cannot be checked here, found "AWS_IAM"`,
          ],
        ],
      );
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}
