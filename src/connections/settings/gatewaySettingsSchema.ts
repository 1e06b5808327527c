import { MAX_MESSAGE_BYTES, resultMiB } from "../../lib/limits.ts";
import { defaultRedirect } from "../../oauth/clientMetadata/publishedRedirects.ts";
import { identityProviderIds } from "../../oauth/identityProviders/identityProviderIds.ts";
import { signInFlows } from "../../oauth/signIn/signInFlow.ts";
import { headersSchema } from "../headers/headersSetting.ts";
import { timeoutSchema, toolRulesSchema } from "../toolRules/readToolRules.ts";
import {
  address,
  credential,
  oneOf,
  type Setting,
  type Settings,
  text,
  textOrFalse,
  texts,
  yesOrNo,
} from "./setting.ts";
import { workloadSetting } from "./workloadSetting.ts";

/** Only names of this machine: anything else would carry the code over the network. */
const loopbackHosts = ["localhost", "127.0.0.1", "[::1]"] as const;

/**
 * What can be set for one gateway, in `gatewayConnect.gateways` under its address. This is the one place that says so: the
 * reader, the manifest, the docs and the options of the programs are made of it, with the words of `settingsWords.ts`.
 */
export const gatewaySettings = {
  clientId: text(),
  issuer: address(),
  scopes: texts(),
  resource: textOrFalse(),
  audience: text(),
  clientMetadataUrl: address(),
  redirectPorts: {
    schema: { type: "array", minItems: 1, items: { type: "integer", minimum: 1, maximum: 65_535 } },
    default: defaultRedirect.ports,
  } as Setting<readonly number[]>,
  redirectPath: {
    schema: {
      type: "string",
      pattern: "^/[A-Za-z0-9._~/-]*$",
      patternErrorMessage: "a path such as /oauth/callback",
    },
    default: defaultRedirect.path,
  } as Setting<string>,
  redirectHost: { schema: { type: "string", enum: loopbackHosts }, default: defaultRedirect.host } as Setting<string>,
  identityProvider: oneOf(identityProviderIds),
  token: oneOf(["access", "id"] as const),
  dpop: yesOrNo(),
  signIn: oneOf([...signInFlows, "aws"] as const),
  workload: workloadSetting,
  // It stands on a command line, where a dash would begin an option.
  awsProfile: {
    schema: { type: "string", pattern: "^[^-\\s][^\\t\\r\\n]*$", patternErrorMessage: "the name of a profile" },
    emptyIsAbsent: true,
  } as Setting<string>,
  awsRegion: {
    schema: {
      type: "string",
      pattern: "^[a-z]{2,4}(-[a-z]+)+-[0-9]$",
      patternErrorMessage: "a region such as eu-central-1",
    },
    emptyIsAbsent: true,
  } as Setting<string>,
  awsService: {
    schema: {
      type: "string",
      pattern: "^[a-z][a-z0-9-]*$",
      patternErrorMessage: "a service such as bedrock-agentcore",
    },
    emptyIsAbsent: true,
  } as Setting<string>,
  clientAuthentication: oneOf(["none", "client_secret_basic", "client_secret_post", "private_key_jwt"] as const),
  clientSecret: credential(),
  privateKey: credential(),
  keyId: text(),
  headers: { schema: headersSchema, unchecked: true } as Setting<unknown>,
  policySession: yesOrNo(),
  authorizer: { schema: { type: "object" }, unchecked: true },
  hiddenTools: texts(),
  consentPortal: {
    schema: { type: "string", format: "uri", pattern: "^https://[^\\s]+$", patternErrorMessage: "an https address" },
    emptyIsAbsent: true,
  } as Setting<string>,
  // Whoever uses them says what is wrong with them, all at once.
  tools: { schema: toolRulesSchema, unchecked: true } as Setting<unknown>,
  timeout: { schema: timeoutSchema, unchecked: true } as Setting<unknown>,
  maxResultMiB: {
    schema: resultMiB,
    default: MAX_MESSAGE_BYTES / 1024 / 1024,
  } as Setting<number>,
} satisfies Settings;
