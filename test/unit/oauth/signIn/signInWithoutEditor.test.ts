import assert from "node:assert/strict";
import { test } from "node:test";
import { generic } from "../../../../src/oauth/identityProviders/generic.ts";
import type { SignInRequest } from "../../../../src/oauth/signIn/signInRequest.ts";
import { signInWithoutEditor } from "../../../../src/oauth/signIn/signInWithoutEditor.ts";
import { FakeAuthorizationServer } from "../../../support/fakeAuthorizationServer.ts";
import { FakeRedirect, json, recordingLog } from "../../../support/fakePorts.ts";

/** Which way a sign-in takes; it is given up once the person has been shown where to go. */
async function way(how: {
  readonly flow?: SignInRequest["flow"];
  readonly offersDevice: boolean;
  readonly deviceRefused?: boolean;
  /** Undefined where there is none to open. */
  readonly browserOpens?: boolean;
}): Promise<{ readonly steps: readonly string[]; readonly ending: string }> {
  const idp = new FakeAuthorizationServer();
  const steps: string[] = [];
  const cancel = new AbortController();
  idp.answer.device = () =>
    how.deviceRefused
      ? json({ error: "unauthorized_client" }, 400)
      : json({ device_code: "d", user_code: "CODE", verification_uri: `${idp.issuer}/enter`, expires_in: 60 });
  idp.answer.token = ({ grant_type = "" }) => {
    steps.push(grant_type.replace(/^.*:/, ""));
    return json({ access_token: "a", token_type: "bearer" });
  };
  const request: SignInRequest = {
    gateway: "work",
    identityProvider: generic,
    flow: how.flow ?? "browser",
    bearerToken: "access",
    server: { ...idp.server, ...(how.offersDevice && { device_authorization_endpoint: `${idp.issuer}/device` }) },
    client: { clientId: "app", clientSecret: "s", authMethod: "client_secret_basic" },
    scopes: [],
  };
  const world = {
    fetch: idp.fetch,
    now: () => 0,
    log: recordingLog(),
    signal: cancel.signal,
    redirect: new FakeRedirect(),
    openBrowser: async () => false,
  };
  const outcome = await signInWithoutEditor(request, world, {
    hasBrowser: how.browserOpens !== undefined,
    open: async () => {
      steps.push("browser");
      return how.browserOpens === true;
    },
    showAddress: (_, opened) => {
      steps.push(opened ? "address" : "address alone");
      cancel.abort();
    },
    showCode: () => void steps.push("code"),
    wait: async () => {},
  });
  return { steps, ending: outcome.kind };
}

const cases: readonly (readonly [
  what: string,
  how: Parameters<typeof way>[0],
  steps: readonly string[],
  ending: string,
])[] = [
  ["a browser that opens is used", { offersDevice: true, browserOpens: true }, ["browser", "address"], "cancelled"],
  [
    "one that does not open gives way to a code",
    { offersDevice: true, browserOpens: false },
    ["browser", "code", "device_code"],
    "signedIn",
  ],
  ["without a browser a code is used", { offersDevice: true }, ["code", "device_code"], "signedIn"],
  ["without a browser and codes the address is shown", { offersDevice: false }, ["address alone"], "cancelled"],
  [
    "one that does not open, and no codes: the address is shown",
    { offersDevice: false, browserOpens: false },
    ["browser", "address alone"],
    "cancelled",
  ],
  [
    "a client that may not use codes is shown the address",
    { offersDevice: true, deviceRefused: true },
    ["address alone"],
    "cancelled",
  ],
  [
    "who wants a code gets one beside a browser",
    { flow: "deviceCode", offersDevice: true, browserOpens: true },
    ["code", "device_code"],
    "signedIn",
  ],
  [
    "a client signs in with nobody",
    { flow: "clientCredentials", offersDevice: true, browserOpens: true },
    ["client_credentials"],
    "signedIn",
  ],
];

for (const [what, how, steps, ending] of cases) {
  test(what, async () => {
    assert.deepEqual(await way(how), { steps, ending });
  });
}
