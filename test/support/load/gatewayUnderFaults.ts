import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Agent, fetch } from "undici";
import { jsonLine, type Ready } from "../gatewayProgram.ts";
import { program, testProgram } from "../programs.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { until } from "../until.ts";
import { startProcess } from "../vscode/startProcess.ts";

/** What became of all requests of a crowd at the gateway's program, with faults going on. */
export interface Crowd {
  readonly callers: number;
  readonly seconds: number;
  /** Requests that were answered, by what they were answered with. */
  readonly answers: Readonly<Record<string, number>>;
  /** Requests that their callers gave up, or that had no answer. */
  readonly givenUp: number;
  readonly unanswered: number;
  /** Good calls whose answer is somebody else's or an error that no fault explains. */
  readonly wrong: readonly string[];
  readonly faults: Readonly<Record<string, number>>;
  /** Lines of the audit, answered requests that have none, and such as have several. */
  readonly audited: number;
  readonly missing: number;
  readonly doubled: number;
}

interface Behind {
  readonly discoveryUrl: string;
  readonly url: string;
  ask<T>(act: "token" | "rotate" | "faults" | "reads"): Promise<T>;
  stop(): Promise<void>;
}

/** Starts the issuer and the failing server in a process of their own. */
async function startBehind(): Promise<Behind> {
  type Said = {
    readonly ready?: Pick<Behind, "discoveryUrl" | "url">;
    readonly number?: number;
    readonly answer?: unknown;
  };
  const said = (line: string): Said => (line.startsWith("{") ? JSON.parse(line) : {});
  const started = startProcess(process.execPath, [testProgram("test/support/load/behindGateway.ts")], { stdin: true });
  const places = await started.line((line) => said(line).ready, "what is behind the gateway did not start");
  let asked = 0;
  return {
    ...places,
    async ask<T>(act: string) {
      const number = asked++;
      started.child.stdin?.write(`${act}\n`);
      const answer = await started.line(
        (line) => (said(line).number === number ? said(line) : undefined),
        `no answer to ${act}`,
      );
      return answer.answer as T;
    },
    stop: () => started.stop(),
  };
}

/**
 * So many callers call a tool one time after the other for so long. One call in fifty is given up, one has a token that is
 * none; the server behind fails, and the issuer changes its keys.
 */
export async function gatewayUnderFaults(callers: number, seconds: number): Promise<Crowd> {
  const behind = await startBehind();
  const folder = makeTemporaryFolder("crowd");
  const file = join(folder, "gateway.json");
  const rules = { discoveryUrl: behind.discoveryUrl, allowedAudience: ["api"] };
  const configuration = {
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: { customJWTAuthorizer: rules },
    targets: [{ name: "here", targetConfiguration: { mcp: { mcpServer: { endpoint: behind.url } } } }],
    local: { port: 0, auditFile: "audit.jsonl" },
  };
  writeFileSync(file, JSON.stringify(configuration));
  const started = startProcess(process.execPath, [...program("gateway"), "--config", file], { stdin: true });
  const agent = new Agent({ connections: callers, bodyTimeout: 120_000, headersTimeout: 120_000 });
  try {
    const ready = await started.line(jsonLine<Ready>("ready"), "the gateway did not start");
    const seen = await crowd({
      url: ready.gateways[0]?.url ?? "",
      agent,
      behind,
      callers,
      seconds,
    });
    const { ids, ...counts } = seen;
    const lines = () => readFileSync(join(folder, "audit.jsonl"), "utf8").split("\n").filter(Boolean);
    const known = counts.answered + counts.givenUp + counts.unanswered;
    // A request that was given up on its way may never have come.
    await until(() => lines().length >= ids.length, "the audit", 20_000).catch(() => {});
    const audited = new Map<string, number>();
    for (const line of lines()) {
      const { requestID } = JSON.parse(line) as { readonly requestID: string };
      audited.set(requestID, (audited.get(requestID) ?? 0) + 1);
    }
    if (lines().length > known) counts.wrong.push(`${lines().length} lines for ${known} requests`);
    return {
      ...{ callers, seconds, answers: counts.answers, givenUp: counts.givenUp, unanswered: counts.unanswered },
      ...{
        wrong: counts.wrong,
        faults: { ...(await behind.ask<Record<string, number>>("faults")), keys: counts.keys },
        audited: lines().length,
      },
      missing: ids.filter((id) => !audited.has(id)).length,
      doubled: [...audited.values()].filter((times) => times > 1).length,
    };
  } finally {
    await agent.close().catch(() => {});
    await started.stop();
    await behind.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface CrowdWorld {
  readonly url: string;
  readonly agent: Agent;
  readonly behind: Behind;
  readonly callers: number;
  readonly seconds: number;
}

async function crowd({ url, agent, behind, callers, seconds }: CrowdWorld) {
  const answers: Record<string, number> = {};
  const ids: string[] = [];
  const wrong: string[] = [];
  const counts = { answered: 0, givenUp: 0, unanswered: 0, keys: 0 };
  const end = performance.now() + seconds * 1000;
  let token = await behind.ask<string>("token");
  /** Odd while the issuer changes its keys, after which it vouches for no token of before. */
  let changes = 0;
  const rotate = async () => {
    changes += 1;
    token = await behind.ask<string>("rotate");
    changes += 1;
    counts.keys += 1;
  };
  let rotated: Promise<void> = Promise.resolve();
  const rotation = setInterval(
    () => {
      rotated = rotated.then(rotate);
    },
    Math.max(1_500, Math.min(60_000, (seconds * 1000) / 4)),
  );
  const call = async (caller: number, at: number) => {
    const number = caller + at * callers;
    const text = `caller ${caller}, call ${at}`;
    const before = changes;
    const kind = number % 50 === 17 ? "givenUp" : number % 50 === 33 ? "refused" : "good";
    const isOutdated = () => before % 2 === 1 || changes !== before;
    const leaving = new AbortController();
    if (kind === "givenUp") setTimeout(() => leaving.abort(), 20);
    const headers = {
      authorization: `Bearer ${kind === "refused" ? "none" : token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    };
    const params = { name: "here___echo", arguments: { text } };
    const body = JSON.stringify({ jsonrpc: "2.0", id: number, method: "tools/call", params });
    try {
      const answer = await fetch(url, { method: "POST", headers, body, dispatcher: agent, signal: leaving.signal });
      const said = await answer.text();
      counts.answered += 1;
      ids.push(answer.headers.get("x-amzn-requestid") ?? "none");
      const outcome = !answer.ok ? String(answer.status) : said.includes(text) ? "answered" : "told of a fault";
      answers[outcome] = (answers[outcome] ?? 0) + 1;
      const isExpected =
        kind === "refused" ? answer.status === 401 : answer.ok || (isOutdated() && answer.status === 401);
      const isOwn = outcome !== "told of a fault" || /internal error|isError|error/i.test(said);
      if (!isExpected || !isOwn || (kind === "refused" && said.includes(text)))
        wrong.push(`${kind}: ${answer.status} ${said.slice(0, 200)}`);
    } catch (error) {
      if (leaving.signal.aborted) counts.givenUp += 1;
      else {
        counts.unanswered += 1;
        wrong.push(`${kind}: ${String(error)}: ${String((error as Error).cause)}`);
      }
    }
  };
  const caller = async (_: unknown, who: number) => {
    for (let at = 0; performance.now() < end; at++) await call(who, at);
  };
  await Promise.all(Array.from({ length: callers }, caller));
  clearInterval(rotation);
  await rotated;
  return { answers, ids, wrong, ...counts };
}
