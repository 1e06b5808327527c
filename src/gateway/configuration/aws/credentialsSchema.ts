import { object, oneOf, type Schema } from "../../../lib/json/schema.ts";
import { short } from "./awsTexts.ts";

const providerArn: Schema = {
  type: "string",
  description: "The provider in AgentCore Identity.",
  pattern: "^arn:[^:]*:[^:]*:[^:]*:([0-9]{12})?:.+$",
  patternErrorMessage: "the ARN of a credential provider",
};

const oauthCredentialProvider = object(
  "A token of an OAuth server. Here local.credentials has the header to send.",
  {
    providerArn,
    scopes: {
      type: "array",
      description: "The token's scopes.",
      maxItems: 100,
      items: short("A scope.", 64),
    },
    customParameters: {
      type: "object",
      description: "Parameters of the request for the token.",
      minProperties: 1,
      maxProperties: 10,
      propertyNames: { minLength: 1, maxLength: 256 },
      additionalProperties: short("A value.", 2048),
    },
    grantType: {
      type: "string",
      description: "How the token is had.",
      enum: ["CLIENT_CREDENTIALS", "AUTHORIZATION_CODE", "TOKEN_EXCHANGE"],
    },
    defaultReturnUrl: {
      type: "string",
      description: "Where people come back who consented.",
      maxLength: 2048,
      pattern: "^\\w+:(/?/?)[^\\s]+$",
      patternErrorMessage: "an address",
    },
  },
  ["providerArn", "scopes"],
);

const apiKeyCredentialProvider = object(
  "A key. Here local.credentials has the variable that holds it.",
  {
    providerArn,
    credentialParameterName: short("The header or query parameter that has it; Authorization when absent.", 64),
    credentialPrefix: short("What stands before it.", 64),
    credentialLocation: { type: "string", description: "Where it is sent.", enum: ["HEADER", "QUERY_PARAMETER"] },
  },
  ["providerArn"],
);

const iamCredentialProvider = object(
  "A signature of the gateway's role; without effect here.",
  {
    service: {
      type: "string",
      description: "The service that it is for.",
      maxLength: 64,
      pattern: "^[a-zA-Z0-9._\\-]+$",
      patternErrorMessage: "the name of a service",
    },
    region: {
      type: "string",
      description: "The region that it is for.",
      maxLength: 32,
      pattern: "^[a-zA-Z0-9\\-]+$",
      patternErrorMessage: "a region",
    },
  },
  ["service"],
);

const providers = { oauthCredentialProvider, apiKeyCredentialProvider, iamCredentialProvider };

/** How the gateway identifies itself to a target (`CredentialProviderConfigurations` of the API). */
export const credentialsSchema: Schema = {
  type: "array",
  description: "How the gateway identifies itself to the target.",
  maxItems: 1,
  items: object(
    "A kind of credentials.",
    {
      credentialProviderType: {
        type: "string",
        description: "JWT_PASSTHROUGH sends the caller's token on, to HTTP targets only.",
        enum: ["GATEWAY_IAM_ROLE", "OAUTH", "API_KEY", "CALLER_IAM_CREDENTIALS", "JWT_PASSTHROUGH"],
      },
      credentialProvider: { ...object("Its provider.", providers), allOf: oneOf(Object.keys(providers)) },
    },
    ["credentialProviderType"],
  ),
};
