import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LONGEST_TEXT, shownResult } from "../../../src/toolPage/resultParts.ts";
import { runs } from "../../support/bulk.ts";

test("each kind of content is a part of its own", () => {
  const { parts, isError } = shownResult("tool", {
    isError: true,
    content: [
      { type: "text", text: "hello" },
      { type: "image", mimeType: "image/png", data: "AAAA" },
      { type: "audio", mimeType: "audio/wav", data: "AAAA" },
      { type: "image", mimeType: "text/html", data: "AAAA" },
      { type: "image", mimeType: 'image/png"><script>', data: "AA\nAA" },
      { type: "resource", resource: { uri: "file:///a", mimeType: "text/markdown", text: "# A" } },
      { type: "resource", resource: { uri: "file:///b", mimeType: "application/zip", blob: "AAAA" } },
      { type: "resource_link", uri: "file:///c", name: "C" },
      { type: "later" },
      5,
    ],
  });
  assert.deepEqual(
    { isError, parts },
    {
      isError: true,
      parts: [
        { kind: "text", text: "hello", length: 5 },
        { kind: "media", media: "image", mimeType: "image/png", bytes: 3, data: "AAAA" },
        { kind: "media", media: "audio", mimeType: "audio/wav", bytes: 3, data: "AAAA" },
        { kind: "file", mimeType: "text/html", bytes: 3 },
        { kind: "media", media: "image", mimeType: "image/png", bytes: 3 },
        { kind: "text", uri: "file:///a", mimeType: "text/markdown", text: "# A", length: 3 },
        { kind: "file", mimeType: "application/zip", bytes: 3, uri: "file:///b" },
        { kind: "link", uri: "file:///c", title: "C", description: "", mimeType: "" },
        { kind: "unknown", text: '{\n  "type": "later"\n}', length: 21 },
        { kind: "unknown", text: "5", length: 1 },
      ],
    },
  );
});

test("messages of prompts and contents of resources are parts too", () => {
  const prompt = shownResult("prompt", { messages: [{ role: "user", content: { type: "text", text: "Hi" } }] });
  const resource = shownResult("resource", { contents: [{ uri: "x:y", text: "Z" }] });
  assert.deepEqual(
    [prompt.parts, resource.parts],
    [[{ role: "user", kind: "text", text: "Hi", length: 2 }], [{ kind: "text", uri: "x:y", text: "Z", length: 1 }]],
  );
});

test("of a result of 50 MB the beginning is shown, and how much it is", () => {
  const text = "é".repeat(25_000_000);
  const { parts, raw, bytes } = shownResult("tool", {
    content: [
      { type: "text", text },
      { type: "image", mimeType: "image/png", data: "A".repeat(20_000_000) },
    ],
  });
  const shown = JSON.stringify(parts).length + raw.text.length;
  assert.deepEqual(
    {
      text: parts[0],
      image: parts[1],
      isSmall: shown < 3 * LONGEST_TEXT,
      bytes: bytes > 70_000_000 && bytes < 70_001_000,
    },
    {
      text: { kind: "text", text: "é".repeat(LONGEST_TEXT), length: 25_000_000 },
      image: { kind: "media", media: "image", mimeType: "image/png", bytes: 15_000_000 },
      isSmall: true,
      bytes: true,
    },
  );
});

test("no result, however odd, cannot be shown, and a picture of one is nothing but base64", () => {
  const content = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        type: fc.constantFrom("text", "image", "audio", "resource", "resource_link"),
        data: fc.jsonValue(),
        text: fc.jsonValue(),
        uri: fc.jsonValue(),
        mimeType: fc.constantFrom("image/png", "image/svg+xml", "x", 5),
        resource: fc.jsonValue(),
      },
      { requiredKeys: ["type"] },
    ),
  );
  let shown = 0;
  fc.assert(
    fc.property(
      fc.constantFrom("tool", "resource", "prompt"),
      fc.array(content),
      fc.jsonValue(),
      (kind, contents, other) => {
        for (const list of [contents, other]) {
          const { parts } = shownResult(kind, {
            content: list,
            contents: list,
            messages: list,
            structuredContent: other,
          });
          shown += parts.length;
          for (const part of parts) if (part.kind === "media") assert.match(part.data ?? "", /^[\w+/=-]*$/);
        }
      },
    ),
    runs(1_000),
  );
  assert.ok(shown > 50);
});
