import { format, inspect } from "node-inspect-extracted";

export { format, inspect };

export const types = {
  isPromise: (value) => Object.prototype.toString.call(value) === "[object Promise]",
};

export default { format, inspect, types };
