import assert from "node:assert/strict";
import { test } from "node:test";
import { callTool, SandboxClient } from "../support/sandboxClient.ts";
import { withSandbox } from "../support/withSandbox.ts";

for (const era of ["legacy", "modern"] as const) {
  test(`two people who call at the same time are told apart (${era})`, () =>
    withSandbox({}, async (sandbox) => {
      const people = ["ada", "grace"];
      const clients = await Promise.all(
        people.map(async (person) => {
          const client = new SandboxClient(sandbox);
          return await client.connect((await client.signIn({}, { person })).accessToken, era);
        }),
      );
      const said = await Promise.all([...clients, ...clients].map((client) => callTool(client, "sample___whoami")));
      const eras = clients.map((client) => client.getProtocolEra());
      await Promise.all(clients.map((client) => client.close()));
      const through = `, through the client ${sandbox.clientId}.`;
      const both = [`You are Ada Lovelace (ada)${through}`, `You are Grace Hopper (grace)${through}`];
      assert.deepEqual({ eras, said }, { eras: [era, era], said: [...both, ...both] });
    }));

  test(`a slow tool tells how far it is, and whoever cancels it can go on (${era})`, () =>
    withSandbox({}, async (sandbox) => {
      const client = new SandboxClient(sandbox);
      const mcp = await client.connect((await client.signIn()).accessToken, era);
      const steps: number[] = [];
      const onprogress = ({ progress }: { readonly progress: number }) => void steps.push(progress);
      const done = await mcp.callTool({ name: "sample___slow", arguments: { seconds: 0 } }, { onprogress });
      const cancel = new AbortController();
      const cancelled = mcp
        .callTool({ name: "sample___slow", arguments: { seconds: 100 } }, { signal: cancel.signal })
        .then(
          () => "answered",
          () => "ended",
        );
      cancel.abort();
      const outcome = await cancelled;
      const after = await callTool(mcp, "sample___echo", { text: "still here" });
      await mcp.close();
      assert.deepEqual(
        { content: done.content, steps, outcome, after },
        {
          content: [{ type: "text", text: "done after 0 s" }],
          steps: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
          outcome: "ended",
          after: "still here",
        },
      );
    }));
}

test("prompts and resources come through, and mistakes are told to the model in words", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const mcp = await client.connect((await client.signIn()).accessToken);
    const { prompts } = await mcp.listPrompts();
    const { messages } = await mcp.getPrompt({ name: prompts[0]?.name ?? "", arguments: { language: "French" } });
    const { resources } = await mcp.listResources();
    const mistake = await mcp.callTool({ name: "sample___add", arguments: { a: "two", b: 3 } });
    await mcp.close();
    assert.deepEqual(
      {
        prompts: prompts.map(({ name }) => name),
        french: JSON.stringify(messages).includes("in French"),
        resources: resources.map(({ uri }) => uri),
        mistake: { isError: mistake.isError, content: mistake.content },
      },
      {
        prompts: ["sample___introduce"],
        french: true,
        resources: ["sandbox://notes"],
        mistake: { isError: true, content: [{ type: "text", text: "a has to be a number" }] },
      },
    );
  }));
