import assert from "node:assert/strict";
import { test } from "node:test";
import aws4 from "aws4";
import fc from "fast-check";
import type { AwsCredentials } from "../../../src/aws/awsCredentials.ts";
import { sigV4Headers } from "../../../src/aws/sigV4.ts";
import { sigV4Vectors, vectorWorld } from "../../support/aws/sigV4Vectors.ts";
import { type ArrivedRequest, type KnownKey, verifySigV4 } from "../../support/aws/sigV4Verifier.ts";
import { runs } from "../../support/bulk.ts";

const { origin, now, service, region, accessKeyId, secretAccessKey } = vectorWorld;

for (const { name, method = "GET", path, headers = {}, body, sessionToken, signature } of sigV4Vectors) {
  test(`AWS's test suite: ${name}`, async () => {
    const credentials = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
    const sendsBodyHash = body !== undefined;
    const { authorization } = await sigV4Headers(
      { url: origin + path, method, headers, ...(body !== undefined && { body }) },
      { service, region, credentials, now, sendsBodyHash },
    );
    assert.equal(authorization?.split("Signature=")[1], signature);
  });
}

const temporary = { secretAccessKey: "s3cret/+", sessionToken: "t0ken==" };
const keys: Readonly<Record<string, KnownKey>> = { [accessKeyId]: { secretAccessKey }, ASIATEMPORARY: temporary };
const world = { service, region, keys, now };
const credentialsOf = (id: string): AwsCredentials => ({ accessKeyId: id, secretAccessKey: "", ...keys[id] });

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A signed request as a server gets it: with what an HTTP client adds. */
function arrived({ url, method, body }: Sent, headers: Readonly<Record<string, string>>): ArrivedRequest {
  const { host, pathname, search } = new URL(url);
  const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  return {
    method,
    target: pathname + search,
    headers: { "user-agent": "undici", connection: "keep-alive", ...lower, host },
    body: new TextEncoder().encode(body ?? ""),
  };
}

const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 });
const requests: fc.Arbitrary<Sent> = fc.record({
  method: fc.constantFrom("GET", "POST", "DELETE"),
  url: fc
    .tuple(
      fc.array(word, { maxLength: 4 }),
      fc.array(fc.tuple(word, fc.string({ unit: "grapheme", maxLength: 8 })), { maxLength: 4 }),
    )
    .map(([path, query]) => {
      const url = new URL("https://tools-a1b2c3d4e5.gateway.bedrock-agentcore.us-east-1.amazonaws.com");
      url.pathname = path.map(encodeURIComponent).join("/");
      for (const [name, value] of query) url.searchParams.append(name, value);
      return url.href;
    }),
  headers: fc.dictionary(
    fc.constantFrom("Accept", "Content-Type", "Mcp-Session-Id", "X-Amzn-Own", "User-Agent", "Accept-Encoding"),
    fc.stringMatching(/^[ -~]{0,20}$/),
  ),
  body: fc.string({ unit: "grapheme", maxLength: 40 }),
});

test("a server that verifies by itself takes every signed request, and none that was changed on the way", async () => {
  let changed = 0;
  await fc.assert(
    fc.asyncProperty(
      requests,
      fc.constantFrom(accessKeyId, "ASIATEMPORARY"),
      fc.boolean(),
      async (request, id, sendsBodyHash) => {
        const options = { service, region, credentials: credentialsOf(id), now, sendsBodyHash };
        const signed = arrived(request, await sigV4Headers(request, options));
        assert.equal(verifySigV4(signed, world).kind, "valid");
        // What proxies rewrite is theirs.
        const rewritten = { ...signed, headers: { ...signed.headers, "user-agent": "proxy", "accept-encoding": "br" } };
        assert.equal(verifySigV4(rewritten, world).kind, "valid");
        const others: readonly ArrivedRequest[] = [
          { ...signed, method: signed.method === "GET" ? "POST" : "GET" },
          { ...signed, target: `/other${signed.target}` },
          { ...signed, target: `${signed.target}${signed.target.includes("?") ? "&" : "?"}more=1` },
          { ...signed, headers: { ...signed.headers, host: "elsewhere.example" } },
          { ...signed, body: new TextEncoder().encode(`${request.body}x`) },
        ];
        for (const other of others) assert.equal(verifySigV4(other, world).kind, "wrongSignature");
        changed += others.length;
      },
    ),
    runs(300),
  );
  assert.ok(changed >= 100, "the property was put to the proof");
});

test("the verifier takes what another library signs, and that library signs an address as we do", async () => {
  await fc.assert(
    fc.asyncProperty(requests, async ({ url, method, body }) => {
      const { host, pathname, search } = new URL(url);
      const theirs = aws4.sign(
        {
          host,
          path: pathname + search,
          method,
          body: body ?? "",
          service,
          region,
          headers: { "X-Amz-Date": "20150830T123600Z" },
        },
        { accessKeyId, secretAccessKey },
      );
      const headers = Object.fromEntries(
        Object.entries(theirs.headers ?? {}).map(([name, value]) => [name, String(value)]),
      );
      const sent = { url, method, headers: {}, body: body ?? "" };
      const own = Object.fromEntries(
        Object.entries(headers).filter(([name]) => !/^(host|authorization|x-amz-date)$/i.test(name)),
      );
      assert.equal(verifySigV4(arrived(sent, headers), world).kind, "valid");
      const { authorization } = await sigV4Headers(
        { ...sent, headers: own },
        { service, region, credentials: credentialsOf(accessKeyId), now },
      );
      assert.equal(authorization?.split("Signature=")[1], headers.Authorization?.split("Signature=")[1]);
    }),
    runs(300),
  );
});

test("the address of a runtime is encoded once more than it is sent", async () => {
  const arn = encodeURIComponent("arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/tools-a1b2c3d4e5");
  const url = `https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/${arn}/invocations?qualifier=DEFAULT`;
  const sent = { url, method: "POST", headers: {}, body: "{}" };
  const signed = arrived(
    sent,
    await sigV4Headers(sent, { service, region, credentials: credentialsOf(accessKeyId), now }),
  );
  assert.equal(verifySigV4(signed, world).kind, "valid");
  const once = { ...signed, target: decodeURIComponent(signed.target) };
  assert.equal(verifySigV4(once, world).kind, "wrongSignature");
});

test("what a request brings under the names of the signature is left out, and its secret key is in no header", async () => {
  const request = {
    url: "https://example.amazonaws.com/mcp",
    method: "POST",
    headers: {
      Authorization: "Bearer t",
      "X-Amz-Date": "x",
      "x-amz-security-token": "forged",
      Host: "elsewhere",
      accept: "a",
    },
    body: "{}",
  };
  const headers = await sigV4Headers(request, { service, region, credentials: credentialsOf("ASIATEMPORARY"), now });
  const { authorization = "", ...others } = headers;
  assert.deepEqual(others, { accept: "a", "x-amz-date": "20150830T123600Z", "x-amz-security-token": "t0ken==" });
  assert.match(
    authorization,
    /^AWS4-HMAC-SHA256 Credential=ASIATEMPORARY\/20150830\/us-east-1\/service\/aws4_request, /,
  );
  assert.equal(JSON.stringify(headers).includes("s3cret"), false);
});

test("the verifier refuses what AWS refuses: another region, service, key, token, time, and no signature", async () => {
  const request = { url: "https://example.amazonaws.com/mcp", method: "DELETE", headers: {} };
  const options = { service, region, credentials: credentialsOf("ASIATEMPORARY"), now };
  const kindOf = async (changed: Partial<typeof options>) =>
    verifySigV4(arrived(request, await sigV4Headers(request, { ...options, ...changed })), world).kind;
  const { sessionToken: _, ...withoutToken } = options.credentials;
  assert.deepEqual(
    await Promise.all([
      kindOf({}),
      kindOf({ region: "eu-west-1" }),
      kindOf({ service: "execute-api" }),
      kindOf({ credentials: { accessKeyId: "AKIANOBODY", secretAccessKey: "s" } }),
      kindOf({ credentials: withoutToken }),
      kindOf({ now: now + 301_000 }),
      kindOf({ now: now - 301_000 }),
      verifySigV4(arrived(request, {}), world).kind,
    ]),
    ["valid", "wrongScope", "wrongScope", "unknownKey", "wrongToken", "untimely", "untimely", "missing"],
  );
});
