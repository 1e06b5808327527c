import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readArn } from "../../src/agentcore/addresses.ts";
import { readAuthorizer } from "../../src/agentcore/authorizer/readAuthorizer.ts";
import { awsFailure } from "../../src/agentcore/refusals.ts";
import { processCredentials } from "../../src/aws/processCredentials.ts";
import { readProfiles, serviceFields } from "../../src/aws/sharedFiles.ts";
import { parseGatewayAddress } from "../../src/connections/gatewayUrl.ts";
import { readHeaders } from "../../src/connections/headers/readHeaders.ts";
import { readSetUpLink } from "../../src/connections/offers/setUpLink.ts";
import { readTeamFile } from "../../src/connections/offers/teamFile.ts";
import { isFailure } from "../../src/failures/failure.ts";
import { openApiTools } from "../../src/gateway/tools/openApiTools.ts";
import { jsonServers } from "../../src/hosts/formats/jsonServers.ts";
import { parseToml } from "../../src/hosts/formats/toml/tomlDocument.ts";
import { foreignText } from "../../src/lib/foreignText.ts";
import { readRecordList } from "../../src/lib/json/recordList.ts";
import { quotedText, reasonIn } from "../../src/lib/quotedText.ts";
import { retryAfterSeconds } from "../../src/lib/retryAfter.ts";
import { lostSession } from "../../src/mcp/lostSession.ts";
import { isPlainInitialize } from "../../src/mcp/plainInitialize.ts";
import { readMessage } from "../../src/mcp/readMessage.ts";
import { parseChallenge } from "../../src/oauth/discovery/challenge.ts";
import { accountOf, audiencesOf, boundKeyOf, readClaims } from "../../src/oauth/tokens/account.ts";
import { deviceAnswer, tokenAnswer } from "../../src/oauth/tokens/tokenAnswer.ts";
import { readPolicy } from "../../src/policy/readPolicy.ts";
import { templateVariables } from "../../src/toolPage/uriTemplate.ts";
import { anyCharacter } from "../support/anyText.ts";
import { runs, seed } from "../support/bulk.ts";
import { hostile } from "../support/hostileText.ts";

interface Parser {
  /** What its texts are made of, beside anything. */
  readonly parts: readonly string[];
  read(text: string): unknown;
  /** The errors by which it refuses, beside failures with a code. */
  readonly refuses?: new (
    ...args: never[]
  ) => Error;
  /** Texts that it once fell over. */
  readonly kept?: readonly string[];
}

const json = (read: (value: unknown) => unknown) => (text: string) => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return read(value);
};
const headersOf = (entries: Readonly<Record<string, string>>) => ({ get: (name: string) => entries[name] ?? null });
const jsonParts = ["{", "}", "[", "]", ":", ",", '"', "null", "1e999", "-0", '"__proto__"', '"a":', "{}", "[[[["];
const jwt = (claims: string) => `a.${Buffer.from(claims).toString("base64url")}.`;

/** Whatever reads a text of somebody else's. */
const parsers: Readonly<Record<string, Parser>> = {
  "WWW-Authenticate": {
    parts: [
      "Bearer ",
      "DPoP ",
      "Basic ",
      'realm="',
      'resource_metadata="',
      "error=",
      "scope=",
      '"',
      "\\",
      ",",
      "=",
      " ",
      "algs=",
    ],
    read: parseChallenge,
  },
  "Retry-After": {
    parts: ["1", "9999999999999999999", "-", "Fri, 31 Dec 1999 23:59:59 GMT", "e5", ".", " "],
    read: (text) => retryAfterSeconds(headersOf({ "retry-after": text, date: "Fri, 31 Dec 1999 23:59:59 GMT" })),
  },
  "an address that was pasted": {
    parts: [
      "https://",
      "http://",
      "arn:aws:bedrock-agentcore:",
      "eu-central-1",
      ":",
      "/",
      "gateway/",
      "@",
      "[::1]",
      "%",
      "\\",
      "?",
      "#",
      "mcp",
    ],
    read: parseGatewayAddress,
  },
  "an ARN": {
    parts: ["arn:", "aws", ":", "bedrock-agentcore", "eu-central-1", "123456789012", "gateway/", "*"],
    read: readArn,
  },
  "a link that sets up": {
    parts: ["url=", "name=", "clientId=", "scopes=", "&", "=", "%26", "https://gw.example/mcp", "__proto__=", "+"],
    read: readSetUpLink,
  },
  "a team's file": { parts: [...jsonParts, '"gateways"', '"url"', "//", "/*"], read: readTeamFile },
  "an administrator's file": { parts: [...jsonParts, '"version":1', '"gateways"', '"allow"', "//"], read: readPolicy },
  "headers of the settings": {
    parts: [...jsonParts, '"Authorization"', '"X-A"', '"command"', '"env"'],
    read: json((value) => readHeaders(value, { place: String })),
  },
  "an authorizer": { parts: [...jsonParts, '"customJWTAuthorizer"', '"discoveryUrl"'], read: json(readAuthorizer) },
  OpenAPI: {
    parts: [...jsonParts, '"openapi":"3.0.0"', '"paths"', '"/a"', '"get"', '"$ref":"#/"'],
    read: json(openApiTools),
  },
  "AWS's files": {
    parts: ["[default]", "[profile a]", "[services s]", "=", "\n", "  ", "#", ";", "region", "__proto__", "[", "]"],
    read: (text) => [readProfiles(text, text), serviceFields(text, "s", "sts")],
  },
  "what credential_process prints": {
    parts: [...jsonParts, '"Version":1', '"AccessKeyId":"a"', '"SecretAccessKey":"b"', '"Expiration":"9999-99"'],
    read: processCredentials,
  },
  "a host's JSON": {
    parts: [...jsonParts, '"mcpServers"', '"servers"', "//", "/*", "*/", "\ufeff"],
    read: (text) => jsonServers({ rootKey: "mcpServers" }).read(text, "mcp.json"),
  },
  "a host's TOML": {
    parts: ["[mcp_servers.a]", "[[", "]]", "=", '"""', "'''", '"', "\n", "1979-05-27", "{", "}", ".", "#", "inf"],
    read: (text) => parseToml(text, "config.toml"),
  },
  "a list of records": {
    parts: [...jsonParts, '"connections":['],
    read: (text) => readRecordList(text, "connections"),
  },
  "a token's claims": {
    parts: [...jsonParts, '"sub":"a"', '"aud":', '"exp":1e300', '"cnf":{"jkt":', "."],
    read: (text) => {
      for (const token of [text, jwt(text)]) {
        readClaims(token);
        accountOf({ accessToken: token, idToken: token });
        audiencesOf(token);
        boundKeyOf(token);
      }
    },
  },
  "a JSON-RPC message": {
    parts: [
      ...jsonParts,
      '"jsonrpc":"2.0"',
      '"id":1',
      '"result":{}',
      '"method":"a"',
      '"error":{"code":1,"message":"a"}',
    ],
    read: readMessage,
    refuses: SyntaxError,
  },
  "an introduction": {
    parts: [...jsonParts, '"protocolVersion":"2025-11-25"', '"clientInfo"'],
    read: json(isPlainInitialize),
  },
  "words of a refusal": {
    parts: [...jsonParts, '"message"', '"error_description"', "<html>", hostile("x"), "session"],
    read: (text) => [reasonIn(text), quotedText(text), lostSession({ status: 404, text }, true)],
  },
  "a refusal of AWS": {
    parts: [
      ...jsonParts,
      '"message"',
      "AccessDeniedException",
      "is not authorized to perform: ",
      "Tool Execution Denied",
    ],
    read: (text) => awsFailure({ url: "https://gw.example/mcp", status: 403, text }),
  },
  "a text that is shown": {
    parts: [hostile(""), "\u001b", "\u009b", "\u202e", "\ud800"],
    read: (text) => foreignText(text),
  },
  "a template of addresses": {
    parts: ["{", "}", "+", "#", "?", "*", ":3", ",", "a", "%", "{?a,b*}"],
    read: templateVariables,
  },
};

for (const [what, { parts, read, refuses, kept = [] }] of Object.entries(parsers)) {
  test(`${what}: whatever stands there is read, or refused in our words, and harms no prototype`, () => {
    const piece = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...parts) },
      fc.string({ unit: anyCharacter, maxLength: 6 }),
    );
    const text = fc.array(piece, { maxLength: 14 }).map((all) => all.join(""));
    fc.assert(
      fc.property(text, (given) => {
        try {
          read(given);
        } catch (error) {
          if (!isFailure(error) && !(refuses && error instanceof refuses)) throw error;
        }
        assert.deepEqual(Object.keys(Object.prototype), []);
      }),
      { ...runs(5_000), examples: kept.map((one) => [one] as [string]) },
    );
  });

  test(`${what}: a text that is long and says the same again and again is read in no time to speak of`, () => {
    for (const part of [...parts, "a", " "]) {
      const given = part.repeat(Math.ceil(20_000 / part.length));
      const start = process.cpuUsage();
      try {
        read(given);
      } catch (error) {
        if (!isFailure(error) && !(refuses && error instanceof refuses)) throw error;
      }
      const { user } = process.cpuUsage(start);
      // What takes the square of its length takes minutes.
      assert.ok(user < 10_000_000, `${JSON.stringify(part)} took ${Math.round(user / 1000)} ms of the processor`);
    }
  });
}

test("answers of token endpoints are read, or refused as what they are", async () => {
  const member = fc.constantFrom(
    "access_token",
    "token_type",
    "expires_in",
    "interval",
    "scope",
    "error",
    "device_code",
    "__proto__",
  );
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(1e300, -1, "1e999", null, [], "a"));
  await fc.assert(
    fc.asyncProperty(fc.dictionary(member, value), fc.constantFrom(200, 400, 500), async (members, status) => {
      for (const read of [tokenAnswer, deviceAnswer]) {
        const answer = await read(new Response(JSON.stringify(members), { status }));
        const { expires_in: life = 0, interval = 1 } = (await answer.json()) as Record<string, number>;
        assert.ok(answer.status !== 200 || (life <= 4e9 && interval >= 1 && interval <= 300) || read === tokenAnswer);
      }
    }),
    { numRuns: runs(2_000).numRuns, seed },
  );
});
