/**
 * Turn a name or a path into a part of a chart id as Netdata does: lower case, only `a-z`, `0-9`, `_` and `-`.
 *
 * Dots and commas become `-`, because the first dot of an id ends its type; every other byte becomes `_`. The slash at
 * the begin is dropped, unless it is all there is. Different names can give the same id.
 *
 * @param name - A byte string: a letter of two bytes becomes two `_`, as in Netdata.
 */
export function toChartId(name: string): string {
  return toDottedId(name).replaceAll('.', '-');
}

/** The same with dots: Netdata's name for a cgroup that has no better one. */
export function toDottedId(name: string): string {
  const relative = name.length > 1 && name.startsWith('/') ? name.slice(1) : name || '/';
  return relative
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll(',', '.')
    .replaceAll(/[^a-z0-9._-]/g, '_');
}

/** The name that Netdata shows for a service: lower case, only `a-z`, `0-9`, `.`, `_`, `-` and `/`. @param name - A byte string. */
export function toServiceTitle(name: string): string {
  return name
    .replaceAll('\\', '/')
    .replaceAll(',', '.')
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll(/[^a-z0-9._/-]/g, '_');
}
