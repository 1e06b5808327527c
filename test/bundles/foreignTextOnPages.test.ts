import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import type { AccessReport } from "../../src/diagnosis/accessReport.ts";
import { accessReportPage } from "../../src/diagnosis/accessReportPage.ts";
import type { JsonObject } from "../../src/lib/json/jsonObject.ts";
import type { RunOutcome } from "../../src/toolPage/messages.ts";
import { shownResult } from "../../src/toolPage/resultParts.ts";
import { type SubjectKind, subjectOf } from "../../src/toolPage/subject.ts";
import { hostile, hostileParts } from "../support/hostileText.ts";
import { type OpenedPage, openHtml, openToolPage, startBrowser } from "../support/webviews/pageInBrowser.ts";

let browser: Browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

/** What is read, obeyed or hidden in a terminal, in HTML and in Markdown, at once. */
const spoiled = (name: string): string =>
  `${hostile(name)} <img src=x onerror="document.title='run'"><b>${name}</b> [a](command:workbench.action.quit) ![p](command:x) [b](javascript:alert(1))`;
const long = (name: string): string => `${spoiled(name)} ${"so long ".repeat(20_000)}`;

/** All that a page says: its texts, and the attributes that are read. Where it has lines, each is one of ours. */
const read = async (page: Page): Promise<string> =>
  await page.evaluate(() => {
    const names = ["title", "alt", "placeholder", "label", "aria-label", "aria-description", "aria-valuetext"];
    const said = [...document.querySelectorAll("*")].flatMap((one) =>
      names.map((name) => one.getAttribute(name) ?? ""),
    );
    for (const details of document.querySelectorAll("details")) details.open = true;
    for (const own of document.querySelectorAll("script, style")) own.remove();
    return [document.title, document.body.textContent ?? "", ...said].join(" ");
  });

/** What is left in a text of several lines: those that begin one are ours to have, where somebody shows a text with its lines. */
const leftIn = (text: string): readonly string[] =>
  [...new Set(hostileParts(text.replaceAll("\t", " ")))].filter((part) => !part.includes("Signed in."));

/** What a page may not have of others' making. */
const made = async (page: Page) => ({
  elements: await page.locator("main :is(script, iframe, form, base, object, embed, link, style, img, b)").count(),
  links: await page.locator("a").evaluateAll((all) => all.map((one) => one.getAttribute("href"))),
  title: (await page.title()) !== "run",
});

const harmless = { left: [], elements: 0, links: [], title: true };

async function heldBy(opened: OpenedPage): Promise<void> {
  const { page } = opened;
  const text = await read(page);
  assert.deepEqual({ left: leftIn(text), ...(await made(page)) }, harmless);
  assert.deepEqual({ faults: opened.faults, requests: opened.requests }, { faults: [], requests: [] });
}

const schema = {
  type: "object",
  title: spoiled("all"),
  description: long("all"),
  required: ["list"],
  properties: {
    [spoiled("name")]: {
      type: "string",
      title: spoiled("field"),
      description: spoiled("about"),
      enum: [spoiled("one")],
    },
    list: {
      type: "array",
      description: spoiled("about"),
      items: { type: "string", title: spoiled("item") },
      minItems: 1,
    },
    either: {
      oneOf: [
        { title: spoiled("first"), type: "string" },
        { title: spoiled("second"), type: "integer" },
      ],
    },
    fixed: { const: spoiled("fixed") },
    example: { type: "string", examples: [spoiled("example")] },
  },
};

const listed: Readonly<Record<SubjectKind, JsonObject>> = {
  tool: {
    name: spoiled("shop___tool"),
    title: long("Tool"),
    description: `# ${spoiled("It says")}\n\n- ${spoiled("a")}\n- b\n\n| ${spoiled("c").replaceAll("\n", " ")} |\n|---|\n| d |`,
    inputSchema: schema,
    outputSchema: schema,
    annotations: { title: spoiled("Tool"), destructiveHint: true },
  },
  resource: {
    uri: spoiled("file:///a"),
    name: long("r"),
    description: spoiled("It says"),
    mimeType: spoiled("text/plain"),
  },
  prompt: {
    name: spoiled("prompt"),
    title: long("Prompt"),
    description: spoiled("It says"),
    arguments: [{ name: spoiled("who"), title: spoiled("Who"), description: spoiled("It says"), required: true }],
  },
};

const results: Readonly<Record<SubjectKind, JsonObject>> = {
  tool: {
    content: [
      { type: "text", text: long("done") },
      { type: "text", text: JSON.stringify({ [spoiled("a")]: [spoiled("b"), { [spoiled("c")]: 1 }] }) },
      { type: "text", text: `# ${spoiled("Done")}\n\n**${spoiled("bold")}** and \`${spoiled("code")}\`` },
      {
        type: "resource_link",
        uri: spoiled("command:evil"),
        name: spoiled("r"),
        description: spoiled("d"),
        mimeType: spoiled("m"),
      },
      {
        type: "resource",
        resource: { uri: spoiled("file:///b"), mimeType: spoiled("text/markdown"), text: spoiled("t") },
      },
      { type: "resource", resource: { uri: spoiled("file:///c"), mimeType: spoiled("x/y"), blob: "AAAA" } },
      { type: spoiled("else"), [spoiled("x")]: spoiled("y") },
    ],
    structuredContent: { [spoiled("a")]: spoiled("b"), list: [spoiled("c")] },
  },
  resource: { contents: [{ uri: spoiled("file:///a"), mimeType: spoiled("text/plain"), text: spoiled("t") }] },
  prompt: { messages: [{ role: spoiled("user"), content: { type: "text", text: spoiled("t") } }] },
};

for (const kind of ["tool", "resource", "prompt"] as const) {
  test(`the page of a ${kind} shows all that a gateway writes and nothing that it hides, in every message it is told`, async () => {
    const opened = await openToolPage(browser, listed[kind], { kind });
    try {
      const { page, tell } = opened;
      await heldBy(opened);
      await tell({ kind: "standing", standing: { kind: "attention", words: spoiled("Not let in") } });
      await tell({ kind: "completed", argument: spoiled("who"), values: [spoiled("Ada")] });
      await tell({ kind: "running", id: 1 });
      await tell({ kind: "progress", id: 1, message: spoiled("Step 1"), fraction: 0.5 });
      await page.getByText("Step 1").waitFor();
      await heldBy(opened);
    } finally {
      await opened.close();
    }
    const again = await openToolPage(browser, listed[kind], { kind });
    try {
      const { page, tell } = again;
      const end = async (id: number, outcome: RunOutcome) =>
        await tell({ kind: "ended", run: { id, args: { [spoiled("a")]: spoiled("b") }, at: 0, ms: 1, outcome } });
      await end(1, { kind: "answered", result: shownResult(kind, results[kind]) });
      await page.getByRole("tab").first().waitFor();
      for (const tab of await page.getByRole("tab").all()) await tab.click();
      const words = { title: spoiled("It failed"), detail: long("why"), nextStep: spoiled("next") };
      assert.match(await read(page), kind === "tool" ? /done.*so long so long/s : /Signed in\./);
      await heldBy(again);
      await end(2, { kind: "failed", ...words, code: spoiled("code") });
      await page.getByText("It failed").first().waitFor();
      await tell({ kind: "changed", subject: subjectOf(kind, { ...listed[kind], title: spoiled("Another") }) });
      await heldBy(again);
    } finally {
      await again.close();
    }
  });
}

test("the page of Explain Access shows all that a gateway and its issuer write, and nothing that it hides", async () => {
  const report = {
    gateway: { id: "a", name: long("Tools"), url: spoiled("https://gw.example.com/mcp") },
    at: 0,
    letIn: false,
    outcome: spoiled("First to mend"),
    sections: [
      {
        id: "token",
        title: "The token",
        claims: [{ name: spoiled("sub"), value: long("ada") }],
        checks: [
          {
            ...{ what: long("Audience"), state: "failed", expected: spoiled("a"), found: long("b") },
            ...{ fix: spoiled("Change it"), paste: JSON.stringify({ [spoiled("a")]: spoiled("b") }, undefined, 2) },
          },
        ],
      },
    ],
  };
  const opened = await openHtml(browser, accessReportPage(report as unknown as AccessReport, "n"));
  try {
    assert.match(await read(opened.page), /Change it/);
    await heldBy(opened);
  } finally {
    await opened.close();
  }
});

test("whatever a page says goes through one place, so that nothing of it is HTML or hidden", () => {
  const files = readdirSync("src/webviews", { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const past = files.flatMap((file) => {
    const source = readFileSync(`src/webviews/${file}`, "utf8");
    const found =
      source.match(/textContent = |createTextNode|innerHTML|outerHTML|insertAdjacent|innerText|createElement/g) ?? [];
    return file === "dom.ts" ? [] : found.map((one) => `${file}: ${one}`);
  });
  assert.ok(files.length > 10);
  assert.deepEqual(past, []);
});
