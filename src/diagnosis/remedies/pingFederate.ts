import { translatable } from "../../failures/translate.ts";
import type { Table } from "./remedy.ts";

export const pingFederate: Table = {
  token: translatable(
    "let the client's access token manager issue JSON Web Tokens (Applications › OAuth › Access Token Management, type JSON Web Tokens), and sign in again.",
  ),
  audience: translatable(
    "set the Audience Claim Value of the access token manager (Applications › OAuth › Access Token Management), or put the one it has into allowedAudience.",
  ),
  client: translatable(
    "set the Client ID Claim Name of the access token manager to client_id (Applications › OAuth › Access Token Management), or use `customClaims` with the claim it has.",
  ),
  scope: translatable(
    "set the Scope Claim Name of the access token manager, give the scope to the client (Scope Settings), and sign in again.",
  ),
  customClaim: ({ claim = "" }, _, say) =>
    say(
      "add {0} to the attribute contract of the access token manager and map it (Access Token Mappings), or change the rule.",
      claim,
    ),
  issuer: translatable(
    "set the Issuer Claim Value of the access token manager to the issuer of the discovery document.",
  ),
};
