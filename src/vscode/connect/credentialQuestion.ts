import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";

/** How a person is asked for the secret or key of a client. */
export const credentialQuestion = (issuer: string, clientId: string) => ({
  prompt: translate(
    "The secret of {0} at {1}, or its private key (PKCS #8 PEM or JSON Web Key). It is kept in the editor's secret storage.",
    clientId,
    foreignText(issuer),
  ),
  placeholder: translate("Client secret or private key"),
});

/** Refuses an empty answer to what only their platform team can tell a person. */
export const neededAnswer = (text: string): string | undefined =>
  text.trim() === "" ? translate("Ask your platform team for it.") : undefined;
