import type { OptionGroup } from '../command-line/option.ts';
import { UsageError } from '../command-line/usage-error.ts';
import { defaultConnection, type ConnectionSettings } from '../connection/connection-settings.ts';
import type { Finding } from '../doctor/finding.ts';
import type { Terminal } from '../terminal/terminal.ts';
import type { Command } from './command.ts';
import { readServerSettings, SERVER_GROUPS } from './server-argument.ts';

interface DoctorSettings extends ConnectionSettings {
  json: boolean;
}

const OPTIONS: OptionGroup<DoctorSettings> = {
  title: 'Options',
  options: [
    {
      names: ['--json'],
      values: [],
      help: 'Prints the findings as one JSON object.',
      apply: (settings) => {
        settings.json = true;
      },
    },
  ],
};
const GROUPS: readonly OptionGroup<DoctorSettings>[] = [OPTIONS, ...SERVER_GROUPS];

/** `skua doctor`. */
export const DOCTOR: Command = {
  usage: ['[options] URL'],
  description: [
    'Looks at a connection step by step and says in plain words what it finds and what to do: name resolution, every' +
      ' address, proxy, TLS with its chain and expiry, ALPN, clock, the versions of MQTT, limits, keep alive, round trips.',
    'It connects a few times, sends some dozens of pings and twenty messages to itself below skua/doctor/; nothing stays.',
  ],
  options: GROUPS,
  exitCodes: [
    ['0', 'no problem'],
    ['1', 'a problem was found, or wrong command line'],
  ],
  examples: [['skua doctor mqtts://broker.example --tls-alpn mqtt -u ann -P secret', 'everything, with a user']],
  usageExitCode: 1,
  run,
};

async function run(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings: DoctorSettings = { ...defaultConnection(5), connectTimeout: 10, json: false };
  const [unexpected] = readServerSettings(argv, GROUPS, settings);
  if (unexpected !== undefined) throw new UsageError(`Unexpected argument "${unexpected}"; doctor takes one URL.`);
  const findings: Finding[] = [];
  let area = '';
  const report = (finding: Finding): void => {
    findings.push(finding);
    if (settings.json) return;
    terminal.write(`${finding.area === area ? '' : `${finding.area}\n`}${row(finding)}`);
    ({ area } = finding);
  };
  await examine(settings, report);
  const problems = findings.filter(({ verdict }) => verdict === 'problem');
  if (settings.json) terminal.write(`${JSON.stringify({ problems: problems.length, findings })}\n`);
  else terminal.write(`\n${conclusion(findings)}\n`);
  return problems.length === 0 ? 0 : 1;
}

/** Each step stands on the one before. */
async function examine(settings: DoctorSettings, report: (finding: Finding) => void): Promise<void> {
  const { examineNetwork } = await import('../doctor/examine-network.ts');
  if (!(await examineNetwork(settings, report))) return;
  const { examineTls } = await import('../doctor/examine-tls.ts');
  if (!(await examineTls(settings, report))) return;
  const { examineClock } = await import('../doctor/examine-clock.ts');
  await examineClock(settings, report);
  const { examineMqtt } = await import('../doctor/examine-mqtt.ts');
  if (!(await examineMqtt(settings, report))) return;
  const { measureMessages } = await import('../doctor/measure-messages.ts');
  await measureMessages(settings, report);
}

function row({ verdict, text, advice }: Finding): string {
  return `  ${MARKS[verdict]} ${text}\n${advice === undefined ? '' : `       -> ${advice}\n`}`;
}

function conclusion(findings: readonly Finding[]): string {
  const problems = findings.filter(({ verdict }) => verdict === 'problem').length;
  const notes = findings.filter(({ verdict }) => verdict === 'note').length;
  const noted = notes === 0 ? '' : `; ${notes} ${notes === 1 ? 'thing' : 'things'} to know`;
  if (problems === 0) return `No problem found${noted}.`;
  return `${problems} ${problems === 1 ? 'problem' : 'problems'} found${noted}.`;
}

const MARKS = { good: 'ok  ', note: 'note', problem: 'BAD ' } as const;
