import "../test/support/standalone/browserByHttp.ts";
