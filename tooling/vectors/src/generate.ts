import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { CaseList } from './case-list.ts';
import { acknowledgementCases } from './cases/acknowledgement.ts';
import { connackCases } from './cases/connack.ts';
import { connectCases } from './cases/connect.ts';
import { disconnectCases } from './cases/disconnect.ts';
import { fixedHeaderCases } from './cases/fixed-header.ts';
import { propertyCases } from './cases/properties.ts';
import { publishCases } from './cases/publish.ts';
import { reasonCodeCases } from './cases/reason-codes.ts';
import { subackCases } from './cases/suback.ts';
import { subscribeCases } from './cases/subscribe.ts';
import { truncationCases } from './cases/truncation.ts';
import { unsubscribeCases } from './cases/unsubscribe.ts';
import { utf8Cases } from './cases/utf8.ts';
import { willCases } from './cases/will.ts';
import { corpusFolder } from './load-vectors.ts';

/** The text of every file of the corpus by its name. The same on every run: nothing in it is random. */
export function generateCorpus(): ReadonlyMap<string, string> {
  return new Map(ALL_CASES.map((cases) => cases()).map((list) => [`${list.group}.json`, corpusText(list)]));
}

/** One vector on a line, sorted by name, so that a change shows as the lines that changed. */
function corpusText(list: CaseList): string {
  const vectors = list.vectors.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return `[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`;
}

const ALL_CASES: readonly (() => CaseList)[] = [
  acknowledgementCases,
  connackCases,
  connectCases,
  disconnectCases,
  fixedHeaderCases,
  propertyCases,
  publishCases,
  reasonCodeCases,
  subackCases,
  subscribeCases,
  truncationCases,
  unsubscribeCases,
  utf8Cases,
  willCases,
];

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const files = generateCorpus();
  mkdirSync(corpusFolder, { recursive: true });
  for (const name of readdirSync(corpusFolder)) {
    if (!files.has(name)) rmSync(new URL(name, corpusFolder));
  }
  for (const [name, text] of files) {
    writeFileSync(new URL(name, corpusFolder), text);
    console.log(`${name}: ${text.split('\n').length - 3}`);
  }
}
