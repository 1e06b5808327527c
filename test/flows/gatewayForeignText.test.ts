import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { initialize } from "../support/gatewayCaller.ts";
import { ended, withFiles, withProgram } from "../support/gatewayProgram.ts";
import { hostile, hostileParts } from "../support/hostileText.ts";
import { until } from "../support/until.ts";

/** What a terminal, HTML and Markdown obey at once, and much of it. */
const spoiled = (name: string): string =>
  `${hostile(name)}<img src=x onerror=alert(1)>[a](command:evil)${"so long ".repeat(3_000)}`;

/** The same as an argument, which has no NUL. */
const argument = (name: string): string => hostile(name).replaceAll("\u0000", "");

/** A target that says, when it is called, what it is told to in its name: a result, an error, or its last words. */
const says = JSON.stringify(spoiled("target"));
const lastWords = JSON.stringify(`${spoiled("first")}\n${hostile("last words")}`);
const target = `
  const { name, arguments: how } = params;
  if (how?.fail === "error") say(id, { error: { code: -32050, message: ${says} } });
  else if (how?.fail === "exit") { process.stderr.write(${lastWords}, () => process.exit(7)); }
  else say(id, { result: { content: [{ type: "text", text: "done" }] } });`;

/** All the bytes that answer a request, with its head. */
async function raw(port: number, head: string, body = "", more = ""): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let said = "";
  socket.setEncoding("utf8").on("data", (piece) => {
    said += piece;
  });
  socket.on("error", () => {});
  const closed = once(socket, "close");
  const length = Buffer.byteLength(body);
  const fixed = `Host: localhost\r\nConnection: close\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n`;
  socket.write(`${head}\r\n${fixed}${more}Content-Length: ${length}\r\n\r\n`.replaceAll("\\r\\n", "\r\n"), "latin1");
  socket.write(body);
  await closed;
  return said;
}

/** Every string of an answer, as whoever parses it has it. */
function strings(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) => [name, ...strings(one)]);
}

const bodyOf = (answer: string): unknown => {
  const body = answer.slice(answer.indexOf("\r\n\r\n"));
  const data = /^data: (\{.*)$/m.exec(body)?.[1] ?? /\{.*\}/s.exec(body)?.[0] ?? "{}";
  return JSON.parse(data);
};

/** What is left in what a person reads, where our own line ends are none of it. */
const leftIn = (text: string): readonly string[] => [
  ...new Set(hostileParts(text.replaceAll("\r\n", "\n").replaceAll("\t", " "))),
];

test("whatever a caller and a target write, the local gateway's own answers, terminal and audit have one line of what is seen of it", () =>
  withFiles(async ({ folder, scripted, write }) => {
    const local = { auditFile: "audit.jsonl" };
    const bad = { name: "bad", stdio: scripted(target, `process.stderr.write(${says});`) };
    const file = write(
      "a.json",
      { name: "tools", exceptionLevel: "DEBUG", targets: [bad], local, authorizerType: "NONE" },
      null,
    );
    const answers: string[] = [];
    let stderr = "";
    await withProgram(["--config", file], async ({ gateways }, started) => {
      const { port = 0 } = gateways[0] ?? {};
      const opened = await raw(port, "POST /mcp HTTP/1.1", JSON.stringify(initialize));
      const id = /mcp-session-id: (\S+)/i.exec(opened)?.[1] ?? assert.fail(opened);
      const post = async (message: object, more = "") => {
        const asked = JSON.stringify({ jsonrpc: "2.0", id: 7, ...message });
        const answer = await raw(port, "POST /mcp HTTP/1.1", asked, `Mcp-Session-Id: ${id}\r\n${more}`);
        answers.push(answer);
        return bodyOf(answer) as { readonly error?: { readonly message: string }; readonly result?: object };
      };
      const call = (name: string, args: object = {}) =>
        post({ method: "tools/call", params: { name, arguments: args } });
      const agent = `User-Agent: \u009b31m\u0085evil\u00ad\r\n`;
      const own = [
        await call(spoiled("nobody___tool")),
        await call(spoiled("no")),
        await post({ method: "prompts/get", params: { name: spoiled("nobody___prompt") } }, agent),
        await post({ method: spoiled("method") }, agent),
        await post({ method: "resources/read", params: { uri: "file:///a" } }),
        await call("bad___wait", { fail: "exit" }),
      ];
      const handedOn = await call("bad___wait", { fail: "error" });
      answers.pop();
      for (const path of ["/%1b[2J%e2%80%ae/", "/\u009b31m\u0085", "/.well-known/\u009b?a=\u009b", "/mcp/\u009b"])
        answers.push(await raw(port, `GET ${path} HTTP/1.1`, "", agent));
      answers.push(await raw(port, "POST /mcp HTTP/1.1", "{", agent));
      answers.push(await raw(port, "\u009bPOST /mcp HTTP/1.1", "{}", agent));
      answers.push(
        await raw(port, "POST /mcp HTTP/1.1", "{}", `Mcp-Session-Id: \u009b31m\r\nMcp-Protocol-Version: \u009b\r\n`),
      );
      const lines = () => readFileSync(join(folder, "audit.jsonl"), "utf8");
      await until(() => lines().split("\n").length > answers.length + 1, "the audit");
      stderr = started.logs.join("\n");
      const said = own.flatMap(strings);
      assert.deepEqual(
        {
          own: said.flatMap((text) => leftIn(text)),
          longest: Math.max(...said.map((text) => text.length)) < 2_000,
          answers: answers.flatMap((text) => leftIn(text)),
          audit: leftIn(lines()),
          stderr: leftIn(stderr),
        },
        { own: [], longest: true, answers: [], audit: [], stderr: [] },
      );
      assert.ok(
        said.some((text) => /Unknown tool: nobody___tool Signed in\./.test(text)),
        said.join("; ").slice(0, 2_000),
      );
      assert.ok(
        said.some((text) => /The target bad failed/.test(text)),
        said.join("; ").slice(0, 2_000),
      );
      assert.match(stderr, /last words.*Signed in\./, "what the target wrote is shown");
      assert.ok(lines().includes("nobody___tool"), "what the caller wrote is recorded");
      // What a target itself answers is its own, and comes as it is: JSON keeps it from being anything else on the way.
      assert.equal(handedOn.error?.message, spoiled("target"));
    });
  }));

test("what files, policies and tokens say is printed as one line of what is seen of it, and JSON as escapes", () =>
  withFiles(async ({ issuer, folder, write }) => {
    const faulty = write("b.json", { name: spoiled("x"), [spoiled("member")]: 1, targets: [{ name: spoiled("t") }] });
    const good = write("c.json", { targets: [] });
    const token = join(folder, "token");
    writeFileSync(token, await issuer.token({ sub: spoiled("ada"), aud: spoiled("api") }));
    const runs = [
      await ended(["--check", "--config", faulty]),
      await ended(["--check", "--config", argument("nowhere")]),
      await ended([argument("verb")]),
      await ended(["explain", "--config", good, "--token", `@${token}`]),
      await ended(["explain", "--config", good, "--token", `@${token}`, "--json"]),
    ];
    const printed = runs.map(({ out, err }) => `${out}\n${err}`);
    assert.deepEqual(
      printed.map((text) => [leftIn(text), text.includes("Signed in.")]),
      printed.map(() => [[], true]),
    );
  }));
