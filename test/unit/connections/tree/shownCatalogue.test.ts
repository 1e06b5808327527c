import assert from "node:assert/strict";
import { test } from "node:test";
import { MOST_DESCRIBED, MOST_SHOWN, shownCatalogue } from "../../../../src/connections/tree/shownCatalogue.ts";
import type { Catalogue, Listed } from "../../../../src/relay/catalogue.ts";
import { hostile, hostileParts } from "../../../support/hostileText.ts";

const catalogue = (lists: Partial<Catalogue>): Catalogue => ({
  ...{ era: "legacy", serverInfo: {}, capabilities: {}, readAt: 0 },
  ...{ tools: [], prompts: [], resources: [], resourceTemplates: [] },
  ...lists,
});

test("tools stand under their targets with their titles, and one without a target by itself", () => {
  const { tools, targets } = shownCatalogue(
    catalogue({
      tools: [
        { name: "jira___create_ticket", title: "Create a ticket" },
        { name: "jira___list", annotations: { title: "List" } },
        { name: "crm___list" },
        { name: "search" },
        { name: "___odd" },
        { name: "odd___" },
      ],
    }),
  );
  assert.deepEqual(
    {
      targets: [...targets].map(([target, of]) => [target, of.map(({ name }) => name)]),
      tools: tools.map(({ label, detail, target }) => [label, detail, target]),
    },
    {
      targets: [
        ["jira", ["jira___create_ticket", "jira___list"]],
        ["crm", ["crm___list"]],
      ],
      tools: [
        ["Create a ticket", "create_ticket", "jira"],
        ["List", "list", "jira"],
        ["list", "", "crm"],
        ["search", "", undefined],
        ["___odd", "", undefined],
        ["odd___", "", undefined],
      ],
    },
  );
});

test("a tool is marked by what it says of itself, and one that only reads destroys nothing", () => {
  const hints = [{ destructiveHint: true }, { destructiveHint: true, readOnlyHint: true }, { openWorldHint: true }, {}];
  const tools = hints.map((annotations, index) => ({ name: `tool${index}`, annotations }));
  assert.deepEqual(
    shownCatalogue(catalogue({ tools })).tools.map((tool) => [tool.isDestructive, tool.isReadOnly, tool.isOpenWorld]),
    [
      [true, false, false],
      [false, true, false],
      [false, false, true],
      [false, false, false],
    ],
  );
});

test("resources stand before templates, each under its title or address", () => {
  const { resources, prompts } = shownCatalogue(
    catalogue({
      resources: [{ uri: "file:///a", name: "a", title: "The first" }],
      resourceTemplates: [{ uriTemplate: "file:///{path}", name: "Any file" }],
      prompts: [{ name: "greet", description: "Says hello" }],
    }),
  );
  assert.deepEqual(
    [...resources, ...prompts].map(({ name, label, detail, described }) => [name, label, detail, described]),
    [
      ["file:///a", "The first", "file:///a", ""],
      ["file:///{path}", "Any file", "file:///{path}", ""],
      ["greet", "greet", "", "Says hello"],
    ],
  );
});

test("what others wrote is cleaned and cut, and what cannot be shown is left out and counted", () => {
  const long = "x".repeat(10_000);
  const tools: Listed[] = [
    { name: hostile("tool"), title: hostile("Title"), description: hostile(long) },
    { name: long },
    { name: 7 },
    {},
  ];
  const { tools: shown, left } = shownCatalogue(catalogue({ tools }));
  const [first] = shown;
  const texts = [first?.label, first?.detail, first?.described].join("\n");
  assert.deepEqual(
    {
      count: shown.length,
      left,
      name: first?.name,
      parts: hostileParts(texts),
      longest: (first?.described.length ?? 0) < 500,
    },
    { count: 1, left: 3, name: hostile("tool"), parts: [], longest: true },
  );
});

test("of a gateway with more than anybody looks at a bounded part is kept", () => {
  const description = "d".repeat(400);
  const tools = Array.from({ length: 2 * MOST_SHOWN }, (_, index) => ({ name: `tool${index}`, description }));
  const shown = shownCatalogue(catalogue({ tools }));
  const kept = shown.tools.reduce((sum, { described }) => sum + described.length, 0);
  assert.deepEqual([shown.tools.length, shown.left, kept < MOST_DESCRIBED + 1_000], [MOST_SHOWN, MOST_SHOWN, true]);
});
