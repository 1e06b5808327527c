type Members = Readonly<Record<string, unknown>>;

/** Reads an optional member; undefined for one that makes no sense, which is as if it were not there. */
const optional: Readonly<Record<string, (value: unknown) => unknown>> = {
  refresh_token: text,
  id_token: text,
  scope: (value) => (Array.isArray(value) ? value.filter((one) => typeof one === "string").join(" ") : text(value, "")),
  expires_in: seconds,
  // There is no other that could be meant: what is sent with a key says so (RFC 9449, 5).
  token_type: (value) => text(value) ?? "Bearer",
};

/**
 * A token endpoint's answer as RFC 6749, 5.1 and 5.2 have it, for a reader that takes no other form. Where nothing depends on
 * a member its absence is no fault: a code or a refresh token is spent with the answer, and what it brought would be lost.
 *
 * - A member that is null is absent, and so is an optional one of another type.
 * - Without `token_type` it is Bearer.
 * - An error with HTTP 200 is that error.
 * - JSON is JSON, whatever its content type.
 */
export async function tokenAnswer(response: Response): Promise<Response> {
  const { status } = response;
  const body = await response.text();
  const members = jsonObject(body);
  if (!members) {
    const contentType = response.headers.get("content-type");
    return new Response(body || null, { status, headers: contentType === null ? {} : { "content-type": contentType } });
  }
  const isError = typeof members.error === "string" && members.access_token === undefined;
  return Response.json(status === 200 && !isError ? readable(members) : members, {
    status: status === 200 && isError ? 400 : status,
  });
}

function readable(members: Members): Members {
  const read = Object.entries(optional).map(([name, readMember]) => [name, readMember(members[name])]);
  return Object.fromEntries(Object.entries({ ...members, ...Object.fromEntries(read) }).filter(isThere));
}

const isThere = ([, value]: readonly [string, unknown]): boolean => value !== undefined && value !== null;

function jsonObject(body: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).filter(isThere))
      : undefined;
  } catch {
    return undefined;
  }
}

function text(value: unknown, least: "" | undefined = undefined): string | undefined {
  return typeof value === "string" && (value !== "" || least === "") ? value : undefined;
}

/** Some write numbers as text. */
function seconds(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) && number >= 0 ? number : undefined;
}
