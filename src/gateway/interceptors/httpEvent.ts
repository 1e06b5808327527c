import { headersIn, statusIn, wantedIn, wrongForm } from "./interceptor.ts";

/**
 * What an interceptor is told of a request under a target's own path, or of its answer (developer guide, "Interceptors for
 * HTTP targets"). Bodies are in base64.
 */
export interface HttpEvent {
  readonly interceptorInputVersion: "1.0";
  readonly http: {
    /** null where it is asked about the answer. */
    readonly gatewayRequest: {
      readonly path: string;
      readonly httpMethod: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: string;
    } | null;
    readonly gatewayResponse?: {
      readonly statusCode: number;
      readonly headers: null;
      /** null where `payloadFilter` leaves it out. */
      readonly body: string | null;
      readonly contentType: string | null;
    };
  };
}

/** What an interceptor wants of it; what is absent stays as it is. */
export interface HttpOutput {
  readonly request?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: Uint8Array };
  readonly response?: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Uint8Array;
    readonly contentType?: string;
  };
}

/** @throws InterceptorFailure */
export function readHttpOutput(text: string): HttpOutput {
  const { request, response } = wantedIn(text, "http");
  const ofRequest = "http.transformedGatewayRequest";
  const ofResponse = "http.transformedGatewayResponse";
  return {
    ...(request && { request: { ...headersIn(request.headers, ofRequest), ...bodyIn(request.body, ofRequest) } }),
    ...(response && {
      response: {
        ...statusIn(response.statusCode, ofResponse),
        ...headersIn(response.headers, ofResponse),
        ...bodyIn(response.body, ofResponse),
        ...contentTypeIn(response.contentType, ofResponse),
      },
    }),
  };
}

/** Standard base64 with its padding (RFC 4648, 4). */
const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function bodyIn(body: unknown, at: string): { readonly body?: Uint8Array } {
  if (body === undefined || body === null) return {};
  if (typeof body !== "string" || !base64.test(body)) throw wrongForm(`${at}.body: expected base64`);
  return { body: Buffer.from(body, "base64") };
}

function contentTypeIn(contentType: unknown, at: string): { readonly contentType?: string } {
  if (contentType === undefined || contentType === null) return {};
  if (typeof contentType === "string" && /^[\t\x20-\x7E]+$/.test(contentType)) return { contentType };
  throw wrongForm(`${at}.contentType: expected a text of ASCII`);
}
