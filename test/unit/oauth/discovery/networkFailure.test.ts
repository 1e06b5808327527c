import assert from "node:assert/strict";
import { test } from "node:test";
import { AnswerTooLarge } from "../../../../src/lib/httpPort.ts";
import { gatewayNetworkFailure, isTlsError } from "../../../../src/oauth/discovery/networkFailure.ts";
import { networkError } from "../../../support/fakePorts.ts";

test("a certificate that does not verify is told apart from a gateway that is not there", () => {
  const codes = [
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "SELF_SIGNED_CERT_IN_CHAIN",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "EPROTO",
    "ECONNREFUSED",
    "ENOTFOUND",
    "UND_ERR_CONNECT_TIMEOUT",
  ];
  const url = "https://gw.example.com/mcp";
  assert.deepEqual(
    {
      tls: codes.filter((code) => isTlsError(networkError(code))),
      electron: isTlsError(new Error("net::ERR_CERT_AUTHORITY_INVALID")),
      failures: [codes[0], codes[7]].map((code) => {
        const { code: found, facts } = gatewayNetworkFailure(url, networkError(code ?? ""));
        return { found, facts };
      }),
      late: gatewayNetworkFailure(url, new DOMException("", "TimeoutError")).facts,
      large: gatewayNetworkFailure(url, new AnswerTooLarge(1024 * 1024)).facts,
    },
    {
      tls: codes.slice(0, 6),
      electron: true,
      failures: [
        { found: "tls_failed", facts: { url, reason: "CERT_HAS_EXPIRED" } },
        { found: "gateway_unreachable", facts: { url, reason: "ENOTFOUND" } },
      ],
      late: { url, reason: "no answer in time" },
      large: { url, limit: "1 MiB" },
    },
  );
});
