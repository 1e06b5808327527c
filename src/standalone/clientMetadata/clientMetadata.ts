import { asFailure } from "../../failures/failure.ts";
import { checkClientMetadata, metadataAddress } from "../../oauth/clientMetadata/checkClientMetadata.ts";
import { clientMetadataDocument, documentText } from "../../oauth/clientMetadata/clientMetadataDocument.ts";
import { publishedRedirects } from "../../oauth/clientMetadata/publishedRedirects.ts";
import { environmentFetch } from "../../system/environmentFetch.ts";
import { print } from "../../system/standardStreams.ts";
import { exitCodes } from "../arguments.ts";
import { exitCodeOf } from "../exitCode.ts";
import { say } from "../output.ts";
import { standaloneFailureText } from "../terminalWords.ts";
import type { MetadataOptions } from "./metadataArguments.ts";

/**
 * Writes a client ID metadata document to standard output, for whoever will publish it, or checks one that is published.
 *
 * @returns the exit code
 */
export async function clientMetadata({ act, url, redirect }: MetadataOptions): Promise<number> {
  const redirectUris = publishedRedirects(redirect);
  try {
    if (act === "write") {
      const address = metadataAddress(url);
      await print(documentText(clientMetadataDocument(address, redirectUris)).trimEnd());
      say(
        `Publish this at ${address}, as application/json and without a redirect. Then check it: --check-client-metadata ${address}`,
      );
      return exitCodes.ended;
    }
    await checkClientMetadata(url, redirectUris, { fetch: environmentFetch });
    say(`The document at ${url} is right. People use it with --client-metadata-url ${url}.`);
    return exitCodes.ended;
  } catch (error) {
    const failure = asFailure(error);
    say(standaloneFailureText(failure));
    return exitCodeOf(failure);
  }
}
