/** The peer's IP address in its shortest form: IPv4 is written as IPv4, also when an IPv6 socket accepted it; '' when unknown. */
export function remoteAddress(socket: { readonly remoteAddress?: string | undefined } | undefined): string {
  const address = socket?.remoteAddress ?? '';
  return address.startsWith(MAPPED_IPV4) && address.includes('.') ? address.slice(MAPPED_IPV4.length) : address;
}

/** RFC 4291, section 2.5.5.2. */
const MAPPED_IPV4 = '::ffff:';
