import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import type { AccessReport } from "../../src/diagnosis/accessReport.ts";
import { accessReportPage } from "../../src/diagnosis/accessReportPage.ts";
import type { JsonObject } from "../../src/lib/json/jsonObject.ts";
import type { RunOutcome } from "../../src/toolPage/messages.ts";
import { shownResult } from "../../src/toolPage/resultParts.ts";
import { subjectOf } from "../../src/toolPage/subject.ts";
import { until } from "../support/until.ts";
import {
  loadToolPage,
  type OpenedPage,
  openHtml,
  openToolPage,
  type PageOptions,
  startBrowser,
} from "../support/webviews/pageInBrowser.ts";
import { type Theme, themes } from "../support/webviews/themes.ts";

let browser: Browser;
before(async () => {
  browser = await startBrowser();
});
after(() => browser.close());

const ticket = {
  name: "jira___create_ticket",
  title: "Create a ticket",
  description: "Creates **one** ticket. See [the docs](https://example.com/docs).",
  annotations: { destructiveHint: true, openWorldHint: true },
  inputSchema: {
    type: "object",
    required: ["title", "priority", "labels", "who"],
    properties: {
      title: { type: "string", description: "A short title.", minLength: 3 },
      body: { type: "string" },
      priority: { type: "string", enum: ["low", "normal", "high"], default: "normal" },
      severity: {
        oneOf: [
          { const: 1, title: "Minor" },
          { const: 2, title: "Major" },
        ],
      },
      points: { type: "integer", minimum: 0, maximum: 13 },
      notify: { type: "boolean", default: true },
      hidden: { type: "boolean" },
      labels: { type: "array", items: { type: "string" }, minItems: 1 },
      days: { type: "array", uniqueItems: true, items: { enum: ["Mon", "Tue", "Wed"] } },
      who: {
        oneOf: [
          {
            title: "Person",
            type: "object",
            properties: { kind: { const: "person" }, email: { type: "string", format: "email" } },
            required: ["kind", "email"],
          },
          {
            title: "Team",
            type: "object",
            properties: { kind: { const: "team" }, id: { type: "integer" } },
            required: ["kind", "id"],
          },
        ],
      },
      due: { type: ["string", "null"], format: "date" },
      parent: { $ref: "#/$defs/node" },
      extra: { type: "object", additionalProperties: { type: "string" } },
      anything: {},
    },
    $defs: { node: { type: "object", properties: { name: { type: "string" }, child: { $ref: "#/$defs/node" } } } },
  },
};

const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const answer = {
  content: [
    {
      type: "text",
      text: "# Done\n\nTicket **42** was made, see [its page](https://tickets.example.com/42).\n\n| a | b |\n|---|---|\n| 1 | 2 |",
    },
    { type: "text", text: '{"list":[1,2,{"deep":null}]}' },
    { type: "text", text: "plain_text_with_lines\nand * no * marks" },
    { type: "image", mimeType: "image/png", data: pixel },
    { type: "resource_link", uri: "file:///report", name: "The report" },
  ],
  structuredContent: { id: "42" },
};

async function withPage(
  listed: Parameters<typeof openToolPage>[1],
  options: PageOptions & { readonly kind?: "resource" | "prompt" },
  act: (opened: OpenedPage) => Promise<void>,
): Promise<void> {
  const opened = await openToolPage(browser, listed, options);
  try {
    await act(opened);
    assert.deepEqual({ faults: opened.faults, requests: opened.requests }, { faults: [], requests: [] });
  } finally {
    await opened.close();
  }
}

const ended = async ({ tell }: OpenedPage, result: object, id = 1, args = {}) => {
  const outcome: RunOutcome = { kind: "answered", result: shownResult("tool", { ...result }) };
  await tell({ kind: "running", id });
  await tell({ kind: "ended", run: { id, args, at: 0, ms: 1_234, outcome } });
};

const run = ({ page }: OpenedPage) => page.getByRole("button", { name: "Run", exact: true }).click();

test("what is entered with the keyboard alone is what is sent, of the types that the schema has", () =>
  withPage(ticket, {}, async (opened) => {
    const { page } = opened;
    const { keyboard } = page;
    /** Goes on until the focus is on what has this name. */
    const goTo = async (name: string | RegExp) => {
      for (let steps = 0; steps < 60; steps++) {
        await keyboard.press("Tab");
        const named = await page.evaluate(
          "[document.activeElement.ariaLabel, document.activeElement.labels?.[0]?.innerText, document.activeElement.textContent].find((text) => text)",
        );
        if (new RegExp(name).test(String(named))) return;
      }
      assert.fail(`${name} is not reached with Tab`);
    };
    await goTo(/^title/);
    await keyboard.type("Broken");
    await goTo(/^priority/);
    await keyboard.press("ArrowDown");
    await goTo(/^Add labels$/);
    await keyboard.press("Enter");
    await keyboard.type("one");
    await goTo(/^Add labels$/);
    await keyboard.press("Enter");
    await keyboard.type("two");
    await keyboard.press("Alt+ArrowUp");
    await goTo(/^who: Kind/);
    await keyboard.press("ArrowDown");
    await goTo(/^id/);
    await keyboard.type("7");
    await goTo(/^points/);
    await keyboard.press("ArrowUp");
    await keyboard.press("ArrowUp");
    await goTo(/^hidden/);
    await keyboard.press("ArrowDown");
    await goTo(/Tue/);
    await keyboard.press("Space");
    await keyboard.press("Control+Enter");
    const { args } = await opened.last("run");
    assert.deepEqual(args, {
      title: "Broken",
      priority: "high",
      labels: ["two", "one"],
      who: { kind: "team", id: 7 },
      points: 2,
      notify: true,
      hidden: true,
      days: ["Tue"],
    });
  }));

test("nothing runs that does not fit, each fault stands beside its field, and the first has the focus", () =>
  withPage(ticket, {}, async (opened) => {
    const { page, asked } = opened;
    await page.getByLabel("points").fill("many");
    await run(opened);
    const wrong = page.locator(".field.wrong");
    assert.deepEqual(
      {
        fields: await wrong.evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.path)),
        invalid: await page.locator("[aria-invalid=true]").count(),
        alert: await page.getByRole("alert").innerText(),
        focus: await page.evaluate("document.activeElement.id"),
        said: await page.locator("[data-path='/points'] > .fault").innerText(),
        runs: asked.filter(({ kind }) => kind === "run").length,
      },
      {
        fields: ["/title", "/labels", "/who/email", "/points"],
        invalid: 3,
        alert: "4 arguments need your attention.",
        focus: "field:title",
        said: "Expected a whole number, found a text.",
        runs: 0,
      },
    );
    await page.getByLabel("title").fill("Long enough");
    assert.equal(await page.locator("[data-path='/title'] > .fault").innerText(), "");
  }));

test("a tool that names no arguments can be given some all the same, which nobody meets who only wants to run it", () =>
  withPage({ name: "ping", inputSchema: { type: "object" } }, {}, async (opened) => {
    const { page } = opened;
    const box = page.getByLabel("Name of the new member");
    assert.equal(await box.isVisible(), false);
    await page.getByText("It names no arguments. Add one all the same").click();
    await box.fill("colour");
    await box.press("Enter");
    await page.locator("[data-path='/colour'] textarea, [data-path='/colour'] input").first().waitFor();
  }));

test("objects in objects are opened on demand, named members are added, and null is a value", () =>
  withPage(ticket, {}, async (opened) => {
    const { page } = opened;
    await page.getByRole("button", { name: "Add parent" }).click();
    await page.getByRole("button", { name: "Add child" }).click();
    await page.locator("[data-path='/parent/child'] input").first().fill("deep");
    await page.getByRole("button", { name: "Add extra" }).click();
    await page.getByLabel("Name of the new member").fill("colour");
    await page.getByLabel("Name of the new member").press("Enter");
    await page.locator("[data-path='/extra/colour'] input").fill("red");
    await page.locator("[data-path='/due'] input[type=checkbox]").check();
    await page.locator("[data-path='/anything'] textarea").fill('{"free": [1]}');
    const entered = (is: (args: JsonObject) => boolean) =>
      until(() => opened.asked.findLast((one) => one.kind === "arguments" && is(one.args)), "the arguments");
    const { args } = (await entered((all) => all.anything !== undefined)) as { args: JsonObject };
    await page.getByRole("button", { name: "Remove parent" }).click();
    const { args: without } = (await entered((all) => all.parent === undefined && "anything" in all)) as {
      args: JsonObject;
    };
    const { parent, extra, due, anything } = args;
    assert.deepEqual(
      { parent, extra, due, anything, without: without.parent },
      {
        parent: { child: { name: "deep" } },
        extra: { colour: "red" },
        due: null,
        anything: { free: [1] },
        without: undefined,
      },
    );
  }));

test("arguments that were typed as JSON are shown in the form, whatever they are", () =>
  withPage(ticket, {}, async (opened) => {
    const { page, tell } = opened;
    const args = { title: 5, priority: "other", labels: ["x"], who: { kind: "team", id: 3 }, unknown: { a: [1] } };
    await tell({ kind: "arguments", args });
    await page.locator("[data-path='/unknown']").waitFor();
    await page.getByRole("button", { name: "Edit as JSON" }).click();
    assert.deepEqual(
      {
        title: await page.locator("[data-path='/title'] textarea").inputValue(),
        priority: await page.getByLabel("priority").locator("option:checked").innerText(),
        team: await page.getByLabel("who: Kind").locator("option:checked").innerText(),
        sent: (await opened.last("editJson")).args,
      },
      { title: "5", priority: "other", team: "Team", sent: args },
    );
  }));

test("a result is shown as Markdown, JSON, text, picture and link, with its time and size, and raw for the asking", () =>
  withPage(
    { ...ticket, outputSchema: { type: "object", properties: { id: { type: "integer" } } } },
    {},
    async (opened) => {
      const { page } = opened;
      await ended(opened, answer, 1, { title: "Again" });
      await page.getByRole("tab", { name: "Result" }).waitFor();
      const shown = {
        facts: await page.locator(".answered > .head > .soft").innerText(),
        heading: await page.locator(".markdown h3").innerText(),
        tree: (await page.locator(".tree").first().innerText()).includes("list: [ 3 ]"),
        plain: await page.locator("pre.plain").innerText(),
        picture: await page.locator("img").evaluate((image: HTMLImageElement) => image.naturalWidth),
      };
      await page.getByRole("button", { name: "The report" }).click();
      await page.getByRole("tab", { name: "Result" }).press("ArrowRight");
      const structured = await page.getByRole("tabpanel").innerText();
      await page.getByRole("tab", { name: "Structured" }).press("ArrowRight");
      await page.getByRole("button", { name: "Copy" }).click();
      await page.locator(".history summary").click();
      await page.locator(".history li button").click();
      assert.deepEqual(
        {
          ...shown,
          read: (await opened.last("readResource")).uri,
          structured: /does not fit the output schema: \/id Expected a whole number, found a text/.test(structured),
          copied: await opened.last("copyPart"),
          filled: await page.getByLabel("title").inputValue(),
          runs: opened.asked.filter(({ kind }) => kind === "run").length,
        },
        {
          facts: "1.2 s, 524 B",
          heading: "Done",
          tree: true,
          plain: "plain_text_with_lines\nand * no * marks",
          picture: 1,
          read: "file:///report",
          structured: true,
          copied: { kind: "copyPart", run: 1, part: "raw" },
          filled: "Again",
          runs: 0,
        },
      );
    },
  ));

test("a run can be cancelled, shows how far it is, and a failure is shown in words", () =>
  withPage(ticket, {}, async (opened) => {
    const { page, tell, asked } = opened;
    await tell({ kind: "running", id: 1 });
    await tell({ kind: "progress", id: 1, message: "Step 3 of 10", fraction: 0.3 });
    await page.getByText("Step 3 of 10").waitFor();
    const progress = await page.locator("progress").evaluate((bar: HTMLProgressElement) => bar.value);
    await page.keyboard.press("Enter");
    await opened.last("cancel");
    const words = {
      title: "It answered with an error.",
      detail: "Error -32602.",
      nextStep: "Correct it.",
      code: "answered_with_error",
    };
    await tell({ kind: "ended", run: { id: 1, args: {}, at: 0, ms: 5, outcome: { kind: "failed", ...words } } });
    await page.getByText("Error -32602.").waitFor();
    assert.deepEqual(
      {
        progress,
        runs: asked.filter(({ kind }) => kind === "run").length,
        hidden: await page.locator("progress").isHidden(),
      },
      { progress: 0.3, runs: 0, hidden: true },
    );
  }));

const hostile = [
  "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>",
  "[a](command:workbench.action.quit) [b](javascript:alert(1)) [c](data:text/html,x) [d](http://example.com) [e](vscode://x/y)",
  "![p](https://example.com/spy.png) <iframe src=https://example.com></iframe> [f](https://example.com/ok)",
  "<base href=https://example.com><form action=https://example.com><input name=q></form>",
].join("\n\n");

test("whatever a gateway writes is text: nothing of it runs, loads or leads anywhere but to https, which is asked for", () =>
  withPage(
    {
      ...ticket,
      title: hostile,
      description: hostile,
      inputSchema: {
        type: "object",
        title: hostile,
        properties: { [hostile]: { type: "string", title: hostile, description: hostile, enum: [hostile] } },
      },
    },
    {},
    async (opened) => {
      const { page } = opened;
      await ended(opened, {
        content: [
          { type: "text", text: hostile },
          { type: "resource_link", uri: "command:evil", name: hostile },
        ],
        structuredContent: { [hostile]: hostile },
      });
      await page.getByRole("tab", { name: "Result" }).waitFor();
      const links = await page
        .locator("a")
        .evaluateAll((all) => [...new Set(all.map((one) => one.getAttribute("href")))]);
      await page.locator("a", { hasText: "f" }).first().click();
      assert.deepEqual(
        {
          links,
          elements: await page.locator("main :is(script, iframe, form, base, object, embed, link, style)").count(),
          pictures: await page.locator("img").count(),
          asked: (await opened.last("openLink")).href,
          title: (await page.title()).includes("run'"),
          at: page.url(),
        },
        {
          links: ["https://example.com/spy.png", "https://example.com/ok"],
          elements: 0,
          pictures: 0,
          asked: "https://example.com/ok",
          title: true,
          at: "https://page.test/",
        },
      );
    },
  ));

test("when the gateway changes the tool, what was typed is kept, and the new form is shown for the asking", () =>
  withPage(ticket, {}, async (opened) => {
    const { page, tell } = opened;
    await page.getByLabel("title").fill("Kept");
    const changed = {
      ...ticket,
      inputSchema: { type: "object", properties: { title: { type: "string" }, added: { type: "string" } } },
    };
    await tell({ kind: "changed", subject: subjectOf("tool", changed) });
    await page.getByText("The gateway changed this").waitFor();
    const before = await page.locator("[data-path='/added']").count();
    await page.getByRole("button", { name: "Show the New Form" }).click();
    await page.locator("[data-path='/added']").waitFor();
    const title = await page.getByLabel("title").inputValue();
    await tell({ kind: "changed", subject: undefined });
    await page.getByText("does not list this any more").waitFor();
    await tell({ kind: "standing", standing: { kind: "signedOut" } });
    await page.getByText("You are signed out").waitFor();
    assert.deepEqual({ before, title }, { before: 0, title: "Kept" });
  }));

test("a page that is opened again has what was entered, and tells its extension of nothing else", async () => {
  const inputSchema = { type: "object", properties: { n: { type: "integer", default: 5 } } };
  const { opened, open } = await loadToolPage(browser, { name: "again", inputSchema });
  const { page, asked, tell } = opened;
  await opened.last("ready");
  await tell({ ...open, args: { n: 7 } });
  await page.getByRole("heading", { name: "again" }).waitFor();
  const shown = await page.getByLabel("n", { exact: true }).inputValue();
  await page.getByRole("button", { name: "Edit as JSON" }).click();
  await opened.last("editJson");
  const said = asked.filter(({ kind }) => kind !== "ready");
  await opened.close();
  assert.deepEqual({ shown, said }, { shown: "7", said: [{ kind: "editJson", args: { n: 7 } }] });
});

test("200 arguments are folded, filtered and filled in, and draw in less than a second", () => {
  const properties = Object.fromEntries(
    Array.from({ length: 200 }, (_, at) => [`field_${at}`, { type: "string", title: `Field ${at}` }]),
  );
  return withPage(
    { name: "many", inputSchema: { type: "object", properties, required: ["field_7"] } },
    {},
    async (opened) => {
      const { page } = opened;
      const summary = await page.locator("details.optional summary").innerText();
      await page.getByLabel("Filter arguments").fill("field 142");
      const shown = await page.locator(".field:visible").count();
      await page.getByLabel("Field 142").fill("found");
      await page.getByLabel("Filter arguments").fill("");
      await page.getByLabel("Field 7", { exact: true }).fill("x");
      await run(opened);
      const drawn = await page.evaluate("performance.getEntriesByType('navigation')[0].duration");
      assert.deepEqual(
        { summary, shown, sent: (await opened.last("run")).args, isQuick: Number(drawn) < 5_000 },
        { summary: "199 optional arguments", shown: 1, sent: { field_142: "found", field_7: "x" }, isQuick: true },
      );
    },
  );
});

test("without a schema, with `true` and with one that refers to nothing there is still a form", async () => {
  for (const inputSchema of [
    undefined,
    true,
    {},
    { type: "object", properties: { a: { $ref: "https://example.com/a" } } },
  ]) {
    await withPage({ name: "odd", inputSchema }, {}, async (opened) => {
      await run(opened);
      assert.deepEqual((await opened.last("run")).args, {});
    });
  }
});

test("what is typed into an argument of a prompt is completed", () =>
  withPage({ name: "introduce", arguments: [{ name: "who", required: true }] }, { kind: "prompt" }, async (opened) => {
    const { page, tell } = opened;
    await page.getByLabel("who").fill("A");
    const { argument, value } = await opened.last("complete");
    await tell({ kind: "completed", argument: "who", values: ["Ada", "Alan"] });
    const options = await until(async () => {
      const found = await page
        .locator("datalist option")
        .evaluateAll((all) => all.map((one) => one.getAttribute("value")));
      return found.length > 0 && found;
    }, "completions");
    assert.deepEqual({ argument, value, options }, { argument: "who", value: "A", options: ["Ada", "Alan"] });
  }));

const report: AccessReport = {
  gateway: { name: "finance", url: "https://gw.example/mcp" },
  at: 0,
  letIn: false,
  outcome: "Expected one of a, found b.",
  sections: [
    {
      id: "rules",
      title: "Rules",
      about: "Judged by what was pasted.",
      checks: [
        { what: "Audience", state: "failed", expected: "a", found: "b", fix: "Add b.", paste: '"allowedAudience": []' },
        { what: "Clocks", state: "passed", found: "0 s" },
        { what: "Other", state: "unknown" },
        { what: "More", state: "note", found: "c" },
      ],
    },
  ],
};

for (const theme of Object.keys(themes) as Theme[]) {
  test(`in the ${theme} theme no page breaks a rule of accessibility, and at 400 pixels nothing is cut off`, async () => {
    const broken: string[] = [];
    for (const width of [900, 400]) {
      await withPage(ticket, { theme, width }, async (opened) => {
        const { page } = opened;
        await page.getByRole("button", { name: "Add labels" }).click();
        await page.getByRole("button", { name: "Add parent" }).click();
        await run(opened);
        broken.push(...(await opened.brokenRules()));
        await ended(opened, answer);
        await page.locator(".history summary").click();
        broken.push(...(await opened.brokenRules()));
        const isWide = await page.evaluate(
          "document.documentElement.scrollWidth > document.documentElement.clientWidth",
        );
        if (isWide) broken.push(`the page is wider than ${width} pixels`);
      });
      const access = await openHtml(browser, accessReportPage(report, "abc123"), { theme, width });
      broken.push(...(await access.brokenRules()));
      await access.close();
    }
    assert.deepEqual(broken, []);
  });
}

test("a page whose first words, or their answer, were lost asks again, is drawn once, and then asks no more", async () => {
  const { opened, open } = await loadToolPage(browser, ticket);
  const asks = () => opened.asked.filter(({ kind }) => kind === "ready").length;
  await until(() => asks() === 2, "the second ready");
  await opened.tell(open);
  await opened.page.getByLabel("title", { exact: true }).fill("A draft");
  await opened.tell(open);
  await opened.tell({ kind: "standing", standing: { kind: "signedOut" } });
  await opened.page.getByRole("status").first().waitFor();
  assert.equal(await opened.page.getByLabel("title", { exact: true }).inputValue(), "A draft");
  const before = asks();
  // Longer than between the first two.
  await opened.page.waitForTimeout(1_500);
  assert.equal(asks(), before);
  await opened.close();
});

test("a gateway that is called as its target is stands there once", async () => {
  const { opened, open } = await loadToolPage(browser, { name: "shop___refund" });
  await opened.last("ready");
  await opened.tell({ ...open, gateway: "shop" });
  assert.equal(await opened.page.locator("header p").innerText(), "shop___refund · shop");
  await opened.close();
});
