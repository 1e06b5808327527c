import { jsonObjectIn } from "../../lib/json/jsonObject.ts";
import type { HttpReply, Piece, ReplyStream, StreamedBody } from "../../lib/servedHttp.ts";
import type { Json } from "../../mcp/passThrough.ts";

/**
 * A streamed answer whose events pass through an interceptor, one after the other and in their order. It is asked about
 * events with an `id`, results and questions; progress and the log go on as they are (developer guide, "Response
 * interceptors with streaming enabled"). Status and headers are sent before the first event, and so are not its to change.
 */
export function interceptedStream(reply: HttpReply, change: (event: Json) => Promise<unknown>): HttpReply {
  const body = reply.body as StreamedBody;
  return {
    ...reply,
    body: (to) => {
      let rest = "";
      let done = Promise.resolve();
      const decoder = new TextDecoder();
      const later = (act: () => Promise<void> | void) => {
        done = done.then(act).catch(() => {});
      };
      const through: ReplyStream = {
        write(pieces) {
          rest += pieces.map((piece) => textOf(piece, decoder)).join("");
          for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
            const frame = rest.slice(0, end + 2);
            rest = rest.slice(end + 2);
            later(async () => to.write([await changedFrame(frame, change)]));
          }
        },
        end() {
          later(() => {
            if (rest !== "") to.write([rest]);
            to.end();
          });
        },
      };
      body(through);
    },
  };
}

const textOf = (piece: Piece, decoder: TextDecoder): string =>
  typeof piece === "string" ? piece : decoder.decode(piece, { stream: true });

async function changedFrame(frame: string, change: (event: Json) => Promise<unknown>): Promise<string> {
  const lines = frame.split("\n");
  const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
  const event = data.length === 0 ? undefined : jsonObjectIn(data.join("\n"));
  if (event?.id === undefined || event.id === null) return frame;
  const changed = JSON.stringify(await change(event));
  const others = lines.filter((line) => line !== "" && !line.startsWith("data:"));
  return `${[...others, `data: ${changed}`].join("\n")}\n\n`;
}
