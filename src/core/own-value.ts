/**
 * What a dictionary has under a name that a user chose; `undefined` where it has none, also for a name that every object
 * inherits something under, such as `constructor`. Dictionaries are filled with `Object.fromEntries` or are Maps: assignment to
 * `__proto__` would be lost.
 */
export function ownValue<T>(dictionary: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(dictionary, name) ? dictionary[name] : undefined;
}
