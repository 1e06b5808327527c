import assert from "node:assert/strict";
import { test } from "node:test";
import type { AccessCheck } from "../../src/diagnosis/accessReport.ts";
import { leaksOf, withSignedIn } from "../support/explainWorld.ts";

/** Refusals of a good token, and what the report says of each. */
const refusals: Readonly<Record<string, { readonly answer: () => Response; readonly says: RegExp }>> = {
  "a rate limit": {
    answer: () =>
      Response.json(
        {
          error: {
            code: -32003,
            message: "Rate limit exceeded",
            data: { limitKey: "all/targetName=shop", retryAfter: 90 },
          },
        },
        { status: 429 },
      ),
    says: /all\/targetName=shop.*wait 90 seconds/s,
  },
  "a missing permission": {
    answer: () =>
      Response.json(
        { Message: "User: x is not authorized to perform: bedrock-agentcore:InvokeGateway" },
        { status: 403 },
      ),
    says: /bedrock-agentcore:InvokeGateway.*IAM/s,
  },
  "a signature that is wanted": {
    answer: () => Response.json({ message: "Missing Authentication Token" }, { status: 401 }),
    says: /SigV4.*awsProfile/s,
  },
};

const wordsOf = (check: AccessCheck | undefined) => `${check?.expected} ${check?.found} ${check?.fix}`;

for (const [name, { answer, says }] of Object.entries(refusals)) {
  test(`Explain Access takes ${name} for no judgement of the token, and says what it is`, () =>
    withSignedIn({}, async (signedIn) => {
      const withToken = async (url: string | URL, init?: RequestInit): Promise<Response> =>
        new Headers(init?.headers).get("authorization") === null ? await fetch(url, init) : answer();
      const report = await signedIn.explain({}, { fetch: withToken });
      const [check] = report.sections.find(({ id }) => id === "answer")?.checks ?? [];
      assert.equal(report.letIn, undefined);
      assert.equal(check?.state, "failed");
      assert.match(wordsOf(check), says);
    }));

  test(`Explain Access says of ${name} to somebody without a token what it is`, () =>
    withSignedIn({}, async (signedIn) => {
      const toGateway = async (url: string | URL, init?: RequestInit): Promise<Response> =>
        init?.method === "POST" ? answer() : await fetch(url, init);
      const report = await signedIn.explain({}, { fetch: toGateway });
      const failed = report.sections
        .find(({ id }) => id === "gateway")
        ?.checks.filter(({ state }) => state === "failed");
      assert.match(wordsOf(failed?.[0]), says);
    }));
}

test("a refusal that repeats the token brings nothing of it into the report", () =>
  withSignedIn({}, async (signedIn) => {
    const { accessToken } = signedIn.tokens;
    let asked = 0;
    const echo = async (url: string | URL, init?: RequestInit): Promise<Response> => {
      if (new Headers(init?.headers).get("authorization") === null) return await fetch(url, init);
      asked++;
      return Response.json({ message: accessToken, limitKey: accessToken }, { status: 429 });
    };
    const report = await signedIn.explain({}, { fetch: echo });
    assert.deepEqual([asked, leaksOf(signedIn, report)], [1, []]);
  }));
