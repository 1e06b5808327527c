import { failureText } from "../../failures/failureText.ts";
import type { FailureWords } from "../../failures/wording.ts";
import { translate } from "../translate.ts";

/** The words for a failure in the editor's language. */
export const failureWords: FailureWords = (failure) => failureText(failure, translate);
