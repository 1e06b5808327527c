/*
 * What is read from outside at the most, and for how long. The numbers are chosen here and nowhere else: a server that
 * nobody knows may send without end, or little that becomes much when it is decompressed.
 */

/** The largest message that is read, in bytes: a result, or an event of a stream. Images and files travel inside messages. */
export const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/**
 * Between what the largest result may be set, in MiB: by a person, an administrator, or whoever runs a local gateway. Texts of
 * more than twice the most no engine has.
 */
export const resultMiB = { type: "integer", minimum: 1, maximum: 256 } as const;

/** Between what the time of a call may be set, in seconds: what takes longer than a day is no call any more. */
export const callSeconds = { type: "integer", minimum: 1, maximum: 86_400 } as const;

/** How many arrays and objects may stand in each other. Schemas nest deepest, and stay below a hundred. */
export const MAX_DEPTH = 512;

/** The largest document about a server or a sign-in, in bytes: metadata, keys, tokens. Real ones take a few kilobytes. */
export const MAX_DOCUMENT_BYTES = 1024 * 1024;

/** How many arrays and objects may stand in each other in such a document. Real ones have four. */
export const MAX_DOCUMENT_DEPTH = 64;

/** The largest file of another program that is changed, in bytes: more than Claude Code's was ever seen to have. */
export const MAX_HOST_FILE_BYTES = 32 * 1024 * 1024;

/** The largest file that our own programs keep, in bytes: lists of tools are the longest. */
export const MAX_KEPT_FILE_BYTES = 64 * 1024 * 1024;

/** The longest line that a program of ours reads from another of ours, in bytes: commands, reports, what is logged. */
export const MAX_REPORT_BYTES = 8 * 1024 * 1024;

/** The most that is read of a body only to keep its connection, or for the words of an error, in bytes. */
export const MAX_WORDS_BYTES = 256 * 1024;

/** All requests together that find out how to sign in at a gateway, in milliseconds. A person waits. */
export const DISCOVERY_TIMEOUT_MS = 30_000;

/** How long one request waits altogether for a server that asks to be left alone, in milliseconds. Hosts wait for a minute. */
export const MAX_RETRY_AFTER_MS = 10_000;

/** The longest that a timer can wait, in milliseconds: one that is given more ends at once (Node, `setTimeout`). */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** How soon and how late a stream may ask to be opened again, in milliseconds. At once would be without end. */
export const [MIN_STREAM_RETRY_MS, MAX_STREAM_RETRY_MS] = [250, 3_600_000];

/** The longest id of an event, in bytes: it is sent back as a header, where servers take little more. */
export const MAX_EVENT_ID_BYTES = 4 * 1024;

/** How many cookies of a balancer a connection gives back, and how long each may be, in bytes (RFC 6265, 6.1). */
export const [MAX_COOKIES, MAX_COOKIE_BYTES] = [20, 4 * 1024];

/** How often a device may be asked whether its person is done, in seconds, and for how long a code is waited for. */
export const [MIN_DEVICE_INTERVAL_S, MAX_DEVICE_INTERVAL_S, MAX_DEVICE_CODE_S] = [1, 300, 3_600];

/** The longest life of a token that is believed, in seconds: a hundred years. Dates end not far behind. */
export const MAX_TOKEN_LIFE_S = 100 * 365 * 24 * 3_600;

/** How much may be written to somebody who does not read, in bytes, before the connection is given up. */
export const MAX_UNREAD_BYTES = MAX_MESSAGE_BYTES;

/** The most pages of one list that are read; no server should need more. */
export const MAX_PAGES = 1000;

/** The most items of one list that are read, of all its pages. */
export const MAX_LISTED = 10_000;

/**
 * The most of one list that is read, of one page in bytes and of all its pages in characters: ten thousand tools with a
 * sentence each. A list is there as what it says and as text several times over, and a result only once.
 */
export const MAX_LISTED_TEXT = 6 * 1024 * 1024;

/** The most characters of an address in metadata. Browsers and servers take about as many. */
export const MAX_URL_LENGTH = 8192;

/** The most items of a list in metadata. */
export const MAX_IN_METADATA = 1000;

/*
 * What is kept because a caller asked for it. Callers may ask without end, and for names that they make up.
 */

/** How many connections to a listener of this machine may say nothing, or never end what they say; a browser opens a few. */
export const MOST_SILENT_CONNECTIONS = 100;

/** The same at the local gateway, to which a thousand callers may connect in one moment. */
export const MOST_SILENT_CONNECTIONS_OF_GATEWAY = 5_000;

/** The same at each issuer of the sandbox, which the windows of one person and a gateway ask. */
export const MOST_SILENT_CONNECTIONS_OF_SANDBOX = 500;

/** How many sessions one caller may have; each takes some ten kilobytes. One more ends the one that was idle longest. */
export const MOST_SESSIONS_OF_ONE = 500;

/** How many sessions all callers together may have. */
export const MOST_SESSIONS = 5_000;

/** The longest request that opens a session, in bytes: what a caller says of itself in it is kept as long as the session. */
export const MAX_INITIALIZE_BYTES = 64 * 1024;

/** How many connections to servers are kept for callers without a session. */
export const MOST_ROUTES = 1_000;

/** The longest description of a caller, in characters, for which a connection is kept after its request. */
export const LONGEST_CALLER_KEY = 16 * 1024;

/** How many calls may wait for an answer of their callers. One more ends the one that waited longest. */
export const MOST_SUSPENDED_CALLS = 1_000;

/** How many resources one caller may subscribe to. */
export const MOST_SUBSCRIPTIONS = 1_000;

/** The longest address of a resource that is subscribed to, in characters. */
export const LONGEST_URI = 8 * 1024;

/** How many names of tools are counted, and how long one may be: AgentCore's have 256 characters, behind their target's. */
export const MOST_COUNTED_NAMES = 1_000;
export const LONGEST_NAME = 512;

/** What one request may cost, and where it may lead. `askServer` keeps it. */
export interface RequestPolicy {
  /** The most that is read of the answer, without its compression, in bytes. */
  readonly maxBytes: number;
  /** For the request and the whole of its answer, in milliseconds. */
  readonly timeoutMs: number;
  /** Whether a redirect is followed that stays at the same server. Any other is an answer. */
  readonly redirects: "none" | "withinOrigin";
}

const document = { maxBytes: MAX_DOCUMENT_BYTES, timeoutMs: 20_000 } as const;

/** The policy of each kind of request. What carries a secret, a code or a token follows no redirect (RFC 6750, 5.3). */
export const requestPolicies = {
  /** What servers publish about themselves. */
  metadata: { ...document, redirects: "withinOrigin" },
  /** Tokens, registration, device codes, revocation. */
  tokens: { ...document, redirects: "none" },
  /** Whether a gateway answers, and what it makes of a token: at the address where calls will arrive too. */
  probe: { ...document, redirects: "withinOrigin" },
  /** How a stream of events begins. A stream has no end, and what is looked for stands first. */
  firstEvent: { maxBytes: 4 * 1024, timeoutMs: 5_000, redirects: "withinOrigin" },
  /** The end of a session that was opened by the way: nobody waits for it. */
  farewell: { maxBytes: MAX_WORDS_BYTES, timeoutMs: 2_000, redirects: "none" },
  /** What a person is called. Nothing depends on it. */
  userInfo: { ...document, timeoutMs: 5_000, redirects: "none" },
  /** A page of what there is in somebody's AWS account. */
  awsApi: { ...document, redirects: "none" },
  /** A published client ID metadata document, as identity providers fetch it: they follow no redirect. */
  clientMetadata: { ...document, timeoutMs: 10_000, redirects: "none" },
  /** The keys that a gateway checks tokens with, where its operator says, and nowhere else. Calls wait for them. */
  keys: { ...document, timeoutMs: 10_000, redirects: "none" },
  /** Whether a token is active. Every call waits for the answer. */
  introspection: { ...document, timeoutMs: 5_000, redirects: "none" },
} as const satisfies Readonly<Record<string, RequestPolicy>>;
