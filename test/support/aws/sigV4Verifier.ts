import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** A request as it arrived on the wire. */
export interface ArrivedRequest {
  readonly method: string;
  /** Path and query as they stand in the first line. */
  readonly target: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

export interface KnownKey {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface VerifierWorld {
  readonly service: string;
  readonly region: string;
  readonly keys: Readonly<Record<string, KnownKey>>;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export type Verdict =
  | { readonly kind: "valid"; readonly accessKeyId: string; readonly signedHeaders: readonly string[] }
  | {
      readonly kind:
        | "missing"
        | "incomplete"
        | "unknownKey"
        | "wrongToken"
        | "untimely"
        | "wrongScope"
        | "wrongSignature";
      readonly because: string;
    };

const sha256 = (data: Uint8Array | string) => createHash("sha256").update(data).digest("hex");
const mac = (key: Uint8Array | string, text: string) => createHmac("sha256", key).update(text).digest();

/**
 * What AWS makes of a signed request. Written from the documentation, apart from the signer, and starting where a server
 * does: at the bytes of the request and at the headers that its signature lists.
 */
export function verifySigV4({ method, target, headers, body }: ArrivedRequest, world: VerifierWorld): Verdict {
  const refuse = (kind: Exclude<Verdict["kind"], "valid">, because: string): Verdict => ({ kind, because });
  const given = headers.authorization;
  if (given === undefined) return refuse("missing", "no Authorization");
  const parts = /^AWS4-HMAC-SHA256 Credential=([^,\s]+), ?SignedHeaders=([^,\s]+), ?Signature=([0-9a-f]{64})$/.exec(
    given,
  );
  if (!parts) return refuse("incomplete", "the Authorization cannot be read");
  const [, credential = "", list = "", signature = ""] = parts;
  const [accessKeyId = "", day = "", region = "", service = "", end = ""] = credential.split("/");
  const signed = list.split(";");
  const date = headers["x-amz-date"] ?? "";
  const at = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (!at) return refuse("incomplete", "no X-Amz-Date");
  if (end !== "aws4_request" || day !== date.slice(0, 8)) return refuse("wrongScope", "the date of the scope");
  if (region !== world.region) return refuse("wrongScope", `the region ${region}`);
  if (service !== world.service) return refuse("wrongScope", `the service ${service}`);
  const [year, month, monthDay, hour, minute, second] = at.slice(1).map(Number);
  const time = Date.UTC(year ?? 0, (month ?? 1) - 1, monthDay, hour, minute, second);
  if (Math.abs(time - world.now) > 300_000) return refuse("untimely", `${time - world.now} ms off`);
  const key = world.keys[accessKeyId];
  if (!key) return refuse("unknownKey", "the key");
  if (headers["x-amz-security-token"] !== key.sessionToken) return refuse("wrongToken", "the session token");
  const mandatory = Object.keys(headers).filter((name) => name === "host" || /^x-amz-(?!trace)/.test(name));
  const lacking = mandatory.filter((name) => !signed.includes(name));
  if (!signed.includes("host") || lacking.length > 0) return refuse("incomplete", `unsigned: ${lacking.join(", ")}`);
  if (signed.join() !== [...signed].sort().join()) return refuse("incomplete", "the names are not in order");
  const bodyHash = sha256(body);
  const sentHash = headers["x-amz-content-sha256"];
  if (sentHash !== undefined && sentHash !== bodyHash) return refuse("wrongSignature", "x-amz-content-sha256");
  const [path = "", query = ""] = split(target, "?");
  const canonical = [
    method,
    escaped(path.replace(/\/{2,}/g, "/"), "/"),
    sortedQuery(query),
    ...signed.map((name) => `${name}:${(headers[name] ?? "").replace(/\s+/g, " ").trim()}`),
    "",
    list,
    bodyHash,
  ].join("\n");
  const scope = `${day}/${region}/${service}/${end}`;
  const derived = mac(mac(mac(mac(`AWS4${key.secretAccessKey}`, day), region), service), end);
  const expected = mac(derived, `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(canonical)}`);
  if (!timingSafeEqual(expected, Buffer.from(signature, "hex"))) return refuse("wrongSignature", canonical);
  return { kind: "valid", accessKeyId, signedHeaders: signed };
}

function split(text: string, at: string): [string, string] {
  const index = text.indexOf(at);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}

/** Every byte but the unreserved ones as `%XX`; `kept` stays too. */
function escaped(text: string, kept = ""): string {
  let out = "";
  for (const byte of Buffer.from(text, "utf8")) {
    const character = String.fromCharCode(byte);
    const stays = /[A-Za-z0-9_.~-]/.test(character) || (kept !== "" && kept.includes(character));
    out += stays ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }
  return out;
}

function sortedQuery(query: string): string {
  const read = (text: string) => escaped(decodeURIComponent(text.replaceAll("+", "%20")));
  const pairs = query.split("&").filter((pair) => pair !== "");
  const escapedPairs = pairs.map((pair) => split(pair, "=").map(read) as [string, string]);
  const order = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
  escapedPairs.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]));
  return escapedPairs.map((pair) => pair.join("=")).join("&");
}
