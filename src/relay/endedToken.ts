import { asksForSignature } from "../lib/asksForSignature.ts";
import { type HttpAnswer, withText, wordsOf } from "../lib/httpPort.ts";
import { isJsonObject, jsonObjectIn, memberIn } from "../lib/json/jsonObject.ts";
import { peekedBody } from "../lib/peekedBody.ts";

/** Statuses of a refusal in the place of 401, with which nothing was begun. Some are nobody's but those of single products. */
const refusing: ReadonlySet<number> = new Set([400, 403, 419, 440, 498]);
/** How an auth layer that has no status says so in JSON-RPC; also what the SDK says of other matters. */
const UNAUTHORIZED = -32001;
/** Codes of JSON-RPC that are about what was asked. */
const aboutTheRequest: ReadonlySet<unknown> = new Set([-32700, -32601, -32602]);

/** Codes of errors, as OAuth has them (RFC 6750, 3.1) and as others write them. */
const endedCode =
  /^(?:(?:invalid|expired)[_-]?(?:access[_-]?)?token|(?:access[_-]?)?token[_-]?(?:expired|revoked|invalid)|jwt[_-]?expired)$/i;

const before = String.raw`^\W*(?:(?:error|unauthori[sz]ed|forbidden|authentication (?:failed|error)|invalid_token|40[013])\W+)*(?:(?:the|your|this|provided|an?) )*`;
const kindOfToken = "(?:(?:access|bearer|auth(?:entication|orization)?|oauth|jwt) )*(?:token|jwt)";
const is = "(?: (?:you )?(?:provided|supplied|sent))? (?:has |is |was )?(?:been )?";
/** Nothing that says what else it is about: a text that cannot be read has invalid tokens too, and a page of a list has one. */
const after = String.raw`(?=\W*$|[.,;!)]|\s+(?:or|and|please)\b)`;
const endedWords: readonly RegExp[] = [
  String.raw`${before}${kindOfToken}${is}(?:expired|revoked|no longer valid|not active)\b`,
  String.raw`${before}${kindOfToken}${is}(?:invalid|not valid|rejected)\b${after}`,
  String.raw`${before}(?:expired|revoked|invalid)(?:(?: or |/)(?:expired|revoked|invalid))* ${kindOfToken}\b${after}`,
  `${before}"exp" claim timestamp check failed`,
].map((source) => new RegExp(source, "i"));
const unauthorized = /^\W*unauthori[sz]ed\b/i;

/** How a server says, in another way than the revisions have it (401), that the token it was sent has ended. */
export interface EndedToken {
  /** The answer to hand on, since the one that was given has been read. */
  readonly answer: HttpAnswer;
  /** `undefined` where it does not say so; `begunNothing` where what was asked is surely not done. */
  readonly ended: "begunNothing" | "mayHaveRun" | undefined;
}

/** A token this young that is said to have ended has more against it than its age. */
const MIN_AGE_MS = 5 * 60_000;

/**
 * What a gateway says of the tokens that it is sent, and whether that is to be believed: where a renewal changed nothing, its words
 * are about something else, such as a token of a tool, and no token is renewed for them any more.
 */
export class EndedTokenWords {
  #isBelieved = true;
  #brought: string | undefined;

  /** @throws as the body does */
  async in(answer: HttpAnswer): Promise<EndedToken> {
    return this.#isBelieved ? await endedToken(answer) : { answer, ended: undefined };
  }

  /**
   * @param token the one that is said to have ended
   * @param ageMs since when it is there
   */
  mayRenew(token: string, ageMs: number): boolean {
    if (ageMs >= MIN_AGE_MS) return true;
    if (token === this.#brought) this.#isBelieved = false;
    return false;
  }

  /** @param token the one that the renewal brought */
  renewed(token: string): void {
    this.#brought = token;
  }

  /** The answer to the same request with the new token. @throws as the body does */
  async afterRenewal(given: HttpAnswer): Promise<HttpAnswer> {
    const { answer, ended } = await endedToken(given);
    if (ended) this.#isBelieved = false;
    return answer;
  }
}

/**
 * Looks whether an answer says that the token has ended, as servers were seen to do with 400, 403 and 500, and with an error of
 * JSON-RPC. Only words count that speak of the token that came with the request and of nothing else: tools have texts of their
 * own about tokens of theirs, and results are not looked at.
 *
 * @throws as the body does
 */
async function endedToken(given: HttpAnswer): Promise<EndedToken> {
  const { status } = given;
  if (given.ok) return await inAnswer(given);
  const isRefusal = refusing.has(status);
  if (!isRefusal && status !== 500) return { answer: given, ended: undefined };
  const text = (await wordsOf(given.body)) ?? "";
  const isSaid = !asksForSignature(text) && saysEnded(text);
  return { answer: withText(given, text), ended: isSaid ? (isRefusal ? "begunNothing" : "mayHaveRun") : undefined };
}

async function inAnswer(given: HttpAnswer): Promise<EndedToken> {
  if (!/^application\/json\b/i.test(given.headers.get("content-type") ?? ""))
    return { answer: given, ended: undefined };
  const { answer, begun } = await peekedBody(given);
  const text = begun && begun.length <= LONGEST_ERROR ? utf8.decode(begun) : "";
  if (!text.includes(String(UNAUTHORIZED))) return { answer, ended: undefined };
  const error = jsonObjectIn(text)?.error;
  const message = memberIn(error, "code") === UNAUTHORIZED ? String(memberIn(error, "message") ?? "") : "";
  const isSaid = unauthorized.test(message) || isEnd(message);
  return { answer, ended: isSaid ? "mayHaveRun" : undefined };
}

/** An error is short, and comes in one piece. */
const LONGEST_ERROR = 4096;

function saysEnded(text: string): boolean {
  const body = jsonObjectIn(text);
  if (body === undefined) return !/^\s*[<{[]/.test(text) && isEnd(text);
  const { error } = body;
  const inner = isJsonObject(error) ? error : {};
  if (aboutTheRequest.has(inner.code)) return false;
  const codes = [error, body.code, body.error_code, inner.code, inner.type];
  if (codes.some((code) => typeof code === "string" && endedCode.test(code))) return true;
  const said = [inner.message, body.error_description, body.message, body.detail, error];
  return said.some((one) => typeof one === "string" && isEnd(one));
}

const isEnd = (text: string): boolean => endedCode.test(text.trim()) || endedWords.some((words) => words.test(text));

const utf8 = new TextDecoder();
