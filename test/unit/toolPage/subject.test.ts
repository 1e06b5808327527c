import assert from "node:assert/strict";
import { test } from "node:test";
import { byteText, isDestructive, subjectOf } from "../../../src/toolPage/subject.ts";

const badgesOf = (annotations: object | undefined) => subjectOf("tool", { name: "a", annotations }).badges;

test("a tool is marked by what it declares, and by no more than that", () => {
  assert.deepEqual(
    [
      undefined,
      { readOnlyHint: true, destructiveHint: true, idempotentHint: true },
      { destructiveHint: true, openWorldHint: true },
      { readOnlyHint: false },
      { readOnlyHint: false, destructiveHint: false, idempotentHint: true },
      { destructiveHint: "true" },
    ].map(badgesOf),
    [[], ["readOnly"], ["destructive", "openWorld"], ["mayChange"], ["idempotent"], []],
  );
  assert.deepEqual(
    [true, false].map((hint) => isDestructive({ badges: badgesOf({ destructiveHint: hint }) })),
    [true, false],
  );
});

test("the target and the title are found, and a title cannot turn what stands beside it", () => {
  const { target, title, name } = subjectOf("tool", {
    name: "jira___create",
    annotations: { title: "Create\u202e\n it" },
  });
  assert.deepEqual({ target, title, name }, { target: "jira", title: "Create it", name: "jira___create" });
  assert.equal(subjectOf("tool", { name: "jira___create" }).title, "create");
  assert.equal(subjectOf("tool", { name: "___x" }).target, undefined);
});

test("prompts and templates have forms of texts", () => {
  const prompt = subjectOf("prompt", {
    name: "p",
    arguments: [{ name: "who", description: "Whom", required: true }, { name: "how" }, 5, { name: 1 }],
  });
  const template = subjectOf("resource", { uriTemplate: "file:///{+path}{?q,page}", name: "files" });
  assert.deepEqual(
    {
      prompt: prompt.schema,
      template: template.schema,
      badges: template.badges,
      completes: [prompt, template].every(({ completes }) => completes),
    },
    {
      prompt: {
        type: "object",
        properties: {
          who: { type: "string", title: undefined, description: "Whom" },
          how: { type: "string", title: undefined, description: undefined },
        },
        required: ["who"],
        additionalProperties: false,
      },
      template: {
        type: "object",
        properties: { path: { type: "string" }, q: { type: "string" }, page: { type: "string" } },
        required: ["path", "q", "page"],
        additionalProperties: false,
      },
      badges: ["template"],
      completes: true,
    },
  );
});

test("sizes are said as people say them", () => {
  assert.deepEqual([0, 999, 1_000, 52_428_800, 123_456_789_000].map(byteText), [
    "0 B",
    "999 B",
    "1.0 kB",
    "52.4 MB",
    "123 GB",
  ]);
});
