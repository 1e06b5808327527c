import { ProtocolError, ResourceNotFoundError, Server, type ServerContext } from "@modelcontextprotocol/server";
import type { Target, TargetCaller } from "../../gateway/router/target.ts";
import { messageOf } from "../../lib/causes.ts";
import { personBySub } from "../identity/people.ts";
import { type PersonOf, sampleTools, type ToolCall } from "./sampleTools.ts";

const INVALID_PARAMS = -32602;
const NOTES_URI = "sandbox://notes";

const notesResource = {
  uri: NOTES_URI,
  name: "notes",
  title: "My notes",
  description: "What you saved with save_note.",
  mimeType: "text/plain",
};

const introducePrompt = {
  name: "introduce",
  title: "Introduce me",
  description: "Asks the agent to find out who you are.",
  arguments: [{ name: "language", description: "The language of the answer.", required: false }],
};

/** The scope that the sample's writing tool needs beyond the gateway's own. */
export function sampleToolScopes(writeScope: string | undefined): Readonly<Record<string, readonly string[]>> {
  return writeScope === undefined ? {} : { sample___save_note: [writeScope] };
}

/**
 * The MCP server behind the sandbox's gateway. It keeps notes for each person, for as long as it runs.
 *
 * @param personOf finds the person with a given subject
 */
export function sampleTarget(personOf: PersonOf = personBySub): Target {
  const notes = new Map<string, string[]>();
  const notesOf = (caller: TargetCaller | undefined): string[] => {
    const key = caller?.subject ?? "";
    const known = notes.get(key) ?? [];
    notes.set(key, known);
    return known;
  };
  return { kind: "inProcess", name: "sample", create: (caller) => sampleServer(caller, notesOf(caller), personOf) };
}

function sampleServer(caller: TargetCaller | undefined, notes: string[], personOf: PersonOf): Server {
  const server = new Server(
    { name: "sample", version: "1.0.0", title: "Sandbox sample" },
    {
      instructions: "Tools for trying out a connection through the gateway.",
      capabilities: { tools: {}, resources: {}, prompts: {} },
    },
  );
  server.setRequestHandler("tools/list", () => ({ tools: sampleTools.map(({ definition }) => definition) }));
  server.setRequestHandler("tools/call", async ({ params }, ctx) => {
    const tool = sampleTools.find(({ definition }) => definition.name === params.name);
    if (!tool) throw new ProtocolError(INVALID_PARAMS, `Unknown tool: ${params.name}`);
    const { signal } = ctx.mcpReq;
    const progress = progressTo(ctx);
    const call: ToolCall = { args: params.arguments ?? {}, caller, personOf, notes, signal, progress };
    try {
      return { content: [{ type: "text" as const, text: await tool.run(call) }] };
    } catch (error) {
      // A cancelled call has no reader; any other failure is for the model to read.
      const reason = messageOf(error);
      return { content: [{ type: "text" as const, text: reason }], isError: true };
    }
  });
  server.setRequestHandler("resources/list", () => ({ resources: [notesResource] }));
  server.setRequestHandler("resources/read", ({ params }) => {
    if (params.uri !== NOTES_URI) throw new ResourceNotFoundError(params.uri);
    const text = notes.length === 0 ? "There is no note yet." : notes.map((note) => `- ${note}`).join("\n");
    return { contents: [{ uri: NOTES_URI, mimeType: "text/plain", text }] };
  });
  server.setRequestHandler("prompts/list", () => ({ prompts: [introducePrompt] }));
  server.setRequestHandler("prompts/get", ({ params }) => {
    if (params.name !== introducePrompt.name) throw new ProtocolError(INVALID_PARAMS, `Unknown prompt: ${params.name}`);
    const language = params.arguments?.language ?? "English";
    const text = `Find out with the tool whoami who I am, and introduce me in one sentence, in ${language}.`;
    return { messages: [{ role: "user" as const, content: { type: "text" as const, text } }] };
  });
  return server;
}

function progressTo({ mcpReq }: ServerContext): ToolCall["progress"] {
  const progressToken = mcpReq._meta?.progressToken;
  return async (done, of) => {
    if (progressToken === undefined) return;
    const params = { progressToken, progress: done, total: of, message: `step ${done} of ${of}` };
    await mcpReq.notify({ method: "notifications/progress", params });
  };
}
