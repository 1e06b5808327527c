/** A bound on what comes from outside. */
export interface LimitRow {
  /** What comes, and from whom. */
  readonly what: string;
  /** The bound with its unit. */
  readonly most: string;
  /** The file, and the line in it that sets the bound. */
  readonly set: readonly [file: string, line: string];
  /** What somebody is told of what is beyond, or what becomes of it. */
  readonly told: string;
  /** The title of a test that fails without it. */
  readonly test: string;
}

const limits = "src/lib/limits.ts";
const oneMiB = "MAX_DOCUMENT_BYTES = 1024 * 1024";
const tooLarge = "`answer_too_large`";

/** Every bound that a person, an operator or the other side can meet. */
export const limitRows: readonly LimitRow[] = [
  {
    what: "a message of a gateway or a target: a result, or an event of a stream, without its compression",
    most: "32 MiB; 1 to 256 MiB by `maxResultMiB`, of a target by `local.maxResultMiB`",
    set: [limits, "MAX_MESSAGE_BYTES = 32 * 1024 * 1024"],
    told: `${tooLarge}, with the setting; it is not asked for again`,
    test: "an answer that is too large is told as that, whichever way it came, and nobody is told to try again",
  },
  {
    what: "brackets in each other, in a message",
    most: "512",
    set: [limits, "MAX_DEPTH = 512"],
    told: "`not_an_mcp_server`; a host is answered `-32700`",
    test: "an answer carries its id in front, and a line that is no message is answered as that",
  },
  {
    what: "metadata, keys, tokens, registration, device codes, revocation, probes, pages of AWS",
    most: "1 MiB, 64 levels of brackets",
    set: [limits, oneMiB],
    told: `${tooLarge}; at the local gateway the token is undecided`,
    test: "an answer is read up to the limit, and one that has more is let go",
  },
  {
    what: "finding out where to sign in, all requests together",
    most: "30 s",
    set: [limits, "DISCOVERY_TIMEOUT_MS = 30_000"],
    told: "`gateway_unreachable` or its like, as what did not answer",
    test: "all of it together has one limit, after which nothing more is asked, and which is told as what did not answer",
  },
  {
    what: "lists and addresses in metadata",
    most: "1,000 items, 8,192 characters",
    set: [limits, "MAX_IN_METADATA = 1000"],
    told: "the rest is left out",
    test: "a list is kept up to a number of texts, and no address that is longer than any",
  },
  {
    what: "pages of one list of a gateway",
    most: "1,000 pages, 10,000 items, 6 MiB",
    set: [limits, "MAX_LISTED_TEXT = 6 * 1024 * 1024"],
    told: "the list ends there, and the log says so",
    test: "a list whose pages are large ends before it is larger than one may be",
  },
  {
    what: "a page of a list of the local gateway, whatever number of items it may have",
    most: "30 items, or any number; 6 MiB",
    set: ["src/gateway/router/page.ts", "PAGE_BYTES = MAX_LISTED_TEXT - 64 * 1024"],
    told: "the list goes on on another page; where it was to be on one, the log says so",
    test: "a list that is to be on one page is on several where one would be larger than any is read, and the log says so",
  },
  {
    what: "how soon, and how late, a stream asks to be opened again",
    most: "250 ms to 1 h",
    set: [limits, "[MIN_STREAM_RETRY_MS, MAX_STREAM_RETRY_MS] = [250, 3_600_000]"],
    told: "it is opened within that",
    test: "a stream that asks to be opened again at once is not, and one that asks for never is, within the hour",
  },
  {
    what: "the id of an event, which is sent back",
    most: "4 KiB",
    set: [limits, "MAX_EVENT_ID_BYTES = 4 * 1024"],
    told: "it is as if there were none",
    test: "with an id that is longer than any header as if it were not there",
  },
  {
    what: "the cookies of a balancer that a connection gives back, and each of them",
    most: "20, 4 KiB",
    set: [limits, "[MAX_COOKIES, MAX_COOKIE_BYTES] = [20, 4 * 1024]"],
    told: "the oldest goes; a larger one is as if it were not there",
    test: "no more cookies are kept than 20, the newest, and none that is larger than 4 KiB",
  },
  {
    what: "how often a device code is asked after, and how long it is waited for",
    most: "1 s to 5 min, 1 h",
    set: [limits, "[MIN_DEVICE_INTERVAL_S, MAX_DEVICE_INTERVAL_S, MAX_DEVICE_CODE_S] = [1, 300, 3_600]"],
    told: "`sign_in_timed_out`",
    test: "nobody is asked again at once, nor later than a timer can tell, whatever pace a provider names",
  },
  {
    what: "what is written to an editor, a host or a caller who does not read, and the longest message of it",
    most: "32 MiB",
    set: [limits, "MAX_UNREAD_BYTES = MAX_MESSAGE_BYTES"],
    told: "the connection is closed",
    test: "whoever does not read a stream is left, before what is kept for them is larger than any message",
  },
  {
    what: "a message of a host over standard input or the bridge",
    most: "32 MiB",
    set: ["src/node/lineStream.ts", "new Lines(MAX_MESSAGE_BYTES"],
    told: "`-32600`, and the stream ends",
    test: "a message that is larger than any ends the stream, which says so first",
  },
  {
    what: "what a host says to the bridge while no window is there",
    most: "32 MiB",
    set: ["src/bridge.ts", "MAX_WAITING_BYTES = MAX_LINE_BYTES"],
    told: "the host waits",
    test: "while no window is there, no more is taken of the host than may wait",
  },
  {
    what: "files that we keep ourselves",
    most: "64 MiB, a regular file",
    set: [limits, "MAX_KEPT_FILE_BYTES = 64 * 1024 * 1024"],
    told: "`file_damaged`; the file is left as it is",
    test: "what is larger than ours ever are, and what is no file, is not read",
  },
  {
    what: "files that somebody names: tokens, keys, policies, configurations, Cedar, OpenAPI, YAML",
    most: "1 MiB",
    set: ["src/gateway/commandLine/configurationFile.ts", "readNamedFile(file, MAX_DOCUMENT_BYTES)"],
    told: "its reader says that it is too large (`EFBIG`)",
    test: "a file that somebody named is read whole, and no further than it may be",
  },
  {
    what: "files of other programs that are changed (mcp.json, config.toml)",
    most: "32 MiB, 512 levels of brackets",
    set: [limits, "MAX_HOST_FILE_BYTES = 32 * 1024 * 1024"],
    told: "`host_file_unusable` or `host_file_invalid`; the file is left as it is",
    test: "hold against a text that never ends opening, however long it is",
  },
  {
    what: "a line of a program that we start: ready, reports, commands; of its complaints",
    most: "8 MiB; 16 KiB",
    set: [limits, "MAX_REPORT_BYTES = 8 * 1024 * 1024"],
    told: "the rest of the line is dropped",
    test: "a line without an end is not kept, whichever stream it is on, and what follows is heard",
  },
  {
    what: "what a program prints that is run for a header, a credential or a key",
    most: "8 Mi characters; 1 MiB of it is used",
    set: ["src/system/runTool.ts", "MAX_OUTPUT = 8 * 1024 * 1024"],
    told: "it is ended: it printed too much",
    test: "what prints without end is ended, and no more of it is kept than anybody reads",
  },
  {
    what: "a request to the local gateway: its body, its headers",
    most: "6 MiB, twice the longest token",
    set: ["src/gateway/startGateway.ts", "MAX_BODY_BYTES = 6 * 1024 * 1024"],
    told: "413, 431",
    test: "a body over the limit is named so, and one that never comes whole reaches nobody",
  },
  {
    what: "connections to a listener of this machine that say nothing, or never end what they say: a window's socket, a redirect; the local gateway; an issuer of the sandbox",
    most: "100; 5,000; 500",
    set: [limits, "MOST_SILENT_CONNECTIONS_OF_GATEWAY = 5_000"],
    told: "the one that has been silent longest is closed",
    test: "one connection more than the most ends the one that has been idle longest, and none that waits for its answer",
  },
  {
    what: "sessions of one caller, and of all",
    most: "500, 5,000",
    set: [limits, "MOST_SESSIONS_OF_ONE = 500"],
    told: "the one that was idle longest ends: 404",
    test: "a caller with too many sessions loses the one that was idle longest, and nobody else's ends",
  },
  {
    what: "calls that wait for an answer of their caller",
    most: "1,000",
    set: [limits, "MOST_SUSPENDED_CALLS = 1_000"],
    told: "the one that waited longest ends",
    test: "of too many suspended calls the one that waited longest is ended",
  },
  {
    what: "names of tools that callers make up: counted, limited, denied",
    most: "1,000",
    set: [limits, "MOST_COUNTED_NAMES = 1_000"],
    told: "the oldest is forgotten",
    test: "names that are made up without end are not kept without end, and the newest stay",
  },
  {
    what: "callers and tools that limits of the local gateway count",
    most: "10,000",
    set: ["src/gateway/limits/limits.ts", "MOST_BUCKETS = 10_000"],
    told: "the one that was used longest ago is forgotten",
    test: "names that somebody makes up push out no limit that was used since",
  },
  {
    what: "messages in the editor that nobody asked for, of one gateway",
    most: "3 within 5 min, and none while the same text stands",
    set: ["src/vscode/messages/unaskedMessages.ts", "MOST_MESSAGES = 3"],
    told: "they are counted, and the log has the first and how many",
    test: "a gateway that causes one message after another has a few of them shown, and takes none of another's",
  },
  {
    what: "questions that calls of agents put to a person: of a consent that was declined, and of a sign-in",
    most: "1 within 5 min; 3 of one gateway",
    set: ["src/relay/declines.ts", "MOST_DECLINES = 3"],
    told: "the agent reads the page, or how to sign in; the person's own command asks at once",
    test: "an agent whose calls a person has declined several times has nobody asked for some minutes, and the person is at once",
  },
];
