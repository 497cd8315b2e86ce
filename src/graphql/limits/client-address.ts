import type { IncomingMessage } from 'node:http';
import { isIP, isIPv6 } from 'node:net';

export type AddressOf = (request: IncomingMessage) => string;

/**
 * The network address a request comes from. Each proxy adds the address it was called from to the end of X-Forwarded-For;
 * what stands before the entries of those that are trusted was written by who knows whom.
 *
 * @param trustedProxies how many proxies of ours a request passes; 0 for none, and the header is not read
 */
export function createAddressOf(trustedProxies: number): AddressOf {
  return (request) => {
    const direct = request.socket.remoteAddress ?? '';
    if (trustedProxies === 0) return direct;
    const header = request.headers['x-forwarded-for'];
    const entries = (Array.isArray(header) ? header.join() : (header ?? '')).split(',');
    const address = withoutPort((entries.at(-trustedProxies) ?? entries[0] ?? '').trim());
    return isIP(address) ? address : direct;
  };
}

/** An IPv6 network of 64 bits counts as one address: one machine has all of it. */
export function addressHolder(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('%', 1)[0]!.split('::');
  const groups = head === '' ? [] : head.split(':');
  const rest = tail === '' ? [] : tail.split(':');
  if (address.includes('::')) while (groups.length + rest.length < 8) groups.push('0');
  return groups.concat(rest).slice(0, 4).join(':');
}

function withoutPort(entry: string): string {
  return /^\[(.+)\](:\d+)?$/.exec(entry)?.[1] ?? /^([\d.]+):\d+$/.exec(entry)?.[1] ?? entry;
}
