import { startWebServer } from "../webServer.ts";

/** A model in the place of a vendor's (OpenAI's Chat Completions), which says "done" and notes the tools it was offered. */
export async function startToolModel() {
  const offered = new Set<string>();
  const { origin, stop } = await startWebServer(async (request) => {
    if (request.method === "GET") return Response.json({ object: "list", data: [{ id: "model", object: "model" }] });
    const { tools = [], stream } = (await request.json()) as Asked;
    for (const { function: tool } of tools) if (tool) offered.add(tool.name);
    if (!stream) {
      const message = { role: "assistant", content: "done" };
      return Response.json({ ...answer("chat.completion"), choices: [{ index: 0, message, finish_reason: "stop" }] });
    }
    const parts = [
      { delta: { role: "assistant", content: "done" }, finish_reason: null },
      { delta: {}, finish_reason: "stop" },
    ];
    const lines = parts.map((part) =>
      JSON.stringify({ ...answer("chat.completion.chunk"), choices: [{ index: 0, ...part }] }),
    );
    const text = [...lines, "[DONE]"].map((line) => `data: ${line}\n\n`).join("");
    return new Response(text, { headers: { "content-type": "text/event-stream" } });
  });
  return { address: `${origin}/v1`, offered, stop };
}

interface Asked {
  readonly tools?: readonly { readonly function?: { readonly name: string } }[];
  readonly stream?: boolean;
}

const answer = (object: string) => ({ id: "answer", object, created: 1, model: "model" });
