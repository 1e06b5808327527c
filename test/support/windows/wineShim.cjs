// Wine 8 refuses keep-alive on a socket, and Node's `fetch` takes that for a connection that failed. Windows does not.
require("node:net").Socket.prototype.setKeepAlive = function () {
  return this;
};
