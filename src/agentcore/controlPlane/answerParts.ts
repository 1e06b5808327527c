import { GatewayFailure } from "../../failures/failure.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";

/** A part of an answer, with its place for whoever is told that it is malformed. */
export interface AnswerPart {
  readonly url: string;
  /** Such as `items[3]`; empty for the whole. */
  readonly place: string;
  readonly value: JsonObject;
}

/** The place of a member. */
export const placeOf = ({ place }: AnswerPart, name: string): string => (place === "" ? name : `${place}.${name}`);

/** The failure of an answer that is not as AWS's API has it. */
export const malformed = ({ url }: Pick<AnswerPart, "url">, problem: string): GatewayFailure<"aws_answer_invalid"> =>
  new GatewayFailure("aws_answer_invalid", { url, problem });

/** @throws GatewayFailure `aws_answer_invalid` */
export function neededText(part: AnswerPart, name: string): string {
  const { [name]: value } = part.value;
  if (typeof value === "string" && value !== "") return value;
  throw malformed(part, `${placeOf(part, name)} is no text`);
}

/** A text that may be absent; whatever else stands there counts as absent. */
export function textIn({ value }: AnswerPart, name: string): string | undefined {
  const { [name]: found } = value;
  return typeof found === "string" && found !== "" ? found : undefined;
}

/** Texts that may be absent; whatever else stands there counts as absent. */
export function textsIn({ value }: AnswerPart, name: string): readonly string[] {
  const { [name]: found } = value;
  return Array.isArray(found) ? found.filter((one) => typeof one === "string" && one !== "") : [];
}

/** An object that may be absent; whatever else stands there counts as absent. */
export function objectIn(part: AnswerPart, name: string): AnswerPart | undefined {
  const { [name]: found } = part.value;
  return isJsonObject(found) ? { url: part.url, place: placeOf(part, name), value: found } : undefined;
}

/** @throws GatewayFailure `aws_answer_invalid` */
export function objectsIn(part: AnswerPart, name: string): readonly AnswerPart[] {
  const { [name]: value } = part.value;
  const place = placeOf(part, name);
  if (!Array.isArray(value)) throw malformed(part, `${place} is no list`);
  return (value as readonly unknown[]).map((one, at) => {
    if (isJsonObject(one)) return { url: part.url, place: `${place}[${at}]`, value: one };
    throw malformed(part, `${place}[${at}] is no object`);
  });
}
