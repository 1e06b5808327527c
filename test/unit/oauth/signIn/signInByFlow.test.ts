import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import { generic } from "../../../../src/oauth/identityProviders/generic.ts";
import { type FlowWorld, signInByFlow } from "../../../../src/oauth/signIn/signInByFlow.ts";
import type { SignInRequest } from "../../../../src/oauth/signIn/signInRequest.ts";
import { FakeAuthorizationServer } from "../../../support/fakeAuthorizationServer.ts";
import { FakeRedirect, failureOf, json, recordingLog } from "../../../support/fakePorts.ts";

/** Which grants were used, and how it ended, for a browser that does not open or cannot come back. */
async function ways(
  flow: SignInRequest["flow"],
  options: {
    readonly offersCodes?: boolean;
    readonly showsCodes?: boolean;
    readonly portsTaken?: boolean;
    /** What the provider answers to the code. */
    readonly codeRefused?: string;
  } = {},
) {
  const { offersCodes = true, showsCodes = true, portsTaken = false, codeRefused } = options;
  const idp = new FakeAuthorizationServer();
  const steps: string[] = [];
  idp.answer.device = () =>
    json({ device_code: "d", user_code: "CODE", verification_url: `${idp.issuer}/enter`, expires_in: 60 });
  idp.answer.token = ({ grant_type = "" }) => {
    steps.push(grant_type.replace(/^.*:/, ""));
    if (codeRefused !== undefined && grant_type.endsWith("device_code")) return json({ error: codeRefused }, 400);
    return json({ access_token: "a", token_type: "bearer" });
  };
  const redirect = new FakeRedirect();
  if (portsTaken) redirect.refuse = new GatewayFailure("redirect_ports_taken", { ports: [3334] });
  const world: FlowWorld = {
    fetch: idp.fetch,
    now: () => 0,
    log: recordingLog(),
    signal: new AbortController().signal,
    redirect,
    openBrowser: async () => {
      steps.push("browser");
      return false;
    },
    ...(showsCodes && {
      device: { showCode: ({ verificationUri }) => void steps.push(verificationUri), wait: async () => {} },
    }),
  };
  const request: SignInRequest = {
    gateway: "work",
    identityProvider: generic,
    flow,
    bearerToken: "access",
    server: { ...idp.server, ...(offersCodes && { device_authorization_endpoint: `${idp.issuer}/device` }) },
    client: { clientId: "app", clientSecret: "s", authMethod: "client_secret_basic" },
    scopes: [],
  };
  const failure = (await failureOf(() => signInByFlow(request, world))) as { code?: string } | string;
  return [...steps, typeof failure === "string" ? "signed in" : failure.code];
}

const enter = "https://login.example.com/enter";

test("a browser that has no port to come back to gives way to a code where there is one; one that does not open is told", async () => {
  assert.deepEqual(
    [
      await ways("browser"),
      await ways("browser", { portsTaken: true }),
      await ways("browser", { portsTaken: true, codeRefused: "unauthorized_client" }),
      await ways("browser", { portsTaken: true, codeRefused: "access_denied" }),
      await ways("browser", { portsTaken: true, offersCodes: false }),
      await ways("browser", { portsTaken: true, showsCodes: false }),
      await ways("deviceCode"),
      await ways("deviceCode", { offersCodes: false }),
      await ways("clientCredentials"),
    ],
    [
      ["browser", "browser_not_opened"],
      [enter, "device_code", "signed in"],
      [enter, "device_code", "redirect_ports_taken"],
      [enter, "device_code", "access_denied"],
      ["redirect_ports_taken"],
      ["redirect_ports_taken"],
      [enter, "device_code", "signed in"],
      ["endpoint_missing"],
      ["client_credentials", "signed in"],
    ],
  );
});
