import assert from "node:assert/strict";
import { test } from "node:test";
import { readHeaders } from "../../../../src/connections/headers/readHeaders.ts";
import { type AnyFailure, isFailure } from "../../../../src/failures/failure.ts";
import { failureText } from "../../../../src/failures/failureText.ts";
import { MOST_HEADERS } from "../../../../src/lib/settableHeaders.ts";

const place = (name: string) => `headers \u203a ${name}`;
const faultsOf = (set: unknown) => {
  try {
    readHeaders(set, { place });
  } catch (error) {
    assert.ok(isFailure(error, "headers_invalid"));
    return { faults: error.facts.faults, text: failureText(error as AnyFailure).detail };
  }
  return { faults: [], text: "" };
};

test("a header is a text, or is read from a variable, a file or a program", () => {
  assert.deepEqual(
    readHeaders(
      {
        "X-Team": " blue ",
        "X-Api-Key": { environment: "KEY", before: "ApiKey " },
        "X-Tenant": { file: "/run/tenant" },
        "X-Otp": { command: ["vault", "read"] },
      },
      { place },
    ),
    [
      { name: "X-Team", value: { kind: "text", text: "blue" } },
      { name: "X-Api-Key", value: { kind: "read", source: { kind: "environment", name: "KEY" }, before: "ApiKey " } },
      { name: "X-Tenant", value: { kind: "read", source: { kind: "file", path: "/run/tenant" }, before: "" } },
      { name: "X-Otp", value: { kind: "read", source: { kind: "command", command: ["vault", "read"] }, before: "" } },
    ],
  );
});

test("every fault is told at once with its place, and no value is repeated", () => {
  const value = "a-value-that-is-nobodys-business";
  const { faults, text } = faultsOf({
    Authorization: { environment: "TOKEN" },
    "X-Api-Key": value,
    Host: value,
    "x-amz-date": value,
    "X-Lines": `${value}\nX-Other: b`,
    "X-Form": { environment: "A", file: "/b" },
    "X-Shell": { command: `echo ${value}` },
    "X-Before": { environment: "A", before: `Bearer ${value} ` },
    "X-Team": "a",
    "x-team": "b",
  });
  assert.deepEqual(
    faults.map(({ place: at, fault }) => `${at.slice(10)} ${fault}`),
    [
      ...["Authorization signIn", "X-Api-Key secret", "Host protocol", "x-amz-date aws", "X-Lines characters"],
      ...["X-Form form", "X-Shell form", "X-Before secret", "x-team twice"],
    ],
  );
  assert.match(
    text,
    /headers › Authorization: The token of the sign-in has this place.*headers › x-team: It is there twice/,
  );
  assert.equal(text.includes(value), false);
});

test("what is no object, and more headers than anybody needs, are refused", () => {
  const many = Object.fromEntries(Array.from({ length: MOST_HEADERS + 1 }, (_, at) => [`X-${at}`, "a"]));
  assert.deepEqual(
    [null, [], "X-Team: a", many, { ...many, "X-0": undefined }].map((set) =>
      faultsOf(set).faults.map(({ fault }) => fault),
    ),
    [["form"], ["form"], ["form"], ["tooMany"], ["form", "tooMany"]],
  );
});
