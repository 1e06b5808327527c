import { list, object, type Schema } from "../../lib/json/schema.ts";
import { LONGEST_PART } from "./offeredGateway.ts";

/** Nothing that is not seen or changes how what stands beside it is seen; see `hidden`. */
const VISIBLE = "^[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\u2028\\u2029]*\\S[^\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}\\u2028\\u2029]*$";

/** https, or http for this machine; without a name, a password or a fragment. */
const ADDRESS =
  "^(?:https://[^\\s/?#@\\\\]+|http://(?:localhost|127\\.0\\.0\\.1|\\[::1\\])(?::[0-9]{1,5})?)(?:[/?][^\\s#\\\\\\p{Cc}\\p{Cf}\\p{Cs}\\p{Co}]*)?$";

const address = (description: string): Schema => ({
  type: "string",
  description,
  maxLength: LONGEST_PART.url,
  pattern: ADDRESS,
  patternErrorMessage:
    "a whole https address without a name, a password or a fragment (http only for this machine: localhost, 127.0.0.1, ::1)",
});

/**
 * What a repository may suggest in `.vscode/gateways.json`. The editor checks it while it is typed with
 * `media/gateways.schema.json`, which is this. There is no member for a secret, a header, a command, a redirect, a proxy, an
 * account, a policy or trust: each is unknown, and an entry with an unknown member is refused.
 */
export const teamFileSchema: Schema = {
  ...object(
    "Gateways that this repository suggests to whoever opens it in a trusted workspace. Nothing is connected before a person has seen and confirmed it.",
    {
      $schema: { type: "string", description: "The address of this schema, for other editors.", maxLength: 2_048 },
      gateways: list(
        "The gateways, 20 at most.",
        object(
          "A gateway. What else it takes is found out from the gateway or asked of the person; a secret has no place here.",
          {
            url: address("The gateway's whole https address."),
            name: {
              type: "string",
              description: "What to call it.",
              maxLength: LONGEST_PART.name,
              pattern: VISIBLE,
              patternErrorMessage: "a text without characters that are not seen",
            },
            clientId: {
              type: "string",
              description: "The client that was registered for the people of the team. A client ID is no secret.",
              maxLength: LONGEST_PART.clientId,
              pattern: "^[\\x20-\\x7e]*[\\x21-\\x7e][\\x20-\\x7e]*$",
              patternErrorMessage: "a client ID (RFC 6749, A.1)",
            },
            scopes: list(
              "What to ask for.",
              {
                type: "string",
                maxLength: 256,
                pattern: "^[\\x21\\x23-\\x5b\\x5d-\\x7e]+$",
                patternErrorMessage: "a scope (RFC 6749, A.4)",
              },
              32,
            ),
            issuer: address(
              "Where people sign in, for a gateway that does not say so itself. What it says goes before.",
            ),
          },
          ["url"],
        ),
        20,
      ),
    },
    ["gateways"],
  ),
};
