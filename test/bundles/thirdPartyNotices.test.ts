import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

test("every package in a bundle is named in the notices, with its licence", () => {
  const notices = readFileSync("dist/THIRD-PARTY-NOTICES.txt", "utf8");
  const metas = readdirSync("dist", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".meta.json"),
  );
  const packages = new Set(
    metas.flatMap((meta) => {
      const { outputs } = JSON.parse(readFileSync(`dist/${meta}`, "utf8")) as {
        outputs: Record<string, { inputs: Record<string, { bytesInOutput: number }> }>;
      };
      return Object.values(outputs).flatMap(({ inputs }) =>
        Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
          bytesInOutput > 0 ? (/.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []) : [],
        ),
      );
    }),
  );
  const missing = [...packages].filter((name) => !new RegExp(`^${name} \\d\\S* \\(.+\\)$`, "m").test(notices));
  assert.deepEqual({ some: packages.size > 20, missing }, { some: true, missing: [] });
});
