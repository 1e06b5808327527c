import assert from "node:assert/strict";
import { test } from "node:test";
import { configuredEndpoint } from "../../../src/aws/configuredEndpoint.ts";
import { type ProfileFields, serviceFields } from "../../../src/aws/sharedFiles.ts";
import type { GatewayFailure } from "../../../src/failures/failure.ts";

const id = "bedrock_agentcore_control";

interface Places {
  readonly env?: Readonly<Record<string, string>>;
  readonly fields?: ProfileFields;
  readonly service?: ProfileFields;
}

const found = ({ env = {}, fields = {}, service = {} }: Places) =>
  configuredEndpoint(id, { variable: (name) => env[name], profile: { name: "dev", fields }, service });

const [one, two, three, four] = [
  "https://1.example",
  "https://2.example/base",
  "http://localhost:4566",
  "http://[::1]:3",
];

test("the variable of a service goes before the one of all, these before the services section, and that before the profile", () => {
  const all: Places = {
    env: { AWS_ENDPOINT_URL_BEDROCK_AGENTCORE_CONTROL: one, AWS_ENDPOINT_URL: two },
    fields: { endpoint_url: four, services: "s" },
    service: { endpoint_url: three },
  };
  const { fields = {}, service = {} } = all;
  assert.deepEqual(
    [
      found(all),
      found({ ...all, env: { AWS_ENDPOINT_URL: two } }),
      found({ fields, service }),
      found({ fields }),
      found({}),
    ],
    [one, two, three, four, undefined],
  );
  assert.equal(found({ env: { AWS_ENDPOINT_URL_AGENT_REGISTRY: one, AWS_ENDPOINT_URL: "  " } }), undefined);
});

test("all of them are ignored where somebody says so", () => {
  const fields = { endpoint_url: four };
  assert.equal(
    found({ env: { AWS_ENDPOINT_URL: one, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "TRUE" }, fields }),
    undefined,
  );
  assert.equal(
    found({ env: { AWS_ENDPOINT_URL: one }, fields: { ignore_configured_endpoint_urls: "true" } }),
    undefined,
  );
  assert.equal(found({ env: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "no" }, fields }), four);
});

test("an endpoint that credentials must not be sent to is refused with where it is set, and its password is not told", () => {
  const cases: readonly (readonly [Places, string, string])[] = [
    [{ env: { AWS_ENDPOINT_URL: "localhost:4566" } }, "AWS_ENDPOINT_URL", "localhost:4566"],
    [{ env: { AWS_ENDPOINT_URL: "http://aws.example.com" } }, "AWS_ENDPOINT_URL", "http://aws.example.com"],
    [{ env: { AWS_ENDPOINT_URL: "file:///etc/passwd" } }, "AWS_ENDPOINT_URL", "file:///etc/passwd"],
    [
      { fields: { endpoint_url: "https://ada:s3cret@aws.example.com/?x=1" } },
      "endpoint_url of the profile dev",
      "https://…@aws.example.com/",
    ],
    [
      { fields: { services: "s" }, service: { endpoint_url: "moon" } },
      `endpoint_url of ${id} in the section [services s]`,
      "moon",
    ],
  ];
  for (const [places, source, shown] of cases) {
    assert.throws(
      () => found(places),
      ({ code, facts }: GatewayFailure) => {
        assert.deepEqual({ code, facts }, { code: "aws_endpoint_invalid", facts: { source, found: shown } });
        return true;
      },
    );
  }
});

test("a services section is read by its name and the id of the service, with comments, and no other one is", () => {
  const config = `[profile dev]
services = corp
endpoint_url = https://profile.example
# comment
[services other]
${id} =
  endpoint_url = https://other.example
[ services corp ]
dynamodb =
  endpoint_url = https://dynamodb.example

${id} =
  ENDPOINT_URL = https://corp.example  # ours
  region = x
s3 = 1
  endpoint_url = https://late.example
[profile ${id}]
  endpoint_url = https://none.example
`;
  assert.deepEqual(serviceFields(config, "corp", id), { endpoint_url: "https://corp.example", region: "x" });
  assert.deepEqual(serviceFields(config.replaceAll("\n", "\r\n"), "other", id), {
    endpoint_url: "https://other.example",
  });
  assert.deepEqual(serviceFields(config, "nobody", id), {});
  assert.deepEqual(serviceFields("", "corp", id), {});
});
