const postponed: ReadonlySet<number> = new Set([408, 425, 429]);

/**
 * Whether a server has left a request for another time and says nothing of it: it did not come whole (RFC 9110, 15.5.9), came too
 * early (RFC 8470, 5.2), or was one too many (RFC 6585, 4).
 */
export const isPostponed = (status: number): boolean => postponed.has(status);

/**
 * Whether a status goes with an answer to what was asked, be it a refusal of that alone, and not only to who asks or when. Some say
 * 401 of a session that is missing, in an error that is about the question.
 */
export const isAboutRequest = (status: number): boolean =>
  status < 500 && status !== 401 && status !== 403 && !isPostponed(status);
