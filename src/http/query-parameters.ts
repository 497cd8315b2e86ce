import { HttpFailure } from './http-failure.ts';

type Kind = 'text' | 'integer';

/**
 * The parameters of an address. An empty one is one that is not sent.
 * @throws HttpFailure for one there is none of, one sent twice, and one that is not what it should be
 */
export function readQueryParameters<const T extends Record<string, Kind>>(
  query: URLSearchParams,
  kinds: T,
): { [K in keyof T]: (T[K] extends 'integer' ? number : string) | null } {
  for (const name of query.keys())
    if (!Object.hasOwn(kinds, name))
      throw refuse(name, `There is no parameter "${name.slice(0, 100)}". There are: ${Object.keys(kinds).join(', ')}.`);
  const read = Object.entries(kinds).map(([name, kind]) => {
    const [text = '', ...more] = query.getAll(name);
    if (more.length > 0) throw refuse(name, `The parameter ${name} takes one value.`);
    if (text === '') return [name, null];
    if (kind === 'text') return [name, text];
    if (!/^\d{1,9}$/.test(text)) throw refuse(name, `The parameter ${name} is a whole number.`);
    return [name, Number(text)];
  });
  return Object.fromEntries(read) as never;
}

function refuse(name: string, message: string): HttpFailure {
  return new HttpFailure(422, 'VALIDATION_FAILED', message, [name]);
}
