import { jsonObjectIn } from "../../lib/json/jsonObject.ts";
import { MAX_DEVICE_CODE_S, MAX_DEVICE_INTERVAL_S, MAX_TOKEN_LIFE_S, MIN_DEVICE_INTERVAL_S } from "../../lib/limits.ts";

type Members = Readonly<Record<string, unknown>>;

/** Reads an optional member; undefined for one that makes no sense, which is as if it were not there. */
type Optional = Readonly<Record<string, (value: unknown) => unknown>>;

const ofTokens: Optional = {
  refresh_token: text,
  id_token: text,
  scope: (value) => (Array.isArray(value) ? value.filter((one) => typeof one === "string").join(" ") : text(value, "")),
  expires_in: seconds,
  // There is no other that could be meant: what is sent with a key says so (RFC 9449, 5).
  token_type: (value) => (slackTypes.has(value) ? "Bearer" : (text(value)?.trim() ?? "Bearer")),
};

/** Whose token it is stands where its type belongs; it is presented as a bearer of it does. */
const slackTypes: ReadonlySet<unknown> = new Set(["user", "bot"]);

/** Of a device code (RFC 8628, 3.2). One that does not say when it ends is asked for as long as people take. */
const ofDeviceCode: Optional = {
  verification_uri_complete: text,
  expires_in: (value) => Math.min(MAX_DEVICE_CODE_S, seconds(value) ?? 600),
  interval(value) {
    const asked = seconds(value);
    return asked ? Math.min(MAX_DEVICE_INTERVAL_S, Math.max(MIN_DEVICE_INTERVAL_S, asked)) : undefined;
  },
};

/**
 * A token endpoint's answer as RFC 6749, 5.1 and 5.2 have it, for a reader that takes no other form. Where nothing depends on
 * a member its absence is no fault: a code or a refresh token is spent with the answer, and what it brought would be lost.
 *
 * - A member that is null is absent, and so is an optional one of another type.
 * - Without `token_type` it is Bearer.
 * - An error with HTTP 200 is that error, and what is granted with another status of success is granted.
 * - JSON is JSON, whatever its content type; a form that has a token or an error is one too (GitHub).
 * - `WWW-Authenticate`, which RFC 6749, 5.2 asks for with `invalid_client`, is left out: readers would report the header
 *   instead of the error.
 */
export const tokenAnswer = (response: Response): Promise<Response> => readable(response, ofTokens);

/** The same of a device authorization endpoint. Google has kept a name of a draft. */
export const deviceAnswer = (response: Response): Promise<Response> =>
  readable(response, ofDeviceCode, ({ verification_url: ofDraft, ...members }) => ({
    ...(ofDraft !== undefined && { verification_uri: ofDraft }),
    ...members,
  }));

/** The same of an endpoint whose answers say nothing unless they are errors (RFC 7009, 2.2). */
export const emptyAnswer = (response: Response): Promise<Response> => readable(response, {});

async function readable(
  response: Response,
  optional: Optional,
  renamed: (members: Members) => Members = (members) => members,
): Promise<Response> {
  const { status } = response;
  const body = await response.text();
  const members = membersIn(body);
  if (!members) {
    const contentType = response.headers.get("content-type");
    return new Response(body || null, { status, headers: contentType === null ? {} : { "content-type": contentType } });
  }
  const grants = members.access_token !== undefined || members.device_code !== undefined;
  if (typeof members.error === "string" && !grants) {
    return Response.json(members, { status: response.ok ? 400 : status });
  }
  if (!response.ok) return Response.json(members, { status });
  const read = Object.entries(optional).map(([name, readMember]) => [name, readMember(members[name])]);
  const all = { ...renamed(members), ...Object.fromEntries(read) };
  return Response.json(Object.fromEntries(Object.entries(all).filter(isThere)));
}

const isThere = ([, value]: readonly [string, unknown]): boolean => value !== undefined && value !== null;

function membersIn(body: string): Members | undefined {
  const members = jsonObjectIn(body) ?? formIn(body);
  return members && Object.fromEntries(Object.entries(members).filter(isThere));
}

/** No page and no sentence is one. */
function formIn(body: string): Members | undefined {
  if (!/^[\w.-]+=[^\s<>]*$/.test(body.trim())) return undefined;
  const form = Object.fromEntries(new URLSearchParams(body.trim()));
  return ["access_token", "error"].some((name) => form[name]) ? form : undefined;
}

function text(value: unknown, least: "" | undefined = undefined): string | undefined {
  return typeof value === "string" && (value !== "" || least === "") ? value : undefined;
}

/** Some write numbers as text. */
function seconds(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0
    ? Math.min(MAX_TOKEN_LIFE_S, number)
    : undefined;
}
