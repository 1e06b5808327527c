/** How a server refused a request. */
export interface Refusal {
  /** The HTTP status; 200 for an error that came as an answer. */
  readonly status: number;
  /** The body, or the message of the error that came as an answer. */
  readonly text: string;
  /** The code of the JSON-RPC error that it was or had, if any. */
  readonly code?: number | undefined;
  /** Whether that error names no request, as one does that came before the request was read (JSON-RPC 2.0, 5). */
  readonly ofNoRequest?: boolean;
}

/** One way to say that a session is not known. */
interface Spelling {
  readonly statuses: (status: number) => boolean;
  /** Any, or none, when absent. */
  readonly codes?: (code: number | undefined) => boolean;
  /** Any when absent. */
  readonly words?: RegExp;
  readonly unless?: RegExp;
  /** Whether it means that only in an error that names no request. */
  readonly ofNoRequest?: true;
  /** Whether who says so has begun nothing, so that even a call with effects may be sent again. */
  readonly ranNothing: boolean;
  /** Whether it means the same to a request that named no session: the server wants one since it was replaced. */
  readonly withoutOne?: true;
}

/** Codes with which JSON-RPC speaks of what was asked, and not of the session. */
const RESOURCE_NOT_FOUND = -32002;
/** What is said of a message that is no request, and of which nothing is run (JSON-RPC 2.0, 5.1). */
const INVALID_REQUEST = -32600;
const aboutTheRequest = new Set([-32700, -32601, -32602, -32603, RESOURCE_NOT_FOUND]);
const isAboutSession = (code: number | undefined): boolean => code === undefined || !aboutTheRequest.has(code);

const mentioned = /session|initiali[sz]/i;

/** Says that initialising comes first, of the server or the session: a tool's database may not be initialised either. */
const uninitialised =
  /\b(?:server|client|session|connection|protocol|mcp)\b[\w\s]{0,20}\b(?:not\b[\w\s]{0,12}\binitiali[sz]ed|uninitiali[sz]ed)\b|^\W*not (?:yet )?initiali[sz]ed\W*$|\bbefore\b[\w\s]{0,12}\binitiali[sz]|\bexpect\w*\b[^.]{0,12}\binitiali[sz]e\b/i;
/** Says of a session that there is none, be it since it ended, which it may do in the middle of a call. */
const unknownSession =
  /\bsession\b[^.\n]{0,80}\b(?:not found|not valid|not known|not exist|not recogni[sz]ed|not active|n't exist|unknown|invalid|expired|terminated|closed|missing|required|gone|lost|ended)\b|\b(?:no|not an?|invalid|unknown|expired|missing|unrecogni[sz]ed|terminated|stale)\b[^.\n]{0,30}\bsession\b/i;
/** Says that it ended, and not that it was looked for in vain. */
const endedSession = /\b(?:terminated|closed|gone|lost|ended)\b/i;
const either = /* @__PURE__ */ new RegExp(`${uninitialised.source}|${unknownSession.source}`, "i");

/** Each with the reason why it means that. The first that fits is what was meant. */
const spellings: readonly Spelling[] = [
  // What the revision asks for (2025-11-25, basic/transports, session management).
  {
    statuses: (status) => status === 404,
    codes: isAboutSession,
    ranNothing: true,
  },
  // Refused before it was read. 400 is what the reference SDK's transport and samples answer ("Server not initialized",
  // "No valid session ID provided", "Mcp-Session-Id header is required"), 401 what rmcp did ("Session not found").
  {
    statuses: (status) => status === 400 || status === 401,
    codes: isAboutSession,
    words: mentioned,
    ranNothing: true,
  },
  // Refused too, by a status or with a code of its own: rmcp's 422 "expect initialize request", 410, a proxy's 403 or 409.
  {
    statuses: (status) => status >= 400 && status < 500,
    words: either,
    ranNothing: true,
    withoutOne: true,
  },
  // An answer, but a server that is not initialised runs nothing: -32002 "Server not initialized" of Elixir's servers.
  {
    statuses: (status) => status < 300,
    codes: (code) => code === RESOURCE_NOT_FOUND || isAboutSession(code),
    words: uninitialised,
    ranNothing: true,
    withoutOne: true,
  },
  // Whoever does not know which request it was has begun none, whatever the status: a proxy's 200, neotoma's 503.
  {
    statuses: (status) => status < 300 || status >= 500,
    words: either,
    unless: endedSession,
    ofNoRequest: true,
    ranNothing: true,
  },
  // Ours are valid, so that what is wrong is where they are sent: zilla says no more of a session that it has forgotten.
  {
    statuses: (status) => status < 300,
    codes: (code) => code === INVALID_REQUEST,
    words: /^\W*invalid request\W*$/i,
    ofNoRequest: true,
    ranNothing: true,
  },
  // Said of the request itself: "Unknown session id … client should reinitialize".
  {
    statuses: (status) => status < 300,
    codes: (code) => code === INVALID_REQUEST,
    words: unknownSession,
    unless: endedSession,
    ranNothing: true,
  },
  // Who answers, or breaks down, may have begun: a session can end in the middle of a call.
  {
    statuses: (status) => status < 300 || status >= 500,
    codes: isAboutSession,
    words: either,
    ranNothing: false,
  },
];

/** What a policy (AgentCore) and a resource that is not there (2025-11-25, server/resources) say with the same code. */
const otherwiseMeant = /\b(?:policy|denied|resources?)\b/i;
/** A page is whose server stands in between, and its session is not MCP's. */
const page = /^\s*</;

/** Whether a refusal speaks of the session at all, which is then asked about here and not of a token. */
export const speaksOfSession = (text: string): boolean => mentioned.test(text) && !page.test(text);

/**
 * Whether a server refused a request because it no longer knows the session that the request named. Servers say so in many
 * ways; `spellings` has those that are known.
 *
 * @param hadSession whether the request named one, without which a 404 says that there is nothing at this address
 * @returns whether it shows too that nothing was run; `undefined` where the session is not what is wrong
 */
export function lostSession(
  { status, text, code, ofNoRequest = false }: Refusal,
  hadSession: boolean,
): { readonly ranNothing: boolean } | undefined {
  if (code === RESOURCE_NOT_FOUND && otherwiseMeant.test(text)) return undefined;
  const said = page.test(text) ? "" : text.slice(0, LONGEST);
  return spellings.find(
    ({ statuses, codes, words, unless, ofNoRequest: only = false, withoutOne = false }) =>
      statuses(status) &&
      (codes?.(code) ?? true) &&
      (words?.test(said) ?? true) &&
      !unless?.test(said) &&
      (!only || ofNoRequest) &&
      (hadSession || withoutOne),
  );
}

/**
 * The error that JSON of another form means, where it refuses a request for its session: `{"error":"Session not found"}`.
 *
 * @returns undefined for any other JSON
 */
export function refusedSession({ error }: { readonly error?: unknown }): { code: number; message: string } | undefined {
  const message = typeof error === "string" ? error : (error as { message?: unknown } | null | undefined)?.message;
  const isSaid = typeof message === "string" && either.test(message.slice(0, LONGEST));
  return isSaid ? { code: INVALID_REQUEST, message } : undefined;
}

/** What says it stands at the beginning. */
const LONGEST = 2000;
