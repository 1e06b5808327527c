/** How a server refused a request. */
export interface Refusal {
  /** The HTTP status; 200 for an error that came as an answer. */
  readonly status: number;
  /** The body, or the message of the error that came as an answer. */
  readonly text: string;
  /** The code of the JSON-RPC error that it was or had, if any. */
  readonly code?: number | undefined;
}

/** One way to say that a session is not known. */
interface Spelling {
  readonly statuses: (status: number) => boolean;
  /** Any, or none, when absent. */
  readonly codes?: (code: number | undefined) => boolean;
  /** Any when absent. */
  readonly words?: RegExp;
  /** Whether who says so has begun nothing, so that even a call with effects may be sent again. */
  readonly ranNothing: boolean;
  /** Whether it means the same to a request that named no session: the server wants one since it was replaced. */
  readonly withoutOne?: true;
}

/** Codes with which JSON-RPC speaks of what was asked, and not of the session. */
const RESOURCE_NOT_FOUND = -32002;
const aboutTheRequest = new Set([-32700, -32601, -32602, -32603, RESOURCE_NOT_FOUND]);
const isAboutSession = (code: number | undefined): boolean => code === undefined || !aboutTheRequest.has(code);

const mentioned = /session|initiali[sz]/i;

/** Says that initialising comes first, of the server or the session: a tool's database may not be initialised either. */
const uninitialised =
  /\b(?:server|client|session|connection|protocol|mcp)\b[\w\s]{0,20}\b(?:not\b[\w\s]{0,12}\binitiali[sz]ed|uninitiali[sz]ed)\b|^\W*not (?:yet )?initiali[sz]ed\W*$|\bbefore\b[\w\s]{0,12}\binitiali[sz]|\bexpect\w*\b[^.]{0,12}\binitiali[sz]e\b/i;
/** Says of a session that there is none. */
const unknownSession =
  /\bsession\b[^.\n]{0,80}\b(?:not found|not valid|not known|not exist|not recogni[sz]ed|not active|n't exist|unknown|invalid|expired|terminated|closed|missing|required|gone|lost|ended)\b|\b(?:no|not an?|invalid|unknown|expired|missing|unrecogni[sz]ed|terminated|stale)\b[^.\n]{0,30}\bsession\b/i;
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
  { status, text, code }: Refusal,
  hadSession: boolean,
): { readonly ranNothing: boolean } | undefined {
  if (code === RESOURCE_NOT_FOUND && otherwiseMeant.test(text)) return undefined;
  const said = page.test(text) ? "" : text.slice(0, LONGEST);
  return spellings.find(
    ({ statuses, codes, words, withoutOne }) =>
      statuses(status) &&
      (codes?.(code) ?? true) &&
      (words?.test(said) ?? true) &&
      (hadSession || (withoutOne ?? false)),
  );
}

/** What says it stands at the beginning. */
const LONGEST = 2000;
