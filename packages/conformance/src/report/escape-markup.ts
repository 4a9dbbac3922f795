/** Text for HTML and XML, in elements and in quoted attributes. Control characters that XML forbids become U+FFFD. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(FORBIDDEN_IN_XML, '\u{fffd}');
}

// eslint-disable-next-line no-control-regex -- control characters are what it is about
const FORBIDDEN_IN_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
