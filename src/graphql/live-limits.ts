import { isIPv6 } from 'node:net';
import { actorOf, type Identity } from '../auth/identity.ts';
import { Quota } from './quota.ts';

/** Subscriptions and other operations under way on one socket. */
export const MAX_OPERATIONS_PER_SOCKET = 100;
const MAX_SOCKETS_PER_CALLER = 200;
/** On sockets and event streams together. */
const MAX_SUBSCRIPTIONS_PER_CALLER = 1_000;

/** What one caller, and one address, may hold open on this instance. */
export class LiveLimits {
  readonly socketsOfAddress: Quota;
  readonly socketsOfCaller = new Quota(MAX_SOCKETS_PER_CALLER);
  readonly subscriptionsOfCaller = new Quota(MAX_SUBSCRIPTIONS_PER_CALLER);

  /** @param socketsPerAddress 0 for no limit, as behind a proxy that all come through */
  constructor(socketsPerAddress: number) {
    this.socketsOfAddress = new Quota(socketsPerAddress);
  }
}

/** Who is counted as one caller. Those without an identity are one. */
export function holderOf(identity: Identity | null): string {
  return identity ? actorOf(identity) : 'nobody';
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
