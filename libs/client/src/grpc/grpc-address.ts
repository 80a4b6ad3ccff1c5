import { isLoopbackHost } from '../loopback.ts';

/**
 * Whether a gRPC target (grpc naming: `host:port`, `dns:///host:port`, `ipv4:a,b`, `ipv6:…`, `unix:path`) can only
 * lead to this machine. A scheme this does not know counts as leading elsewhere.
 */
export function isLoopbackTarget(target: string): boolean {
  if (target.startsWith('unix:')) return true;
  const addresses = target.replace(/^(dns|ipv4|ipv6):(\/\/[^/]*\/)?/, '').split(',');
  return addresses.every((address) => isLoopbackHost(hostOf(address)));
}

function hostOf(address: string): string {
  const bracketed = /^\[([^\]]*)\](:\d+)?$/.exec(address);
  if (bracketed) return bracketed[1] ?? '';
  return address.indexOf(':') === address.lastIndexOf(':') ? (address.split(':')[0] ?? '') : address;
}
